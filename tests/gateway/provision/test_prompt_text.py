"""Laws of reading Chinese aloud."""

import pytest

from gateway.provision.errors import NotReady
from gateway.provision.prompt_text import number_words, to_pinyin


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("您好，12345 热线。", "nin2hao3 , yao1er4san1si4wu3 re4xian4"),
        ("110", "yao1yao1ling2"),
        ("等 12 分钟", "deng3 shi2er4 fen1zhong1"),
        ("不要 不能", "bu2yao4 bu4neng2"),
        ("一位 一天 第一位 十一位 统一", "yi2wei4 yi4tian1 di4yi1wei4 shi2yi1wei4 tong3yi1"),
        ("你好", "ni2hao3"),
        ("银行 行长 重新", "yin2hang2 hang2zhang3 chong2xin1"),
    ],
)
def test_what_is_spoken(text: str, spoken: str) -> None:
    """Numbers by digit with 幺, tones as spoken, many-sounding characters by their word."""
    assert to_pinyin(text) == spoken


def test_what_cannot_be_read_is_named() -> None:
    """The voice would spell Latin letters in English; say which one it is instead."""
    with pytest.raises(NotReady, match="“A”"):
        to_pinyin("请按 A 键")


@pytest.mark.parametrize(
    ("number", "ordinal", "count"),
    [(1, "一", "一"), (2, "二", "两"), (10, "十", "十"), (12, "十二", "十二"),
     (20, "二十", "二十"), (22, "二十二", "二十二"), (99, "九十九", "九十九")],
)  # fmt: skip
def test_numbers(number: int, ordinal: str, count: str) -> None:
    """两 only alone and only when counting."""
    assert number_words(number) == ordinal
    assert number_words(number, counting=True) == count


@pytest.mark.parametrize("number", [0, -1, 100])
def test_numbers_outside_the_range_are_refused(number: int) -> None:
    """1..99 is all a prompt says."""
    with pytest.raises(ValueError, match=str(number)):
        number_words(number)

"""Words are written as people write them, and nothing that was heard is lost."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.segment import Word
from asr.writing import line_written, words_written, written

NUMERALS = "零〇一二三四五六七八九幺两十百千万亿"
ALONE = (
    "一 个,一下,万一,千万 不要,三四 个,三 四 个,二百五,五一 放假,百分之 二十,三 点 半,十 分,十三陵,"
    "百 货,统一,一 楼"
)
SPOKEN = st.one_of(
    st.text(NUMERALS, min_size=1, max_size=5),
    st.sampled_from(
        ["我", "要", "投诉", "号", "楼", "单元", "个", "万一", "一下", "百分之", "十三号"]
    ),
    st.text("abcXYZ", min_size=1, max_size=4),
)


def heard(raws: Sequence[str]) -> tuple[Word, ...]:
    """Each word takes half a second, the next begins at once."""
    return tuple(
        Word(raw=raw, text=raw, begin_seconds=at / 2, end_seconds=at / 2 + 0.5)
        for at, raw in enumerate(raws)
    )


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("我 要 投诉 噪音 扰民", "我要投诉噪音扰民"),
        ("我 的 电话 是 幺 三 八 零 零 一 三 八 零 零 零", "我的电话是13800138000"),
        ("一三八 零零一三 八零零零", "13800138000"),
        ("二零二四 年", "2024年"),
        ("二十三 号", "23号"),
        ("二 十三 号", "23号"),
        ("二十三号 楼", "23号楼"),
        ("中山路 三 号 楼 二 单元", "中山路3号楼2单元"),
        ("一百", "100"),
        ("三千零五", "3005"),
        ("三万五千 块", "35000块"),
        ("一百万", "100万"),
        ("一亿", "1亿"),
        ("二十 多 个", "20多个"),
        ("我们 的 wifi five G 信号", "我们的wifi five G信号"),
    ],
)
def test_how_people_write_it(raw: str, line: str) -> None:
    """No spaces between Chinese words; numbers as digits."""
    assert line_written(raw) == line


@pytest.mark.parametrize("said", ALONE.split(","))
def test_what_is_rather_a_word_stays_a_word(said: str) -> None:
    """A numeral alone, "three or four", a holiday: as they were said."""
    assert line_written(said) == said.replace(" ", "")


def test_a_number_said_in_two_words_is_one_word() -> None:
    """With the time of both, and both in its raw words."""
    words = words_written(heard(["二", "十三", "号"]))
    assert [(word.raw, word.text) for word in words] == [("二 十三", "23"), ("号", "号")]
    assert (words[0].begin_seconds, words[0].end_seconds) == (0.0, 1.0)


def test_a_number_read_digit_by_digit_keeps_its_words() -> None:
    """Each with its own time: who listens to one digit hears that digit."""
    words = words_written(heard(["一三八", "零零"]))
    assert [(word.raw, word.text) for word in words] == [("一三八", "138"), ("零零", "00")]


@given(st.lists(SPOKEN, max_size=12))
def test_nothing_heard_is_lost_or_moved(raws: list[str]) -> None:
    """The raw words are the same in the same order; times go on; no word is written as nothing."""
    before = heard(raws)
    words = words_written(before)
    assert [raw for word in words for raw in word.raw.split(" ")] == raws
    assert all(word.text for word in words)
    begins = {word.begin_seconds for word in before}
    assert all(word.begin_seconds in begins for word in words)
    assert all(a.end_seconds <= b.begin_seconds for a, b in pairwise(words))
    if before:
        assert words[-1].end_seconds == before[-1].end_seconds


@given(st.lists(SPOKEN, max_size=12))
def test_the_line_is_its_words(raws: list[str]) -> None:
    """A partial is written as its final will be; spaces stand between Latin words only."""
    line = written(words_written(heard(raws)))
    assert line == line_written(" ".join(raws))
    assert line.replace(" ", "") == "".join(word.text for word in words_written(heard(raws)))
    for at, letter in enumerate(line):
        if letter == " ":
            assert line[at - 1].isascii()
            assert line[at + 1].isascii()


@given(st.integers(11, 99_999_999))
def test_every_well_formed_number_is_read(number: int) -> None:
    """From eleven to a hundred million: the digits mean what was said."""
    line = line_written(spoken(number)).replace("万", "0000")
    assert line == str(number)


def spoken(number: int) -> str:
    """As it is said, in full."""
    high, low = divmod(number, 10_000)
    if not high:
        return below_myriad(low).removeprefix("一") if 10 <= low < 20 else below_myriad(low)
    head = below_myriad(high).removeprefix("一") if 10 <= high < 20 else below_myriad(high)
    gap = "零" if 0 < low < 1000 else ""
    return f"{head}万{gap}{below_myriad(low) if low else ''}"


def below_myriad(number: int) -> str:
    """1..9999 in full, with a 零 for a gap."""
    said, gap = "", False
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, number = divmod(number, size)
        if digit:
            said += ("零" if gap and said else "") + "零一二三四五六七八九"[digit] + unit
            gap = False
        else:
            gap = True
    return said


@given(st.text("零一二三四五六七八九幺", min_size=3, max_size=18))
def test_every_string_of_digits_is_digits(said: str) -> None:
    """Whoever masks numbers finds them as digits, however long."""
    line = line_written(said)
    assert line.isascii()
    assert len(line) == len(said)


@given(st.lists(st.text(NUMERALS, min_size=1, max_size=6), min_size=1, max_size=6))
def test_any_heap_of_numerals_is_written(raws: list[str]) -> None:
    """Also what is no number at all; twice written is the same."""
    line = line_written(" ".join(raws))
    assert line
    assert line_written(line) == line or not line.isascii()

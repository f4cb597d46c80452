"""Numbers that belong to somebody are hidden in what is shown; what is none of them stays."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.citizen import mask_number
from gateway.core.masking import masked, masked_words, open_digits

SPOKEN = "零幺二三四五六七八九"
PAUSES = st.sampled_from(["", "", "", " ", "-", " 嗯 ", "嗯", "·", " - ", "（", "呃"])
WORDS = st.sampled_from(["我的电话是", "身份证", "卡号", "噪音", "在 5 号楼", "请", "三楼漏水"])
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
CARDS = st.from_regex(r"[1-6][0-9]{16}[0-9X]", fullmatch=True)
BANK_CARDS = st.from_regex(r"[3-6][0-9]{12,18}", fullmatch=True)
LANDLINES = st.from_regex(r"0[1-9][0-9]{1,2}[2-8][0-9]{6,7}", fullmatch=True)
NUMBERS = st.one_of(MOBILES, CARDS, BANK_CARDS, LANDLINES)


@st.composite
def said(draw: st.DrawFn) -> tuple[str, str]:
    """A number, and a way to say or write it."""
    number = draw(NUMBERS)
    spoken = draw(st.booleans())
    ways = [SPOKEN[int(ch)] if spoken and ch.isdigit() else ch for ch in number]
    last = len(ways) - 1
    return number, "".join(ch + (draw(PAUSES) if at < last else "") for at, ch in enumerate(ways))


def shown_digits(text: str) -> str:
    """Every digit that can still be read, in ours."""
    return "".join(str(SPOKEN.index(ch)) if ch in SPOKEN else ch for ch in text if ch in DIGITS)


DIGITS = SPOKEN + "0123456789X"


@given(said(), WORDS, WORDS)
def test_a_number_is_hidden_however_it_is_said(
    number: tuple[str, str], before: str, after: str
) -> None:
    """Three digits and the last four stay of it, with whatever pauses; the words around it stay."""
    digits, way = number
    text = masked(f"{before}、{way}、{after}")
    assert text.startswith(f"{before}、")
    assert text.endswith(f"、{after}")
    assert shown_digits(text[len(before) : -len(after)]) == mask_number(digits).replace("*", "")


@given(said(), st.lists(st.integers(0, 40), max_size=12))
def test_words_and_text_are_hidden_alike(number: tuple[str, str], cuts: list[int]) -> None:
    """Wherever the borders of words fall in it, the same characters are hidden."""
    way = re.sub(r"\s", "", number[1])
    places = sorted({min(cut, len(way)) for cut in cuts} | {0, len(way)})
    words = [way[begin:end] for begin, end in pairwise(places)]
    shown = masked_words(words)
    assert "".join(shown) == masked(way)
    assert [len(word) for word in shown] == [len(word) for word in words]


@given(st.text(max_size=80), st.integers(0, 20))
def test_masking_changes_only_digits_to_stars_and_nothing_twice(text: str, before: int) -> None:
    """Whatever the text: as long as it was, only digits are gone, and again it changes nothing."""
    once = masked(text, before)
    assert len(once) == len(text)
    changed = [a for a, b in zip(text, once, strict=True) if a != b]
    assert all(ch.isdecimal() or ch in SPOKEN + "〇一xXＸ×叉" for ch in changed)
    assert masked(once) == once


@given(MOBILES, st.integers(1, 10))
def test_a_number_said_in_two_breaths_is_one(number: str, cut: int) -> None:
    """What comes after it was begun shows its last two digits at most, if the whole is a number."""
    first, second = number[:cut], number[cut:]
    shown = masked(second, open_digits(first))
    assert len(shown_digits(shown)) <= 2


@pytest.mark.parametrize(
    "text",
    [
        "我住人民路128号3栋2单元501室",
        "请拨打12345或者110",
        "2026年11月27日下午3点25分",
        "时间是2026-11-27 10:30",
        "2026.1.5至2026.12.31",
        "日期20261127",
        "一共1234567元",
        "¥3500000",
        "补贴了一百二十三万四千五百六十七块",
        "3、5、7、9、11、13号楼",
        "六零二室的三个人",
        "从12栋到15栋停水",
    ],
)
def test_what_belongs_to_nobody_stays(text: str) -> None:
    """Houses, dates, times, short numbers, quantities."""
    assert masked(text) == text
    assert masked_words((text,)) == (text,)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("幺三八零零幺三八零零零", "幺三八****八零零零"),
        ("打我电话138 0013 8000吧", "打我电话138 **** 8000吧"),
        ("138，0013，8000", "138，****，8000"),
        ("家里是88881234", "家里是******34"),
        ("0755-88881234转801", "075*-****1234转801"),
        ("+86 13800138000", "+86 1******8000"),
        ("11010519491231002X", "110***********002X"),
        ("身份证末位是叉110105194912310 02叉", "身份证末位是叉110***********0 02叉"),
        ("卡号6222 0212 3456 7890 123", "卡号622* **** **** ***0 123"),
        ("１３８００１３８０００", "１３８****８０００"),
    ],
)
def test_examples(text: str, shown: str) -> None:
    """As a reader sees them."""
    assert masked(text) == shown


def test_a_pause_alone_keeps_a_number_open() -> None:
    """三段: the middle one may be a mere 嗯, or digits only."""
    assert open_digits("我的电话是138") == 3
    assert open_digits("嗯", 3) == 3
    assert open_digits("0013", 3) == 7
    assert open_digits("好的", 3) == 0
    assert open_digits("在 0013", 3) == 4
    assert masked("8000", 7) == "**00"

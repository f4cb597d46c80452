"""Numbers in what people say and write, hidden: identity cards, telephones, bank cards. PURE.

One rule: seven digits or more in a row are a number that belongs to somebody, unless they are a
date or a quantity. A row goes on over spaces, dashes, dots, brackets, the sounds of a pause (嗯)
and the borders of words, and over commas where it then has eleven digits; digits are those of any
script and the spoken ones (幺 for one, 叉 for the X of an identity card). Of a row the same digits
stay as of a telephone number everywhere else (``core.citizen.mask_number``): the first three and
the last four, of a short one the last two. House numbers, times and short numbers are shorter;
spoken quantities (一百二十) are no digits in a row.

A price: a receipt's or an order's number is hidden, too. And what cannot be hidden: the beginning
of a number whose end comes in another segment (``before``) has been shown already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.core.citizen import mask_number

LEAST_DIGITS = 7
LEAST_DIGITS_OVER_COMMAS = 11
MOST_QUANTITY_DIGITS = 10
SHOWN_AT_THE_END = 2
"""Of what continues a number that was begun before."""
STAR = "*"

_DIGIT = r"[\d〇零幺一二三四五六七八九]"
_GAP = r"[\s\-—–.·()（）_嗯呃啊额哦]*"
_COMMAS = r"[\s\-—–.·()（）_嗯呃啊额哦,，、]*"
_ROW = re.compile(rf"{_DIGIT}(?:{_GAP}{_DIGIT})*")
_LONG_ROW = re.compile(rf"{_DIGIT}(?:{_COMMAS}{_DIGIT})*")
_CARD = re.compile(rf"{_DIGIT}(?:{_GAP}{_DIGIT}){{16}}(?:{_GAP}[XxＸ×叉])?")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d([-./])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)")
_COMPACT_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_UNIT_AFTER = re.compile(r"\s*(?:多|余)?\s*(?:元|块|圆|万|亿|人民币|平|米|公里|度|吨|%|％)")
_MONEY_BEFORE = re.compile(r"[¥￥$]\s*$")
_SPOKEN = dict(zip("〇零幺一二三四五六七八九", "001123456789", strict=True))
_BEGIN = re.compile(rf"{_GAP}{_DIGIT}")
_END = re.compile(rf"{_DIGIT}(?:{_GAP}{_DIGIT})*{_GAP}$")


def masked(text: str, before: int = 0) -> str:
    """The text with such numbers hidden; ``before``: so many digits were said right before it."""
    hidden = _hidden(text, before)
    return "".join(STAR if at in hidden else ch for at, ch in enumerate(text))


def masked_words(words: Sequence[str], before: int = 0) -> tuple[str, ...]:
    """The same over words: a number may begin in one and end in another."""
    hidden, start, shown = _hidden(" ".join(words), before), 0, []
    for word in words:
        place = enumerate(word, start)
        shown.append("".join(STAR if at in hidden else ch for at, ch in place))
        start += len(word) + 1
    return tuple(shown)


def open_digits(text: str, before: int = 0) -> int:
    """How many digits it ends with: what is said next may go on with them."""
    found = _END.search(text)
    if found is None:
        return before if not re.sub(_GAP, "", text) else 0
    whole = found.start() == 0 or not re.sub(_GAP, "", text[: found.start()])
    return _count(found.group()) + (before if whole else 0)


def _hidden(text: str, before: int) -> frozenset[int]:
    """Which characters are not to be seen."""
    dates = [found.span() for found in _DATE.finditer(text)]
    plain = _without(text, dates)
    hidden: set[int] = set()
    for begin, end in _rows(plain):
        digits = [at for at in range(begin, end) if _is_digit(plain[at]) or plain[at] in "XxＸ×叉"]
        said_before = before if before and _BEGIN.match(plain) and not _any(plain, begin) else 0
        if said_before + len(digits) < LEAST_DIGITS:
            continue
        if said_before:
            hidden |= set(digits[:-SHOWN_AT_THE_END])
        elif not _harmless(plain, begin, end, len(digits)):
            stars = mask_number("0" * len(digits))
            hidden |= {at for at, star in zip(digits, stars, strict=True) if star == STAR}
    return frozenset(hidden)


def _rows(text: str) -> Iterator[tuple[int, int]]:
    """Where digits stand in a row, from the left, none in two rows."""
    last = 0
    for found in _ROW.finditer(text):
        if found.start() < last:
            continue
        begin, end = found.span()
        card = _CARD.match(text, begin)
        end = max(end, card.end()) if card else end
        if _count(text[begin:end]) < LEAST_DIGITS:
            wide = _LONG_ROW.match(text, begin)
            if wide and _count(wide.group()) >= LEAST_DIGITS_OVER_COMMAS:
                end = wide.end()
        last = end
        yield begin, end


def _harmless(text: str, begin: int, end: int, digits: int) -> bool:
    """Whether this row is a date, or so many of something."""
    plain = "".join(_SPOKEN.get(ch, ch) for ch in text[begin:end] if _is_digit(ch))
    if _COMPACT_DATE.fullmatch(plain):
        return True
    if digits > MOST_QUANTITY_DIGITS:
        return False
    return bool(_UNIT_AFTER.match(text, end) or _MONEY_BEFORE.search(text, 0, begin))


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with these places made blank by something that ends a row."""
    for begin, end in spans:
        text = f"{text[:begin]}{'|' * (end - begin)}{text[end:]}"
    return text


def _any(text: str, end: int) -> bool:
    """Whether a digit stands before ``end``."""
    return any(map(_is_digit, text[:end]))


def _is_digit(ch: str) -> bool:
    return ch.isdecimal() or ch in _SPOKEN


def _count(text: str) -> int:
    return sum(map(_is_digit, text))

"""How the words of a recogniser are written on a screen. PURE.

Chinese words stand without spaces between them, Latin ones keep theirs, numbers that were spoken
become digits where that is sure. Nothing is lost: ``raw`` stays what it was. Numbers that are read
digit by digit stay one word a digit group, as they were heard; a number that is said as a value
over several words (二 十三) becomes one word, whose ``raw`` holds all of them.

Left alone, because they are rather words than numbers: a single numeral (一个, 一下, 万一) unless
a unit of an address follows, "three or four" of something (三四个), holidays (五一), 百分之…, and
what is no well-formed number (二百五).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from asr.segment import Word

DIGITS = {
    "零": 0, "〇": 0, "一": 1, "幺": 1, "二": 2, "两": 2, "三": 3,
    "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
TENS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}

_DIGIT = "零〇一幺二三四五六七八九"
_FIRST = "一二两三四五六七八九"
_NUMERAL = re.compile(f"[{_DIGIT}两十百千万亿]+")
_BELOW_MYRIAD = (
    f"(?:[{_FIRST}]千)?(?:零?[{_FIRST}]百)?(?:零?[{_FIRST}]?十[一二三四五六七八九]?"
    f"|零[一二三四五六七八九])?"
)
_VALUE = re.compile(
    f"(?=[^零])(?:(?:{_BELOW_MYRIAD}|[{_FIRST}])亿)?零?(?:(?:{_BELOW_MYRIAD}|[{_FIRST}])万)?"
    f"(?:{_BELOW_MYRIAD})"
)
_STRING = re.compile(f"[{_DIGIT}]{{2,}}")
_LONG_STRING = re.compile(f"[{_DIGIT}]{{3,}}")
_PLACES = ("号", "单元", "栋", "幢", "室")
"""After these even a single numeral is a number: 解放路三号."""
_MEASURES = re.compile(
    "号楼?|楼|栋|幢|室|单元|层|路|弄|年|月|日|天|点|分|小时|分钟|个|次|人|岁|元|块钱?|米|公里|度|平[米方]?"
)
_SOME_OF = (
    "个",
    "天",
    "次",
    "年",
    "月",
    "块",
    "点",
    "分",
    "岁",
    "米",
    "人",
    "小时",
    "分钟",
    "十",
    "百",
)
"""Before these two numerals in a row may mean "three or four"."""
_WORDS = frozenset({"五一", "六一", "七一", "八一", "三八", "五四", "一一", "一二", "千万", "万千"})


def words_written(words: Sequence[Word]) -> tuple[Word, ...]:
    """The same words with their ``text``; what they say and when stays as it was."""
    made: list[Word] = []
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and _NUMERAL.fullmatch(words[end].raw):
            end += 1
        after = words[end].raw if end < len(words) else ""
        if end == at:
            made.append(_with_a_measure(words[at]))
            at += 1
            continue
        before = words[at - 1].raw if at else ""
        made.extend(_numbers(words[at:end], before, after))
        at = end
    return tuple(made)


def written(words: Sequence[Word]) -> str:
    """Their line on a screen: a space only between two Latin words."""
    line = ""
    for word in words:
        if line and word.text and _latin(line[-1]) and _latin(word.text[0]):
            line += " "
        line += word.text
    return line


def line_written(raw: str) -> str:
    """The line of words that are told with spaces and without times, as a Partial's are."""
    plain = (Word(raw=each, text=each, begin_seconds=0, end_seconds=0) for each in raw.split())
    return written(words_written(tuple(plain)))


def _latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


def _with_a_measure(word: Word) -> Word:
    """二十三号 as one word."""
    found = _NUMERAL.match(word.raw)
    if found and len(found[0]) > 1 and _MEASURES.fullmatch(word.raw, found.end()):
        pieces = _pieces(found[0], "", word.raw[found.end() :])
        return replace(word, text="".join(t for _, _, t in pieces) + word.raw[found.end() :])
    return replace(word, text=word.raw)


def _numbers(run: Sequence[Word], before: str, after: str) -> Iterator[Word]:
    """Words that are all numerals: written, and joined where one number is said in several."""
    if len(run) == 1 and run[0].raw in _WORDS and not after.startswith(_PLACES):
        yield replace(run[0], text=run[0].raw)
        return
    bounds = [0]
    for word in run:
        bounds.append(bounds[-1] + len(word.raw))
    pieces = _pieces("".join(word.raw for word in run), before, after)
    first = 0
    for last in range(len(run)):
        cut = bounds[last + 1]
        if any(begin < cut < end for begin, end, _ in pieces):
            continue  # a number goes on in the next word
        text = "".join(t for begin, _, t in pieces if bounds[first] <= begin < cut)
        yield _joined(run[first : last + 1], text)
        first = last + 1


def _joined(words: Sequence[Word], text: str) -> Word:
    return Word(
        raw=" ".join(word.raw for word in words),
        text=text,
        begin_seconds=words[0].begin_seconds,
        end_seconds=words[-1].end_seconds,
        confidence=min(word.confidence for word in words),
    )


def _pieces(numerals: str, before: str, after: str) -> list[tuple[int, int, str]]:
    """A run of numerals, cut into (begin, end, how that is written) without a gap.

    A piece of more than one character is one number and stays together.
    """
    if before.endswith("百分之"):
        return _as_said(numerals, 0)
    if (value := _value(numerals, after)) is not None:
        return [(0, len(numerals), value)]
    if _STRING.fullmatch(numerals) and not _three_or_four(numerals, after):
        return _digits(numerals, 0)
    pieces: list[tuple[int, int, str]] = []
    at = 0
    for found in _LONG_STRING.finditer(numerals):  # a telephone number, and something behind it
        pieces += _as_said(numerals[at : found.start()], at) + _digits(found[0], found.start())
        at = found.end()
    return pieces + _as_said(numerals[at:], at)


def _as_said(said: str, at: int) -> list[tuple[int, int, str]]:
    return [(at + i, at + i + 1, letter) for i, letter in enumerate(said)]


def _digits(said: str, at: int) -> list[tuple[int, int, str]]:
    return [(at + i, at + i + 1, str(DIGITS[letter])) for i, letter in enumerate(said)]


def _three_or_four(numerals: str, after: str) -> bool:
    return (
        len(numerals) == 2
        and DIGITS[numerals[1]] - DIGITS[numerals[0]] == 1
        and after.startswith(_SOME_OF)
    )


def _value(numerals: str, after: str) -> str | None:
    """A well-formed number of tens, hundreds, thousands, myriads; None: it is not one, surely."""
    if len(numerals) == 1:
        single = {**DIGITS, "两": None, "十": 10}.get(numerals)
        return str(single) if single is not None and after.startswith(_PLACES) else None
    if _STRING.fullmatch(numerals) or not _VALUE.fullmatch(numerals):
        return None
    total = part = digit = 0
    for letter in numerals:
        if letter in DIGITS:
            digit = DIGITS[letter]
        elif letter in TENS:
            part += (digit or 1) * TENS[letter]
            digit = 0
        else:
            total += (part + digit) * MYRIADS[letter]
            part = digit = 0
    total += part + digit
    for unit in ("亿", "万"):
        if total % MYRIADS[unit] == 0:
            return f"{total // MYRIADS[unit]}{unit}"
    return str(total)

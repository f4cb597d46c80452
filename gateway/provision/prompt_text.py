"""Chinese text → numbered pinyin, which the voice ``cmn-latn-pinyin`` speaks.

PURE. The voice does not read Chinese characters. Pinyin as written (GB/T 16159) keeps the
dictionary tone; a voice must be told the spoken one, so the rules of tone sandhi are here.
"""

from __future__ import annotations

import re

from pypinyin import Style, lazy_pinyin

from gateway.provision.errors import NotReady

DIGITS = "零一二三四五六七八九"
# As telephone numbers are read out: 1 is 幺, which cannot be mistaken for 7.
TELEPHONE_DIGITS = "零幺二三四五六七八九"
NUMERALS = frozenset("零一二三四五六七八九十两幺")
PAUSE = re.compile(r"[，。！？、；：,.!?;:]+")


def number_words(number: int, *, counting: bool = False) -> str:
    """1..99 in Chinese; ``counting`` things makes 2 两 (两分钟, but 第二, 十二)."""
    if not 1 <= number <= 99:
        raise ValueError(number)
    if counting and number == 2:
        return "两"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十"
    return head + (DIGITS[ones] if ones or not tens else "")


def to_pinyin(text: str) -> str:
    """``您好，12345 热线`` → ``nin2hao3 , yao1er4san1si4wu3 re4xian4``.

    NotReady names the character that cannot be read (Latin letters, symbols).
    """
    written = re.sub(r"\d+", lambda run: _digits(run[0]), text)
    clauses = [clause.split() for clause in PAUSE.split(written) if clause.strip()]
    return " , ".join(" ".join(_clause(words)) for words in clauses)


def _digits(run: str) -> str:
    if len(run) <= 2 and int(run) > 0:
        return number_words(int(run))
    return "".join(TELEPHONE_DIGITS[int(digit)] for digit in run)


def _clause(words: list[str]) -> list[str]:
    characters = "".join(words)
    syllables = lazy_pinyin(characters, style=Style.TONE3, neutral_tone_with_five=True)
    for character in characters:
        if not "\u4e00" <= character <= "\u9fff":
            raise NotReady(
                f"提示音文字里的“{character}”读不出来，请改用汉字。",
                f"“{character}” in a prompt's text cannot be spoken; write it in Chinese.",
            )
    spoken = _yi_and_bu(characters, syllables)
    out, at = [], 0
    for word in words:
        out.append("".join(_third_tones(spoken[at : at + len(word)])))
        at += len(word)
    return out


def _yi_and_bu(characters: str, syllables: list[str]) -> list[str]:
    """一 and 不 take their tone from what follows; as a numeral 一 keeps its own."""
    spoken = list(syllables)
    for at, character in enumerate(characters):
        after = syllables[at + 1][-1] if at + 1 < len(syllables) else ""
        if character == "不":
            spoken[at] = "bu2" if after == "4" else "bu4"
        elif character == "一":
            before = characters[at - 1] if at else ""
            numeral = (
                before in NUMERALS or before == "第" or characters[at + 1 : at + 2] in NUMERALS
            )
            if numeral or not after:
                spoken[at] = "yi1"
            else:
                spoken[at] = "yi2" if after in "45" else "yi4"
    return spoken


def _third_tones(word: list[str]) -> list[str]:
    """Of third tones in a row, all but the last are spoken as second."""
    return [
        syllable[:-1] + "2"
        if syllable.endswith("3") and at + 1 < len(word) and word[at + 1].endswith("3")
        else syllable
        for at, syllable in enumerate(word)
    ]

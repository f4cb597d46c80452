"""Names of the city, written as they are: a model hears the syllables and knows other characters.

A vosk model learns no word while it runs, and a list of words would keep it from all others. What
it can be helped with is the writing: where it wrote characters that are spoken like a name
(仁民路), the name is put (人民路). PURE.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from pypinyin import Style, pinyin

from asr.segment import Utterance

LEAST_CHARACTERS = 3
"""Shorter names are spoken like too many other words."""


class HotWords:
    """Names of at least LEAST_CHARACTERS Chinese characters; others change nothing."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [
            (name, [readings(one) for one in name])
            for name in sorted(set(names), key=len, reverse=True)
            if len(name) >= LEAST_CHARACTERS and all(map(readings, name))
        ]

    def text(self, text: str) -> str:
        """With the names in it; as long as it was."""
        if not self._names:
            return text
        said, out = [readings(one) for one in text], list(text)
        taken: set[int] = set()
        for name, sounds in self._names:
            for at in range(len(text) - len(name) + 1):
                here = range(at, at + len(name))
                if taken.isdisjoint(here) and all(
                    sound & said[place] for sound, place in zip(sounds, here, strict=True)
                ):
                    out[at : at + len(name)] = name
                    taken.update(here)
        return "".join(out)

    def utterance(self, said: Utterance) -> Utterance:
        """Each word keeps its time and its length, and ``raw`` what the recogniser said."""
        if not self._names:
            return said
        text = self.text("".join(word.text for word in said.words))
        words, at = [], 0
        for word in said.words:
            words.append(replace(word, text=text[at : at + len(word.text)]))
            at += len(word.text)
        return Utterance(words=tuple(words))


@lru_cache(maxsize=20_000)
def readings(character: str) -> frozenset[str]:
    """How it may be spoken, without tones; empty for what is no Chinese character."""
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(found[0]) if found else frozenset()

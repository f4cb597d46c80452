"""What was heard, as values. PURE.

Seconds count from the begin of the sound they belong to: a stream's first sample, a file's.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word with its time.

    ``raw`` is what the recogniser said; ``text`` is how it is written (digits as digits). The texts
    of an utterance's words, joined by ``asr.writing.written``, are its line on a screen.
    """

    raw: str
    text: str
    begin_seconds: float
    end_seconds: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What was said between two pauses: final, it does not change any more. Never empty."""

    words: tuple[Word, ...]

    @property
    def begin_seconds(self) -> float:
        """Where its first word begins."""
        return self.words[0].begin_seconds

    @property
    def end_seconds(self) -> float:
        """Where its last word ends."""
        return self.words[-1].end_seconds

    @property
    def raw(self) -> str:
        """The recogniser's own words, with spaces between them."""
        return " ".join(word.raw for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What recognises. ``rate`` is what it wants, in samples a second.

    ``demo``: our own tiny model, which knows the words of a hotline in a synthetic voice.
    """

    name: str
    rate: int
    demo: bool = False
    grammar: bool = False
    """Whether it takes a list of words at run time."""

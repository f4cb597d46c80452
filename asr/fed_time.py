"""Where in a stream a recogniser's second lies. PURE.

A gate leaves silence out, so a recogniser counts fewer seconds than the stream has.
"""

from __future__ import annotations

from dataclasses import replace

from asr.segment import Utterance

JOINT_SECONDS = 0.001
"""Pieces closer than this follow each other."""
KEPT_SECONDS = 60.0
"""How far back a word may still be told; longer than any utterance."""


class FedTime:
    """What was fed, in order: for each stretch where it began, fed and in the stream."""

    def __init__(self) -> None:
        self._stretches: list[tuple[float, float]] = []
        self._fed = 0.0

    def feed(self, begin_seconds: float, seconds: float) -> None:
        """A piece was fed that begins there in the stream."""
        if not self._stretches or abs(self.begin(self._fed) - begin_seconds) > JOINT_SECONDS:
            self._stretches.append((self._fed, begin_seconds))
        self._fed += seconds
        while len(self._stretches) > 1 and self._stretches[1][0] < self._fed - KEPT_SECONDS:
            del self._stretches[0]

    def begin(self, fed_seconds: float) -> float:
        """Where in the stream something begins that begins there in what was fed."""
        fed, stream = next(
            (each for each in reversed(self._stretches) if each[0] <= fed_seconds),
            self._stretches[0],
        )
        return stream + fed_seconds - fed

    def end(self, fed_seconds: float) -> float:
        """The same for an end: at a joint it is the end of what lies before."""
        fed, stream = next(
            (each for each in reversed(self._stretches) if each[0] < fed_seconds),
            self._stretches[0],
        )
        return stream + fed_seconds - fed

    def placed(self, utterance: Utterance) -> Utterance:
        """With the stream's times. A word never ends before it begins."""
        words = tuple(
            replace(
                word,
                begin_seconds=round(begin := self.begin(word.begin_seconds), 3),
                end_seconds=round(max(begin, self.end(word.end_seconds)), 3),
            )
            for word in utterance.words
        )
        return Utterance(words=words)

"""The gate before a recogniser: speech goes through with its edges, silence does not. PURE.

Decoding silence costs as much as decoding speech, and more than half of a call is silence on each
side. Times stay true because every frame keeps its own.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

FRAME_SECONDS = 0.02
PRE_ROLL_FRAMES = 15
"""300 ms before the first frame that sounds like speech: soft beginnings of words."""
HANG_OVER_FRAMES = 40
"""800 ms after the last one: soft ends, and the pauses within a sentence."""
OPENS_AT = 2
"""Frames of speech among the last OPENS_AMONG that open it; one alone is a click."""
OPENS_AMONG = 4


@dataclass(frozen=True, slots=True)
class Pass:
    """Give this to the recogniser; ``begin_seconds`` is its time in the stream."""

    pcm: bytes
    begin_seconds: float


@dataclass(frozen=True, slots=True)
class Closed:
    """What was said is over: the recogniser may end its utterance."""


class Gate:
    """Takes every frame with a judgement, gives what the recogniser gets."""

    def __init__(self) -> None:
        self._before: deque[Pass] = deque(maxlen=PRE_ROLL_FRAMES)
        self._recent: deque[bool] = deque(maxlen=OPENS_AMONG)
        self._silent = 0
        self.open = False

    def take(self, pcm: bytes, begin_seconds: float, *, speech: bool) -> list[Pass | Closed]:
        """One frame; what comes out keeps the order of the stream, and no frame comes twice."""
        frame = Pass(pcm, begin_seconds)
        self._recent.append(speech)
        if not self.open:
            self._before.append(frame)
            if sum(self._recent) < OPENS_AT:
                return []
            self.open, self._silent = True, 0
            out: list[Pass | Closed] = [*self._before]
            self._before.clear()
            return out
        self._silent = 0 if speech else self._silent + 1
        if self._silent < HANG_OVER_FRAMES:
            return [frame]
        return [frame, *self.shut()]

    def shut(self) -> list[Pass | Closed]:
        """Nothing comes for now, or any more."""
        self._before.clear()
        self._recent.clear()
        if not self.open:
            return []
        self.open = False
        return [Closed()]

"""Whether a frame sounds like speech: the only door to webrtcvad."""

from __future__ import annotations

import numpy as np
import webrtcvad

from asr.gate import FRAME_SECONDS
from asr.timeline import Piece

FOR_WORDS = 1
"""Rather too much than too little goes to the recogniser."""
FOR_BARGE_IN = 3
"""A prompt is not stopped by noise."""
FAINTEST = 100.0
"""Root mean square below which nobody speaks up against a prompt (-50 dB of full scale)."""


class Frames:
    """Cuts sound of any length into frames of 20 ms and judges each; keeps less than a frame.

    ``rate``: 8000 or 16000. ``strictness``: 0..3, the stricter the less is called speech.
    """

    def __init__(self, rate: int, strictness: int) -> None:
        self._rate = rate
        self.size = round(rate * FRAME_SECONDS) * 2
        self._vad = webrtcvad.Vad(strictness)
        self._kept = bytearray()

    def cut(self, pcm: bytes, begin_seconds: float = 0.0) -> list[Piece]:
        """The frames that this completes, each with the second at which it begins."""
        if not self._kept and len(pcm) == self.size:
            return [(pcm, begin_seconds)]
        first = begin_seconds - len(self._kept) / (2 * self._rate)
        self._kept += pcm
        whole = len(self._kept) // self.size * self.size
        frames = [
            (bytes(self._kept[at : at + self.size]), first + at / (2 * self._rate))
            for at in range(0, whole, self.size)
        ]
        del self._kept[:whole]
        return frames

    def speech(self, frame: bytes) -> bool:
        """Whether this frame, which follows the one before, sounds like speech."""
        return bool(self._vad.is_speech(frame, self._rate))


def loud(frame: bytes) -> bool:
    """Whether it is loud enough to be meant for us; the detector alone takes up any new noise."""
    samples = np.frombuffer(frame, "<i2").astype(np.float32)
    return float(np.sqrt(np.mean(samples * samples))) >= FAINTEST

"""Who hears whom: the level of one tone in a piece of sound. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

RATE = 8000  # samples a second, G.711


def tone_level(samples: Sequence[int], hertz: float, rate: int = RATE) -> float:
    """The amplitude of this frequency in 16-bit units (0..32767), by Goertzel's algorithm.

    Half a second of samples tells frequencies 4 Hz apart; 0 for no samples at all. The samples are
    weighed by a Hann window, so that a loud tone does not leak into far frequencies.
    """
    count = len(samples)
    if count < 2:
        return 0.0
    turn = 2 * math.pi * hertz / rate
    factor = 2 * math.cos(turn)
    before = last = 0.0
    window = 2 * math.pi / (count - 1)
    for index, sample in enumerate(samples):
        weighed = sample * (0.5 - 0.5 * math.cos(window * index))
        before, last = last, weighed + factor * last - before
    power = last * last + before * before - factor * last * before
    return 4 * math.sqrt(max(0.0, power)) / count


def loudness(samples: Sequence[int]) -> float:
    """Root mean square in 16-bit units; 0 for no samples."""
    if not samples:
        return 0.0
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))


def sine(hertz: float, seconds: float, amplitude: int = 8000, rate: int = RATE) -> list[int]:
    """A tone as 16-bit samples."""
    turn = 2 * math.pi * hertz / rate
    return [int(amplitude * math.sin(turn * index)) for index in range(int(seconds * rate))]

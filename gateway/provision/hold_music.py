"""Music on hold of our own making: a slow pentatonic figure over soft fifths, so nothing is owed.

PURE: numbers in, samples out.
"""

from __future__ import annotations

import array
import math

SECONDS = 24
RMS_DBFS = -26.0
BEATS = 48  # half a second each; a note's tail runs over the end into the beginning: no seam
# 宫调五声音阶 on C, as semitones above C4; None is a rest.
FIGURE = (
    0, None, 7, None, 9, None, 12, None, 9, None, 7, None, 4, None, 2, None,
    4, None, 7, None, 9, None, 14, None, 12, None, 9, None, 7, None, 4, None,
    2, None, 4, None, 7, None, 9, None, 7, None, 4, None, 2, None, 0, None,
)  # fmt: skip
# One fifth for every eight beats, below the figure.
FIFTHS = (-12, -15, -8, -10, -15, -12)
C4_HZ = 261.63
NOTE_SECONDS, NOTE_ATTACK_SECONDS = 2.4, 0.03
PAD_SECONDS, PAD_ATTACK_SECONDS, PAD_GAIN = 4.5, 1.0, 0.35


def compose(rate: int) -> array.array[int]:
    """The loop as 16-bit samples at ``rate`` hertz."""
    length = SECONDS * rate
    mix = [0.0] * length
    beat = length // BEATS
    heard = {
        semitone: _note(semitone, NOTE_SECONDS, NOTE_ATTACK_SECONDS, rate)
        for semitone in sorted({note for note in FIGURE if note is not None})
    }
    for place, semitone in enumerate(FIGURE):
        if semitone is not None:
            _add(mix, place * beat, heard[semitone], 1.0)
    for place, root in enumerate(FIFTHS):
        for semitone in (root, root + 7):
            pad = _note(semitone, PAD_SECONDS, PAD_ATTACK_SECONDS, rate)
            _add(mix, place * 8 * beat, pad, PAD_GAIN)
    loudness = math.sqrt(sum(value * value for value in mix) / length)
    scale = 32768 * 10 ** (RMS_DBFS / 20) / loudness
    return array.array("h", (round(value * scale) for value in mix))


def _note(semitone: int, seconds: float, attack_seconds: float, rate: int) -> list[float]:
    turn = 2 * math.pi * C4_HZ * 2 ** (semitone / 12) / rate
    samples = int(seconds * rate)
    sound = []
    for at in range(samples):
        elapsed = at / rate
        fading = math.exp(-2.2 * elapsed / seconds)
        # the last tenth goes to zero, so that no note ends with a click
        shape = min(1.0, elapsed / attack_seconds, 10 * (samples - at) / samples)
        wave = (
            fading * math.sin(turn * at)
            + 0.28 * fading * fading * math.sin(2 * turn * at)
            + 0.08 * fading**3 * math.sin(3 * turn * at)
        )
        sound.append(shape * wave)
    return sound


def _add(mix: list[float], start: int, sound: list[float], gain: float) -> None:
    for at, value in enumerate(sound, start):
        mix[at % len(mix)] += gain * value

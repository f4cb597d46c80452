"""How whole a tone is: measured on the samples, so that a busy machine does not matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RATE, PACKET_SAMPLES = 8000, 160
SLIP_RADIANS = 0.3


@dataclass(frozen=True, slots=True)
class Unbroken:
    """``slips``: how often a piece was missing, doubled or damaged; ``clear_db``: tone to noise.

    ``seconds`` is the sound that was measured.
    """

    seconds: float
    slips: int
    clear_db: float


def unbroken(samples: Sequence[int], hertz: int) -> Unbroken:
    """Follow the phase of a steady tone from packet to packet (20 ms); it never jumps by itself."""
    count = len(samples) // PACKET_SAMPLES
    if not count:
        return Unbroken(0.0, 0, 0.0)
    pieces = np.asarray(samples[: count * PACKET_SAMPLES], float).reshape(count, PACKET_SAMPLES)
    turn = 2j * np.pi * hertz / RATE * np.arange(count * PACKET_SAMPLES)
    wave = np.exp(-turn).reshape(count, PACKET_SAMPLES)
    found = 2 * (pieces * wave).mean(axis=1)
    clean = (found[:, None] * wave.conj()).real
    noise = np.maximum((pieces - clean).std(axis=1), 1e-9)
    clear = 20 * np.log10(np.maximum(np.abs(found) / np.sqrt(2), 1e-9) / noise)
    jumps = np.abs(np.angle(found[1:] * found[:-1].conj())) > SLIP_RADIANS
    quiet = np.abs(found[1:]) < np.abs(found).max() / 2
    return Unbroken(count / 50, int((jumps | quiet).sum()), float(np.median(clear)))

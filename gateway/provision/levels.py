"""How loud a recording is, read from its samples. PURE."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.provision.errors import NotReady

FULL_SCALE = 32768
HIGHEST_PEAK_DBFS = -1.0
LOWEST_PEAK_DBFS = -6.0
LOWEST_RMS_DBFS = -30.0
# So many samples in a row at full scale are a cut-off wave, not a loud one.
CLIPPED_RUN = 4
CLIPPED_AT = 32700


@dataclass(frozen=True, slots=True)
class Loudness:
    """Decibels below full scale of 16-bit samples; ``clipped_run`` in samples."""

    peak_dbfs: float
    rms_dbfs: float
    clipped_run: int


def measure(samples: Sequence[int]) -> Loudness:
    """Of mono 16-bit samples; minus infinity when there is nothing but zeros."""
    peak = max((abs(sample) for sample in samples), default=0)
    power = sum(sample * sample for sample in samples) / len(samples) if samples else 0.0
    run = longest = 0
    for sample in samples:
        run = run + 1 if abs(sample) >= CLIPPED_AT else 0
        longest = max(longest, run)
    return Loudness(_decibels(peak), _decibels(math.sqrt(power)), longest)


def _decibels(amplitude: float) -> float:
    return 20 * math.log10(amplitude / FULL_SCALE) if amplitude else -math.inf


def check(name: str, loudness: Loudness) -> None:
    """NotReady, naming the prompt, when callers would hear nothing, too little or a distortion."""
    if loudness.clipped_run >= CLIPPED_RUN:
        raise NotReady(
            f"提示音 {name} 削波失真，请以更低的音量重录。",
            f"Prompt {name} is clipped; record it again at a lower level.",
        )
    heard = (
        LOWEST_PEAK_DBFS <= loudness.peak_dbfs <= HIGHEST_PEAK_DBFS
        and loudness.rms_dbfs > LOWEST_RMS_DBFS
    )
    if not heard:
        said = f"peak {loudness.peak_dbfs:.1f} dBFS, RMS {loudness.rms_dbfs:.1f} dBFS"
        raise NotReady(
            f"提示音 {name} 音量不对或没有声音（{said}），请重录。",
            f"Prompt {name} is silent, too quiet or too loud ({said}); record it again.",
        )

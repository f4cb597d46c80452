"""How many streams this machine can follow live: as calibrated, or measured in a moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np

from asr.calibration import cores_here, read_calibration, slots_for
from asr.errors import EngineAway
from asr.recognizer import Done, Recognizers, Said
from asr.segment import Model

MEASURED_SECONDS = 4.0
MEASURE_MOST_SECONDS = 10.0
MOST_SLOTS = 500
RATE = 8000


def calibrated_slots(file: Path, model: Model, workers: int) -> int | None:
    """By what ``hotline asr calibrate`` measured for this model on so many cores; None: nothing."""
    found = read_calibration(file)
    if found is None or (found.model, found.cores) != (model.name, cores_here()) or found.rtf <= 0:
        return None
    return min(slots_for(found.rtf, workers), MOST_SLOTS)


async def measured_slots(recognizers: Recognizers, workers: int) -> int:
    """As ``slots_for``, by how long one worker takes for some noise; 0: it does not come back.

    Noise is dearer than speech, and half of a call is silence, which the gate keeps away.
    """
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def told(said: Said) -> None:
        if isinstance(said, Done):
            done.set()

    noise = np.random.default_rng(1).normal(0, 2000, int(MEASURED_SECONDS * RATE))
    began = loop.time()
    try:
        hearing = recognizers.open(told, rate=RATE, partials=True)
    except EngineAway:
        return 0
    hearing.feed(noise.astype("<i2").tobytes(), 0.0)
    hearing.close()
    try:
        async with asyncio.timeout(MEASURE_MOST_SECONDS):
            await done.wait()
    except TimeoutError:
        hearing.drop()
        return 0
    return min(slots_for((loop.time() - began) / MEASURED_SECONDS, workers), MOST_SLOTS)

"""Measures how much of real time a model takes here, with every core busy as in earnest."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import cycle
from multiprocessing.managers import ValueProxy
from pathlib import Path

from asr.calibration import Calibration, cores_here, slots_for
from asr.models import look
from asr.vosk_local import VoskEngine

RATE = 8000
PIECE_BYTES = RATE // 50 * 2  # 20 ms, as a call brings them
WARM_SECONDS = 0.5  # the first moments fill caches
TICK_SECONDS = 0.2
TOLD_SHARE = 0.02
BELOW_CALLS = 5  # nice, as the processes that recognise in earnest
LIMIT_SECONDS = 120.0  # beside the measuring itself: loading, however slow


def calibrate(
    folder: Path,
    sounds: Sequence[bytes],
    *,
    workers: int,
    seconds: float,
    tell: Callable[[float], None] = lambda _: None,
) -> Calibration:
    """Recognise ``sounds`` (speech: 8 kHz, 16 bit, mono) for ``seconds`` in each of ``workers``.

    ``tell`` gets the share that is done. Raises ModelUnusable, SoundUnusable; TimeoutError.
    """
    name = look(folder).model.name
    context = multiprocessing.get_context("spawn")
    with context.Manager() as shared, ProcessPoolExecutor(workers, mp_context=context) as pool:
        done = [shared.Value("d", 0.0) for _ in range(workers)]
        running = [pool.submit(_recognised, folder, sounds, seconds, one) for one in done]
        until = time.monotonic() + seconds + LIMIT_SECONDS
        while not all(one.done() for one in running):
            tell(sum(one.value for one in done) / workers)
            if time.monotonic() > until:
                raise TimeoutError
            time.sleep(TICK_SECONDS)
        tell(1.0)
        rtf = round(max(one.result() for one in as_completed(running)), 5)
    return Calibration(
        model=name,
        cores=cores_here(),
        workers=workers,
        rtf=rtf,
        slots=slots_for(rtf, workers),
    )


def _recognised(
    folder: Path, sounds: Sequence[bytes], seconds: float, done: ValueProxy[float]
) -> float:
    """Processor seconds for a second of sound; what else the machine does is not in it."""
    os.nice(BELOW_CALLS)
    recognizer = VoskEngine(look(folder)).recognizer(RATE)
    pieces = _pieces(sounds)
    warm = time.monotonic() + WARM_SECONDS
    while time.monotonic() < warm:
        recognizer.feed(next(pieces))
    warm, worked, heard, told = time.monotonic(), time.process_time(), 0, 0.0
    while (share := (time.monotonic() - warm) / seconds) < 1:
        recognizer.feed(next(pieces))
        heard += 1
        if share > told + TOLD_SHARE:
            told = done.value = share
    recognizer.finish()
    return (time.process_time() - worked) / (heard * PIECE_BYTES / 2 / RATE)


def _pieces(sounds: Sequence[bytes]) -> Iterator[bytes]:
    for sound in cycle(sounds):
        for at in range(0, len(sound), PIECE_BYTES):
            yield sound[at : at + PIECE_BYTES]

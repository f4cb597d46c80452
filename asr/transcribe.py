"""A WAV file becomes text, below everything that is live.

The file is read while it is recognised, so its length is no matter. A second of it is given when
the second before has its answer and nothing live lags.
"""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path
from typing import Protocol

from asr.errors import EngineAway, SoundUnusable
from asr.recognizer import Done, Missed, Recognizers, Said
from asr.segment import Utterance

RATES = (8000, 16000)
LIVE_LAG_SECONDS = 0.3
"""While live sound waits longer for its answer, nothing is given."""
LOOKS_SECONDS = 0.02
STALLS_SECONDS = 120.0
"""Without any answer for so long, while nothing live lags, it is given up."""


class Busy(Protocol):
    """Who knows how far behind what is live is."""

    @property
    def lag_seconds(self) -> float:
        """The oldest live sound that has no answer."""
        ...


async def transcribe(
    recognizers: Recognizers,
    live: Busy,
    file: Path,
    begin_seconds: float = 0.0,
    end_seconds: float = 0.0,
) -> tuple[Utterance, ...]:
    """What is said in it, or between two times of it (0: to its end); times are the file's.

    8000 or 16000 samples a second, 16 bit, mono. Raises SoundUnusable when it is none; EngineAway
    when nothing recognises, or a part of it was not recognised.
    """
    sound = await asyncio.to_thread(_opened, file)
    try:
        return await _Reading(recognizers, live, sound).words(begin_seconds, end_seconds)
    finally:
        sound.close()


class _Reading:
    """One file, while it is recognised."""

    def __init__(self, recognizers: Recognizers, live: Busy, sound: wave.Wave_read) -> None:
        self._sound, self._live = sound, live
        self._rate = sound.getframerate()
        self._said: list[Said] = []
        self._hearing = recognizers.open(
            self._said.append, rate=self._rate, partials=False, background=True
        )

    async def words(self, begin: float, end: float) -> tuple[Utterance, ...]:
        """From ``begin`` to ``end``."""
        last = self._sound.getnframes()
        at = min(int(begin * self._rate), last)
        last = min(int(end * self._rate), last) if end else last
        try:
            self._sound.setpos(at)
            while at < last:
                pcm = await asyncio.to_thread(self._sound.readframes, min(self._rate, last - at))
                if not pcm:
                    break  # its head promises more than there is: a recorder was killed
                self._hearing.feed(pcm, at / self._rate)
                at += len(pcm) // 2
                await self._answered()
            self._hearing.close()
            await self._done()
        finally:
            self._hearing.drop()
        if any(isinstance(each, Missed) for each in self._said):
            raise EngineAway("部分录音无法识别", "a part of the sound could not be recognised")
        return tuple(each for each in self._said if isinstance(each, Utterance))

    async def _answered(self) -> None:
        waited = 0.0
        while self._hearing.unheard or self._live.lag_seconds > LIVE_LAG_SECONDS:
            await asyncio.sleep(LOOKS_SECONDS)
            waited = 0.0 if self._live.lag_seconds > LIVE_LAG_SECONDS else waited + LOOKS_SECONDS
            _give_up_after(waited)

    async def _done(self) -> None:
        waited = 0.0
        while not (self._said and isinstance(self._said[-1], Done)):
            await asyncio.sleep(LOOKS_SECONDS)
            waited += LOOKS_SECONDS
            _give_up_after(waited)


def _give_up_after(waited: float) -> None:
    if waited > STALLS_SECONDS:
        raise EngineAway("识别没有响应", "the recogniser does not answer")


def _opened(file: Path) -> wave.Wave_read:
    try:
        sound = wave.open(str(file), "rb")  # noqa: SIM115 - its reader closes it
    except (OSError, EOFError, wave.Error) as fault:
        raise _refused(file) from fault
    if (sound.getnchannels(), sound.getsampwidth()) != (1, 2) or sound.getframerate() not in RATES:
        sound.close()
        raise _refused(file)
    return sound


def _refused(file: Path) -> SoundUnusable:
    return SoundUnusable(
        f"{file.name} 无法读取：须为 WAV 文件，8000 或 16000 Hz，16 位，单声道",
        f"{file.name} cannot be read: it must be a WAV file of 8000 or 16000 Hz, 16 bit, mono",
    )

"""Sound that is recognised from files, one after the other, below everything that is live."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from asr import wire
from asr.errors import AsrError, EngineAway, SoundUnusable
from asr.hot_words import HotWords
from asr.recognizer import Recognizers
from asr.transcribe import Busy, transcribe

MOST_WAITING = 256
MOST_WORDS = 100_000
"""More than a day of speech; a line to the gateway has a limit."""


class Jobs:
    """In the order they were told; more than MOST_WAITING fail at once."""

    def __init__(self, say: Callable[[wire.Report], None], hot_words: HotWords) -> None:
        self._say, self._hot_words = say, hot_words
        self._waiting: asyncio.Queue[wire.Transcribe] = asyncio.Queue(MOST_WAITING)

    def add(self, job: wire.Transcribe) -> None:
        """Answered by Transcribed, whatever becomes of it."""
        try:
            self._waiting.put_nowait(job)
        except asyncio.QueueFull:
            self._say(wire.Transcribed(job=job.job, error="failed"))

    async def work(self, recognizers: Recognizers, live: Busy) -> None:
        """For ever."""
        while True:
            job = await self._waiting.get()
            self._say(await self._done(job, recognizers, live))

    async def _done(
        self, job: wire.Transcribe, recognizers: Recognizers, live: Busy
    ) -> wire.Transcribed:
        try:
            heard = await transcribe(
                recognizers, live, Path(job.file), job.begin_seconds, job.end_seconds
            )
        except SoundUnusable:
            return wire.Transcribed(job=job.job, error="unreadable")
        except EngineAway:
            return wire.Transcribed(job=job.job, error="no-model")
        except (AsrError, OSError):
            return wire.Transcribed(job=job.job, error="failed")
        if sum(len(one.words) for one in heard) > MOST_WORDS:
            return wire.Transcribed(job=job.job, error="failed")
        utterances = tuple(map(self._hot_words.utterance, heard))
        return wire.Transcribed(job=job.job, utterances=utterances)

"""``ports.Ears`` on a process: started, watched, and replaced when it hangs or dies."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeVar

import structlog

from asr import wire
from gateway.ports.ears import EarsLost, EarsUnavailable, Heard
from gateway.speech.ear_life import EarLife, EarPatience
from gateway.supervise import Health, keep_running

MOST_UNREAD_REPORTS = 10_000
CONNECT_SECONDS = 15.0
"""From an Ask to the caller's connection, and back with the answer."""
TRANSCRIBE_SECONDS = 3600.0

Answer = TypeVar("Answer", wire.Answered, wire.Transcribed)

log = structlog.get_logger()


class EarProcess:
    """Keeps one ear running for as long as the context lasts.

    ``command`` starts it (``ear_command``); None: speech is off, and everything here says so. One
    that hangs is killed, one that died is followed by another within a second, or after growing
    pauses while none comes up. Reports wait in a queue of MOST_UNREAD_REPORTS: partials leave it
    first, and when even that does not help the ear counts as lost.
    """

    def __init__(
        self,
        command: Sequence[str] | None,
        *,
        patience: EarPatience | None = None,
        most_unread: int = MOST_UNREAD_REPORTS,
    ) -> None:
        self._command = command
        self._patience = patience or EarPatience()
        self._most_unread = most_unread
        self._unread: deque[Heard] = deque()
        self._something = asyncio.Event()
        self._closed = False
        self._life: EarLife | None = None
        self._ready: wire.Ready | None = None
        self._answers: dict[str, asyncio.Future[wire.Answered]] = {}
        self._jobs: dict[str, asyncio.Future[wire.Transcribed]] = {}
        self._tasks = asyncio.TaskGroup()
        self._keeping: asyncio.Task[None] | None = None
        self.lost = 0
        """How many ears were lost since the start."""

    @property
    def state(self) -> Literal["up", "down", "off"]:
        """Off by setting; up from wire.Ready on; else down."""
        if self._command is None:
            return "off"
        return "up" if self._ready else "down"

    @property
    def ready(self) -> wire.Ready | None:
        """What the ear said of itself; None while there is none."""
        return self._ready

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        if self._command is not None:
            keeping = keep_running(
                "ear",
                self._live_once,
                Health(),
                first_pause_seconds=self._patience.first_pause_seconds,
                longest_pause_seconds=self._patience.longest_pause_seconds,
            )
            self._keeping = self._tasks.create_task(keeping, name="ear")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._keeping:
            self._keeping.cancel()
        try:
            # the body's own error stays what it is, not in a group
            cancelled = kind is asyncio.CancelledError
            await self._tasks.__aexit__(
                *((kind, error, trace) if cancelled else (None, None, None))
            )
        finally:
            self._is_lost()
            self._closed = True
            self._something.set()

    async def heard(self) -> AsyncIterator[Heard]:
        """Everything the ear reports, in order, until the end; answers go to who asked for them."""
        while True:
            while self._unread:
                yield self._unread.popleft()
            if self._closed:
                return
            self._something.clear()
            await self._something.wait()

    def tell(self, command: wire.Command) -> None:
        """Say this; before wire.Ready, and after the ear is gone, it is dropped."""
        if self._life and self._ready:
            self._life.say(command)

    async def ask(self, ask: wire.Ask) -> wire.Answered:
        """Play, listen and give the answer. Raises EarsUnavailable."""
        limit = ask.most_ms / 1000 + CONNECT_SECONDS
        try:
            return await self._answer(self._answers, ask.stream, ask, limit)
        except BaseException:
            self.tell(wire.Forget(stream=ask.stream))
            raise

    async def transcribe(
        self,
        job: str,
        file: Path,
        begin: float,
        end: float,
        *,
        within_seconds: float = TRANSCRIBE_SECONDS,
    ) -> wire.Transcribed:
        """The words of a WAV file, or of a part of it. Raises EarsUnavailable."""
        command = wire.Transcribe(job=job, file=str(file), begin_seconds=begin, end_seconds=end)
        return await self._answer(self._jobs, job, command, within_seconds)

    async def _answer(
        self,
        waiting: dict[str, asyncio.Future[Answer]],
        name: str,
        command: wire.Command,
        limit: float,
    ) -> Answer:
        if self._ready is None or name in waiting:
            raise EarsUnavailable(self.state)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        waiting[name] = answer
        try:
            self.tell(command)
            async with asyncio.timeout(limit):
                return await answer
        except TimeoutError:
            raise EarsUnavailable("no answer in time") from None
        finally:
            del waiting[name]

    async def _live_once(self) -> None:
        if self._command is None:
            return
        loop = asyncio.get_running_loop()
        born, why = loop.time(), "fault"
        self._life = EarLife(self._command, self._patience, self._took)
        try:
            why = await self._life.run()
        except OSError as fault:
            why = type(fault).__name__
        except asyncio.CancelledError:
            why = ""
            raise
        finally:
            if why:
                self.lost += 1
                seconds = round(loop.time() - born, 1)
                log.error("ear_lost", why=why, seconds=seconds, lost=self.lost)
            self._is_lost()

    def _took(self, report: wire.Report) -> bool:
        if isinstance(report, wire.Answered):
            _settle(self._answers.get(report.stream), report)
            return True
        if isinstance(report, wire.Transcribed):
            _settle(self._jobs.get(report.job), report)
            return True
        if len(self._unread) >= self._most_unread:
            if isinstance(report, wire.Partial):
                return True
            kept = [one for one in self._unread if not isinstance(one, wire.Partial)]
            if len(kept) == len(self._unread):
                return False
            self._unread = deque(kept)
        if isinstance(report, wire.Ready):
            self._ready = report
        self._unread.append(report)
        self._something.set()
        return True

    def _is_lost(self) -> None:
        """Whoever waits for an answer gets none; the reader is told once."""
        for waiting in (self._answers, self._jobs):
            for future in waiting.values():
                if not future.done():
                    future.set_exception(EarsUnavailable("lost"))
        if self._ready is not None:
            self._unread.append(EarsLost())
            self._something.set()
        self._ready = self._life = None


def _settle(future: asyncio.Future[Answer] | None, answer: Answer) -> None:
    if future and not future.done():
        future.set_result(answer)

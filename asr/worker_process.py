"""A recognising process as the ear sees it: started, asked, watched, ended."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count

from asr.backlog import Close, Entry, Pause
from asr.errors import EngineAway, ModelUnusable
from asr.frames import Frame, FrameFault, Frames, Kind, answer, told
from asr.hearing import Stream
from asr.models import ModelFolder

LOADS_SECONDS = 60.0
"""The largest models take half of it from a slow disk."""
HANGS_SECONDS = 5.0
"""No answer for so long, with something asked: it hangs."""
LOOKS_SECONDS = 0.25
ENDS_SECONDS = 2.0
READ_BYTES = 1 << 16


class WorkerProcess:
    """One, and the streams that it recognises. Its answers come in the order of the asking."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._frames = Frames()
        self._numbers = count(1)
        self._number: dict[Stream, int] = {}
        self._asked: deque[tuple[int, Stream]] = deque()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def streams(self) -> tuple[Stream, ...]:
        """What it recognises."""
        return tuple(self._number)

    @property
    def suspect(self) -> Stream | None:
        """The stream whose sound it has in hand."""
        return self._asked[0][1] if self._asked else None

    # ---- asr.hearing.Link -----------------------------------------------------------------------

    def begin(self, stream: Stream) -> None:
        """It comes."""
        self._number[stream] = next(self._numbers)
        wanted = {"rate": stream.rate, "words": stream.words}
        self._write(Frame.of(Kind.OPEN, self._number[stream], wanted))

    def send(self, stream: Stream, entry: Entry) -> None:
        """Ask this."""
        number = self._number[stream]
        match entry:
            case Pause():
                frame = Frame(Kind.PAUSE, number)
            case Close():
                frame = Frame(Kind.CLOSE, number)
            case _:
                kind = Kind.SOUND if stream.partials else Kind.QUIET_SOUND
                frame = Frame(kind, number, entry.pcm)
        self._asked.append((number, stream))
        self._write(frame)

    def leave(self, stream: Stream) -> None:
        """It goes."""
        if (number := self._number.pop(stream, None)) is not None:
            self._write(Frame(Kind.FORGET, number))

    # ---- its life -------------------------------------------------------------------------------

    async def loaded(self) -> None:
        """Wait until its model is in memory. Raises ModelUnusable, EngineAway."""
        try:
            async with asyncio.timeout(LOADS_SECONDS):
                frame = next(iter(await self._read()))
        except TimeoutError:
            raise EngineAway(
                f"模型 {LOADS_SECONDS:.0f} 秒内没有加载完",
                f"the model did not load within {LOADS_SECONDS:.0f} s",
            ) from None
        if frame.kind is Kind.UNUSABLE:
            why = told(frame.payload)
            raise ModelUnusable(str(why.get("zh")), str(why.get("en")))

    async def serve(self) -> None:
        """Bring every answer to its stream. Raises EngineAway when it is gone or hangs."""
        idle = 0.0  # counted in our own turns: if we stood still ourselves, it did not hang
        while idle < HANGS_SECONDS:
            try:
                async with asyncio.timeout(LOOKS_SECONDS):
                    frames = await self._read()
            except TimeoutError:
                idle = idle + LOOKS_SECONDS if self._asked else 0.0
                continue
            idle = 0.0
            for frame in frames:
                self._answer(frame)
        raise _away()

    def _answer(self, frame: Frame) -> None:
        if frame.kind is not Kind.ANSWER or not self._asked:
            raise FrameFault("not asked")
        number, stream = self._asked.popleft()
        if number != frame.stream:
            raise FrameFault("out of order")
        said = answer(frame.payload)
        if self._number.get(stream) == number:
            stream.answered(said)

    async def _read(self) -> list[Frame]:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe: see ``started``
        while True:
            more = await self._process.stdout.read(READ_BYTES)
            if not more:
                raise _away()
            if frames := self._frames.feed(more):
                return frames

    def _write(self, frame: Frame) -> None:
        assert self._process.stdin is not None  # noqa: S101 - the same
        if not self._process.stdin.is_closing():
            self._process.stdin.write(frame.encoded())


def _away() -> EngineAway:
    return EngineAway("识别进程已退出或没有响应", "a recognising process ended or does not answer")


@asynccontextmanager
async def started(folder: ModelFolder) -> AsyncIterator[WorkerProcess]:
    """Start one; afterwards it is gone for certain."""
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "asr.worker", str(folder.path), str(os.getpid())),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **one_thread, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    try:
        yield WorkerProcess(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(ENDS_SECONDS):
                await process.wait()

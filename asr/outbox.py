"""What the ear says: written to a pipe without ever waiting for who reads it."""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType
from typing import IO, Self

from asr import wire

MOST_BUFFERED_BYTES = 256 * 1024
"""In the pipe's transport; what is more waits as reports, of which some can be left out."""
MOST_WAITING = 20_000
VOLATILE = (wire.Partial, wire.Load)
"""Left out as soon as the reader is late: what comes next replaces them."""


class Outbox(asyncio.Protocol):
    """A pipe for reports while the context lasts.

    ``broken`` is set when nobody reads it: the pipe is gone, or MOST_WAITING reports wait that
    cannot be left out. Then the ear is of no use, and should end.
    """

    def __init__(self, pipe: IO[bytes], *, most_waiting: int = MOST_WAITING) -> None:
        self._pipe = pipe
        self._most_waiting = most_waiting
        self._waiting: deque[bytes] = deque()
        self._full = False
        self._out: asyncio.WriteTransport | None = None
        self.broken = asyncio.Event()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._out, _ = await loop.connect_write_pipe(lambda: self, self._pipe)
        self._out.set_write_buffer_limits(MOST_BUFFERED_BYTES, MOST_BUFFERED_BYTES // 4)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._out:
            self._out.abort()

    def say(self, report: wire.Report) -> None:
        """In order; what is volatile is left out while the reader is late."""
        if self.broken.is_set() or self._out is None:
            return
        if not self._full:
            self._out.write(wire.encode(report))
        elif not isinstance(report, VOLATILE):
            if len(self._waiting) >= self._most_waiting:
                self.broken.set()
                return
            self._waiting.append(wire.encode(report))

    def pause_writing(self) -> None:
        """The reader is late."""
        self._full = True

    def resume_writing(self) -> None:
        """It has caught up: what waited goes first."""
        self._full = False
        while self._waiting and not self._full and self._out:
            self._out.write(self._waiting.popleft())

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Nobody reads any more."""
        self._out = None
        self.broken.set()

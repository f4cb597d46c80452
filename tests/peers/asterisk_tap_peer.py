"""Asterisk's side of AudioSocket: a tap that sends a leg's sound, or the dialplan's application."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from asr.audiosocket import Frame, Kind, Parser, frame_bytes
from tests.eventually import never, takes

FRAME_SECONDS = 0.02
QUIET = bytes(320)


class AsteriskTap:
    """One connection. What it is sent is in ``frames`` with the loop's time of each."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.frames: list[tuple[float, Frame]] = []
        self.closed = asyncio.Event()
        """The other side has closed."""

    @property
    def hung_up(self) -> bool:
        """Whether it was sent the hangup frame: the dialplan goes on."""
        return any(frame.kind is Kind.HANGUP for _, frame in self.frames)

    @property
    def sound(self) -> bytes:
        """What it was sent to play."""
        return b"".join(frame.payload for _, frame in self.frames if frame.rate)

    def send(self, *frames: Frame) -> None:
        """At once."""
        self.send_bytes(b"".join(map(frame_bytes, frames)))

    def send_bytes(self, data: bytes) -> None:
        """Whatever it is."""
        self._writer.write(data)

    async def say(self, pcm: bytes, *, kind: Kind = Kind.SLIN8, times_real: float = 1.0) -> float:
        """Sound in frames of 20 ms, at this multiple of real time; gives when its begin was sent.

        Ends early when the other side closes, or says that it hangs up.
        """
        loop = asyncio.get_running_loop()
        size = {Kind.SLIN8: 320, Kind.SLIN16: 640}.get(kind, 1920)
        began = loop.time()
        for n, at in enumerate(range(0, len(pcm), size)):
            if self.closed.is_set() or self.hung_up:
                break
            self.send(Frame(kind, pcm[at : at + size]))
            with suppress(ConnectionError):
                await self._writer.drain()
            due = began + (n + 1) * FRAME_SECONDS / times_real
            await takes(max(0.0, due - loop.time()))
        return began

    async def is_quiet(self, seconds: float) -> None:
        """Sound without a voice, in real time."""
        await self.say(QUIET * int(seconds / FRAME_SECONDS))

    async def read(self) -> None:
        """Until the other side closes; as the application, it closes after the hangup frame."""
        parser, loop = Parser(), asyncio.get_running_loop()
        with suppress(ConnectionError):
            while data := await self._reader.read(65536):
                self.frames += [(loop.time(), frame) for frame in parser.feed(data)]
                if self.hung_up:
                    self._writer.close()
                    break
        self.closed.set()


@asynccontextmanager
async def asterisk_tap(
    port: int, stream: str | None = None, *, reads: bool = True
) -> AsyncIterator[AsteriskTap]:
    """Connected, and named when ``stream`` is given; ``reads`` False: it never reads."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    tap = AsteriskTap(reader, writer)
    if stream:
        tap.send(Frame(Kind.ID, uuid.UUID(stream).bytes))
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(tap.read() if reads else never())
        try:
            yield tap
        finally:
            reading.cancel()
            writer.close()

"""Both ends of AudioSocket: an ear that plays a tone and answers, and Asterisk's application."""

from __future__ import annotations

import asyncio
import math
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from ivr.audio_frames import AUDIO, HANGUP, encode, opening
from ivr.machine import DONE, Hear, Input
from tests.eventually import never, takes

FRAME_SECONDS = 0.02
PROMPT_HZ = 1800


def tone_frame(at: int, hertz: float = PROMPT_HZ) -> bytes:
    """The frame number ``at`` of a tone: 20 ms."""
    count = 160
    samples = (
        int(8000 * math.sin(2 * math.pi * hertz * (at * count + each) / 8000))
        for each in range(count)
    )
    return encode(AUDIO, struct.pack(f"<{count}h", *samples))


@dataclass
class EarPeer:
    """Implements ``ivr.hearing.Ear`` with a socket of its own.

    ``does``: "speaks" (a tone of ``seconds``, then nothing), "hangs" (takes the connection and
    never reads), "silent" (reads, says nothing), "garbage", "closes". ``answer`` comes once it was
    spoken to so long (``hears_seconds``) and said its prompt; None: never.
    """

    does: str = "speaks"
    seconds: float = 0.2
    hears_seconds: float = 0.2
    answer: Input | None = DONE
    fault: Exception | None = None
    address: tuple[str, int] | None = None
    asked: list[Hear] = field(default_factory=list)
    streams: list[str] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)
    heard_bytes: int = 0
    given_up: int = 0

    async def ask(self, stream: str, hear: Hear, most_seconds: float) -> Input:
        """As told."""
        self.asked.append(hear)
        self.limits.append(most_seconds)
        self.streams.append(stream)
        if self.fault is not None:
            raise self.fault
        try:
            while self.heard_bytes < self.hears_seconds * 16_000:
                await takes(FRAME_SECONDS)
            await takes(self.seconds)
            if self.answer is None:
                await never()
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        return self.answer

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[EarPeer]:
        """It takes connections at ``address``."""
        async with asyncio.TaskGroup() as tasks:
            serving: list[asyncio.Task[None]] = []

            def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                serving.append(tasks.create_task(self._serve(reader, writer)))

            async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
                self.address = server.sockets[0].getsockname()
                yield self
            for one in serving:
                one.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.does == "hangs":
                await never()
            elif self.does == "closes":
                return
            elif self.does == "garbage":
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            elif self.does == "speaks":
                for at in range(int(self.seconds / FRAME_SECONDS)):
                    writer.write(tone_frame(at))
                    await takes(FRAME_SECONDS)
            while data := await reader.read(4096):
                self.heard_bytes += len(data)
        except OSError:
            pass
        finally:
            writer.transport.abort()


async def audiosocket(address: str, stream: str, key: str = "", key_after: float = 0.1) -> bytes:
    """Asterisk's application: sends sound, hears sound, returns when the other side says goodbye.

    The sound that it was sent.
    """
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    sound = bytearray()

    async def send() -> None:
        with suppress(OSError):
            at = 0
            while True:
                writer.write(tone_frame(at, 440))
                if key and at == int(key_after / FRAME_SECONDS):
                    writer.write(encode(0x03, key.encode()))
                at += 1
                await takes(FRAME_SECONDS)

    writer.write(opening(stream))
    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(send())
        with suppress(OSError, asyncio.IncompleteReadError):
            while (head := await reader.readexactly(3)) != HANGUP:
                sound += await reader.readexactly(int.from_bytes(head[1:]))
        sending.cancel()
    writer.close()
    return bytes(sound)

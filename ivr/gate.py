"""The gate between Asterisk's AudioSocket and the ear: sound goes through, silence does not.

Asterisk's application cannot be told to stop from outside, and waits for ever for an ear that
hangs. So Asterisk connects to us, we connect to the ear, and whatever the ear does (or does not),
closing the gate lets the caller go on at once. Keys end here: ``0`` needs no ear.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from enum import Enum
from types import TracebackType
from typing import Self
from uuid import uuid4

from ivr.audio_frames import HANGUP, HEAD_BYTES, Frame, NoFrame, encode, head, opening

NAME_SECONDS = 1.0
"""Asterisk says the stream's name at once."""
EAR_SECONDS = 0.5
"""The ear listens on this machine or the next."""
FIRST_SOUND_SECONDS = 1.5
"""The ear begins to speak at once; one that does not within this time never will."""
MAX_WAITING_BYTES = 64_000
"""Sound on its way to one who does not read (4 s); what is more is dropped."""
MAX_PASSAGES = 100


class Ending(Enum):
    """Why a passage is over, when no key was pressed."""

    ENDED = "ended"
    """The ear said goodbye: its answer comes."""
    LOST = "lost"
    """The ear is not there, is silent, or sends what is no sound."""
    GONE = "gone"
    """Asterisk left."""


class Passage:
    """One caller who is to be heard; ``stream`` names them to Asterisk and to the ear."""

    def __init__(self, ear: tuple[str, int]) -> None:
        self.stream = str(uuid4())
        self.ear = ear
        self.over: asyncio.Future[str | Ending] = asyncio.get_running_loop().create_future()
        """A key, or why it is over."""
        self.closed = asyncio.Event()

    def end(self, how: str | Ending) -> None:
        """It is over; only the first word counts."""
        if not self.over.done():
            self.over.set_result(how)

    def close(self) -> None:
        """Let the caller go on: Asterisk's application returns."""
        self.end(Ending.GONE)
        self.closed.set()


class Gate:
    """Use as ``async with``; ``host`` is where Asterisk reaches us, the port is a free one."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._expected: dict[str, Passage] = {}
        self._server: asyncio.Server | None = None
        self._tasks = asyncio.TaskGroup()
        self.address = ""
        """host:port, once it is open."""

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        try:
            self._server = await asyncio.start_server(self._connected, self._host, 0)
        except BaseException:
            await self._tasks.__aexit__(None, None, None)
            raise
        host, port = self._server.sockets[0].getsockname()[:2]
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()
        for passage in tuple(self._expected.values()):
            passage.close()
        await self._tasks.__aexit__(None, None, None)

    def expect(self, ear: tuple[str, int]) -> Passage | None:
        """Asterisk will connect; None when too many are there. Whoever got it closes it."""
        if len(self._expected) >= MAX_PASSAGES:
            return None
        passage = Passage(ear)
        self._expected[passage.stream] = passage
        return passage

    def forget(self, passage: Passage) -> None:
        """It is over, whether anybody came or not."""
        passage.close()
        self._expected.pop(passage.stream, None)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.create_task(self._serve(reader, writer), name="ivr-gate")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(NAME_SECONDS):
                passage = self._expected.get((await _frame(reader)).stream)
            if passage is not None and not passage.closed.is_set():
                await self._through(passage, reader, writer)
        except (OSError, TimeoutError, NoFrame, asyncio.IncompleteReadError):
            pass  # not Asterisk, or not any more
        finally:
            if not writer.is_closing():
                writer.write(HANGUP)
                writer.close()

    async def _through(
        self, passage: Passage, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        ear: asyncio.StreamWriter | None = None
        try:
            try:
                async with asyncio.timeout(EAR_SECONDS):
                    heard, ear = await asyncio.open_connection(*passage.ear)
            except (OSError, TimeoutError):
                passage.end(Ending.LOST)
                await passage.closed.wait()
                return
            ear.write(opening(passage.stream))
            async with asyncio.TaskGroup() as tasks:
                ways = (
                    tasks.create_task(_to_ear(passage, reader, ear)),
                    tasks.create_task(_to_caller(passage, heard, writer)),
                )
                await passage.closed.wait()
                for way in ways:
                    way.cancel()
        finally:
            passage.end(Ending.GONE)
            if ear is not None:
                ear.transport.abort()  # one who does not read would keep it open


async def _to_ear(
    passage: Passage, reader: asyncio.StreamReader, ear: asyncio.StreamWriter
) -> None:
    with suppress(OSError, NoFrame, asyncio.IncompleteReadError):
        while True:
            frame = await _frame(reader)
            if frame.ends:
                break
            if frame.key:
                passage.end(frame.key)
            elif frame.is_sound:
                _send(ear, frame)
    passage.end(Ending.GONE)
    passage.closed.set()


async def _to_caller(
    passage: Passage, heard: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        async with asyncio.timeout(FIRST_SOUND_SECONDS):
            frame = await _frame(heard)
        while not frame.ends:
            if not frame.is_sound:
                raise NoFrame  # noqa: TRY301 - one end for everything that is no sound
            _send(writer, frame)
            frame = await _frame(heard)
        passage.end(Ending.ENDED)
    except asyncio.IncompleteReadError as cut:
        passage.end(Ending.LOST if cut.partial else Ending.ENDED)
    except (OSError, TimeoutError, NoFrame):
        passage.end(Ending.LOST)


def _send(to: asyncio.StreamWriter, frame: Frame) -> None:
    if to.transport.get_write_buffer_size() < MAX_WAITING_BYTES:
        to.write(encode(frame.kind, frame.payload))


async def _frame(reader: asyncio.StreamReader) -> Frame:
    kind, length = head(await reader.readexactly(HEAD_BYTES))
    return Frame(kind, await reader.readexactly(length) if length else b"")

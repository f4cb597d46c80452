"""One connection to an SMSC, kept: bound, watched, bound again after a pause.

What comes is answered after it is recorded and not before. One after the other: two messages of a
citizen stay in their order, and a store that is slow slows the SMSC down.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from channels import smpp_write as write
from channels.errors import HookRefused, NotRecorded, Unreachable
from channels.smpp_read import HEADER_BYTES, RESPONSE, Command, Header, header_of

MOST_SEQUENCE = 0x7FFFFFFF
MOST_WAITING = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds: of quiet before we ask whether they are there, for an answer, between tries."""

    enquire: float = 30.0
    answer: float = 10.0
    connect: float = 10.0
    first_pause: float = 1.0
    longest_pause: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Smsc:
    """Where it is, and how many submit_sm may be without an answer."""

    host: str
    port: int
    login: write.Login
    tls: bool = False
    window: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What they said to a request of ours."""

    status: int
    body: bytes


class Refused(Exception):
    """They do not let us in; ``status`` is their command_status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


Taking = Callable[[bytes, int], Awaitable[Callable[[], None]]]
"""Record a deliver_sm of the connection with this number; what it gives is called once they were
told. Raises NotRecorded."""


class Link:
    """``run`` it; ``request`` while it is bound."""

    def __init__(self, smsc: Smsc, pace: Pace, take: Taking, ended: Callable[[], None]) -> None:
        self._smsc, self._pace = smsc, pace
        self._take, self._ended = take, ended
        self._window = asyncio.Semaphore(smsc.window)
        self._connection: _Connection | None = None
        self._count = 0
        self.bound = asyncio.Event()
        self.refused = 0
        """The command_status of the last bind that was refused; 0: none was."""

    async def run(self) -> None:
        """For ever."""
        pause = self._pace.first_pause
        while True:
            try:
                async with asyncio.timeout(self._pace.connect):
                    connection = await open_connection(self._smsc)
            except (OSError, TimeoutError, HookRefused, EOFError):
                pass
            except Refused as refused:
                self.refused = refused.status
            else:
                self.refused, pause = 0, self._pace.first_pause
                await self._serve(connection)
            await asyncio.sleep(pause * (0.5 + secrets.randbelow(500) / 1000))
            pause = min(pause * 2, self._pace.longest_pause)

    async def request(self, make: Callable[[int], bytes]) -> Answer:
        """Send one PDU, made of its sequence number; their answer. Raises Unreachable."""
        connection = self._connection
        if connection is None:
            raise Unreachable("not-bound")
        try:
            async with asyncio.timeout(self._pace.answer), self._window:
                return await connection.request(make)
        except TimeoutError:
            raise Unreachable("no-answer") from None
        except (OSError, EOFError):
            raise Unreachable("connection-lost") from None

    async def _serve(self, connection: _Connection) -> None:
        self._count += 1
        self._connection = connection
        self.bound.set()
        try:
            await connection.serve(self._pace, self._take, self._count)
        finally:
            self._connection = None
            self.bound.clear()
            self._ended()


class _Connection:
    """A bound one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._came: asyncio.Queue[tuple[Header, bytes]] = asyncio.Queue(MOST_WAITING)
        self._heard = asyncio.Event()
        self._sequence = 0

    async def login(self, login: write.Login) -> None:
        """bind_transceiver. Raises Refused."""
        await self._write(write.bind(login, self._next()))
        while True:
            header, _ = await self._read()
            if header.command in (Command.BIND_TRANSCEIVER | RESPONSE, Command.GENERIC_NACK):
                break
        if header.status:
            raise Refused(header.status)

    async def request(self, make: Callable[[int], bytes]) -> Answer:
        """Their answer; raises ConnectionError when they leave without one."""
        sequence = self._next()
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = waiting
        try:
            await self._write(make(sequence))
            return await waiting
        finally:
            self._waiting.pop(sequence, None)

    async def serve(self, pace: Pace, take: Taking, number: int) -> None:
        """Until one of us leaves."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watch(pace))
                tasks.create_task(self._record(take, number))
                tasks.create_task(self._receive())
        except* (OSError, TimeoutError, EOFError, HookRefused):
            pass
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(ConnectionResetError())
                    waiting.exception()  # whoever waited may be gone already
            await self.close()

    async def close(self) -> None:
        """Politely, for at most a second."""
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                self._writer.write(write.unbind(self._next()))
                await self._writer.drain()
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._writer.wait_closed()

    async def _receive(self) -> None:
        while True:
            header, body = await self._read()
            self._heard.set()
            if header.command & RESPONSE:
                waiting = self._waiting.get(header.sequence)
                if waiting is not None and not waiting.done():
                    waiting.set_result(Answer(status=header.status, body=body))
            elif header.command == Command.DELIVER_SM:
                await self._came.put((header, body))
            else:
                await self._write(write.answer(header.command, header.sequence))
                if header.command == Command.UNBIND:
                    raise ConnectionResetError

    async def _record(self, take: Taking, number: int) -> None:
        while True:
            header, body = await self._came.get()
            try:
                told = await take(body, number)
            except NotRecorded:
                again = write.answer(header.command, header.sequence, write.TEMPORARY)
                await self._write(again)
            else:
                await self._write(write.answer(header.command, header.sequence))
                told()

    async def _watch(self, pace: Pace) -> None:
        while True:
            self._heard.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(pace.enquire):
                    await self._heard.wait()
                continue
            if not self._came.empty():
                continue  # it is we who are behind
            async with asyncio.timeout(pace.answer):
                await self.request(write.enquire)

    async def _read(self) -> tuple[Header, bytes]:
        header = header_of(await self._reader.readexactly(HEADER_BYTES))
        return header, await self._reader.readexactly(header.length - HEADER_BYTES)

    async def _write(self, octets: bytes) -> None:
        self._writer.write(octets)
        await self._writer.drain()

    def _next(self) -> int:
        self._sequence = self._sequence % MOST_SEQUENCE + 1
        return self._sequence


async def open_connection(smsc: Smsc) -> _Connection:
    """A bound connection. Raises OSError, EOFError, HookRefused (not SMPP) and Refused."""
    context = ssl.create_default_context() if smsc.tls else None
    reader, writer = await asyncio.open_connection(smsc.host, smsc.port, ssl=context)
    connection = _Connection(reader, writer)
    try:
        await connection.login(smsc.login)
    except BaseException:
        writer.close()
        raise
    return connection

"""One connection to an SMSC: bound, asked over, listened to, watched."""

from __future__ import annotations

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from channels import smpp_write as write
from channels.errors import HookRefused
from channels.smpp_read import HEADER_BYTES, RESPONSE, Command, Header, header_of

MOST_SEQUENCE = 0x7FFFFFFF
MOST_WAITING = 64
"""What one connection may have delivered and has no answer yet; then it is not read from."""
MOST_LATE = 1000
UNKNOWN_ERROR = 0xFF
"""ESME_RUNKNOWNERR (5.1.3)."""


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
    """Where it is; ``roles`` has a bind for each connection that it lets us have.

    ``window``: how many submit_sm may be without an answer on each.
    """

    host: str
    port: int
    login: write.Login
    roles: tuple[Command, ...] = (Command.BIND_TRANSCEIVER,)
    tls: bool = False
    window: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What they said to a request of ours."""

    status: int
    body: bytes


Late = Callable[[Answer], None]
"""Hears an answer that came after nobody waited for it any more."""


class Refused(Exception):
    """They do not let us in; ``status`` is their command_status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A deliver_sm; the connection that it came by must be told what became of it."""

    connection: Connection
    header: Header
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A request without an answer; ``command`` is what its answer must be."""

    command: int
    answer: asyncio.Future[Answer]


class Connection:
    """A bound one. ``number`` is its own, whatever connections there were before."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> None:
        self._reader, self._writer, self.number = reader, writer, number
        self._asked: dict[int, _Asked] = {}
        self._late: OrderedDict[int, tuple[int, Late]] = OrderedDict()
        self._room = asyncio.Semaphore(MOST_WAITING)
        self._behind = 0
        self._heard = asyncio.Event()
        self._sequence = 0
        self.over = False

    async def login(self, login: write.Login, role: Command) -> None:
        """Bind. Raises Refused."""
        await self._write(write.bind(login, self._next(), role))
        while True:
            header, _ = await self._read()
            if header.command in (role | RESPONSE, Command.GENERIC_NACK):
                break
        if header.status:
            raise Refused(header.status)

    async def request(self, make: Callable[[int], bytes], late: Late | None = None) -> Answer:
        """Their answer; raises ConnectionError when they leave without one.

        Whoever does not wait any longer hears it ``late``, while the connection stands.
        """
        sequence = self._next()
        octets = make(sequence)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        asked = _Asked(command=header_of(octets).command | RESPONSE, answer=answer)
        self._asked[sequence] = asked
        try:
            await self._write(octets)
            return await answer
        except asyncio.CancelledError:
            if late is not None:
                self._late[sequence] = asked.command, late
                while len(self._late) > MOST_LATE:
                    self._late.popitem(last=False)
            raise
        finally:
            self._asked.pop(sequence, None)

    async def serve(self, pace: Pace, arrived: Callable[[Arrived], None]) -> None:
        """Until one of us leaves; ``close`` it then."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watch(pace))
                tasks.create_task(self._receive(arrived))
        except* (OSError, TimeoutError, EOFError, HookRefused):
            pass
        finally:
            self.over = True
            for asked in self._asked.values():
                if not asked.answer.done():
                    asked.answer.set_exception(ConnectionResetError())
                    asked.answer.exception()  # whoever waited may be gone already

    def answer(self, arrived: Arrived, status: int = 0) -> bool:
        """Tell what became of a deliver_sm; False: nobody is there to be told."""
        self._behind -= 1
        self._room.release()
        if self.over or self._writer.is_closing():
            return False
        self._writer.write(write.answer(arrived.header.command, arrived.header.sequence, status))
        return True

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

    async def _receive(self, arrived: Callable[[Arrived], None]) -> None:
        while True:
            await self._writer.drain()  # who does not read our answers is not read from, either
            header, body = await self._read()
            self._heard.set()
            if header.command & RESPONSE:
                self._hear(header, body)
            elif header.command == Command.DELIVER_SM:
                await self._room.acquire()
                self._behind += 1
                arrived(Arrived(connection=self, header=header, body=body))
            else:
                await self._write(write.answer(header.command, header.sequence))
                if header.command == Command.UNBIND:
                    raise ConnectionResetError

    def _hear(self, header: Header, body: bytes) -> None:
        """An answer counts under its number and for what was asked; a generic_nack is a no."""
        nack = header.command == Command.GENERIC_NACK
        said = Answer(status=header.status or (UNKNOWN_ERROR if nack else 0), body=body)
        asked = self._asked.get(header.sequence)
        if asked is not None:
            if (nack or header.command == asked.command) and not asked.answer.done():
                asked.answer.set_result(said)
            return
        command, late = self._late.get(header.sequence, (0, None))
        if late is not None and header.command == command:
            del self._late[header.sequence]
            late(said)

    async def _watch(self, pace: Pace) -> None:
        while True:
            self._heard.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(pace.enquire):
                    await self._heard.wait()
                continue
            if self._behind:
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


async def open_connection(smsc: Smsc, role: Command, number: int = 0) -> Connection:
    """A bound connection. Raises OSError, EOFError, HookRefused (not SMPP) and Refused."""
    context = ssl.create_default_context() if smsc.tls else None
    reader, writer = await asyncio.open_connection(smsc.host, smsc.port, ssl=context)
    connection = Connection(reader, writer, number)
    try:
        await connection.login(smsc.login, role)
    except BaseException:
        writer.close()
        raise
    return connection

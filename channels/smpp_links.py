"""The connections of one SMPP account: kept up, submitted over, listened to.

What comes is answered after it is recorded and not before. One after the other, by whichever
connection it came: two messages of a citizen stay in their order, and a store that is slow slows
the SMSC down.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator

from channels import smpp_write as write
from channels.errors import HookRefused, NotConnected, NotRecorded, Unreachable
from channels.smpp_connection import (
    Answer,
    Arrived,
    Connection,
    Late,
    Pace,
    Refused,
    Smsc,
    open_connection,
)
from channels.smpp_read import Command

log = logging.getLogger(__name__)
Taking = Callable[[bytes, int], Awaitable[Callable[[], None]]]
"""Record a deliver_sm of the connection with this number; what it gives is called once they were
told. Raises NotRecorded."""


class Link:
    """One connection, kept: bound again after a pause. ``request`` while it is bound."""

    def __init__(
        self,
        smsc: Smsc,
        role: Command,
        pace: Pace,
        *,
        arrived: Callable[[Arrived], None],
        ended: Callable[[int], None],
        numbers: Iterator[int],
    ) -> None:
        self._smsc, self._pace, self._numbers = smsc, pace, numbers
        self._arrived, self._ended = arrived, ended
        self._window = asyncio.Semaphore(smsc.window)
        self._connection: Connection | None = None
        self.role = role
        self.asked = 0
        """How many wait for an answer, or for room in the window."""

    @property
    def open(self) -> bool:
        """Whether it is bound."""
        return self._connection is not None and not self._connection.over

    async def run(self) -> None:
        """For ever."""
        pause = self._pace.first_pause
        while True:
            try:
                async with asyncio.timeout(self._pace.connect):
                    connection = await open_connection(self._smsc, self.role, next(self._numbers))
            except (OSError, TimeoutError, HookRefused, EOFError, Refused):
                pass
            else:
                pause = self._pace.first_pause
                await self._serve(connection)
            await asyncio.sleep(pause * (0.5 + secrets.randbelow(500) / 1000))
            pause = min(pause * 2, self._pace.longest_pause)

    async def request(self, make: Callable[[int], bytes], late: Late | None = None) -> Answer:
        """Send one PDU, made of its sequence number; their answer.

        Raises NotConnected, Unreachable.
        """
        connection = self._connection
        if connection is None or connection.over:
            raise NotConnected("not-bound")
        self.asked += 1
        try:
            async with asyncio.timeout(self._pace.answer), self._window:
                return await connection.request(make, late)
        except TimeoutError:
            raise Unreachable("no-answer") from None
        except (OSError, EOFError):
            raise Unreachable("connection-lost") from None
        finally:
            self.asked -= 1

    async def heard(self, number: int) -> bool:
        """Whether it is this connection, and has read what we told it: its next answer shows it."""
        connection = self._connection
        if connection is None or connection.over or connection.number != number:
            return False
        try:
            async with asyncio.timeout(self._pace.answer):
                await connection.request(write.enquire)
        except (OSError, EOFError, TimeoutError):
            return False
        return True

    async def _serve(self, connection: Connection) -> None:
        self._connection = connection
        try:
            await connection.serve(self._pace, self._arrived)
        finally:
            self._connection = None
            self._ended(connection.number)
            await connection.close()


class Links:
    """``run`` them; ``request`` over whichever has the least to wait for.

    ``take`` records what came; ``ended`` hears the number of each connection that is over;
    ``numbers`` gives each its own.
    """

    def __init__(
        self,
        smsc: Smsc,
        pace: Pace,
        *,
        take: Taking,
        ended: Callable[[int], None],
        numbers: Iterator[int],
    ) -> None:
        self._take = take
        self._came: asyncio.Queue[Arrived] = asyncio.Queue()  # bounded by each connection's room
        self._links = [
            Link(smsc, role, pace, arrived=self._came.put_nowait, ended=ended, numbers=numbers)
            for role in smsc.roles
        ]
        self.wanted = len(self._links)

    @property
    def open(self) -> int:
        """How many are bound."""
        return sum(link.open for link in self._links)

    async def run(self) -> None:
        """For ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._record())
            for link in self._links:
                tasks.create_task(link.run())

    async def request(self, make: Callable[[int], bytes], late: Late) -> Answer:
        """Send one PDU, made of its sequence number; their answer.

        Raises NotConnected, Unreachable.
        """
        there = [
            link for link in self._links if link.open and link.role is not Command.BIND_RECEIVER
        ]
        if not there:
            raise NotConnected("not-bound")
        return await min(there, key=lambda link: link.asked).request(make, late)

    async def heard(self, number: int) -> bool:
        """Whether this connection stands and has read what we told it."""
        return any([await link.heard(number) for link in self._links])

    async def _record(self) -> None:
        while True:
            arrived = await self._came.get()
            connection = arrived.connection
            if connection.over:
                continue  # it comes again over another
            try:
                told = await self._take(arrived.body, connection.number)
            except NotRecorded:
                connection.answer(arrived, write.TEMPORARY)
            except Exception as fault:  # noqa: BLE001 - one message must not end the others' line
                log.warning("smpp delivery not recorded: %s", type(fault).__name__)
                connection.answer(arrived, write.TEMPORARY)
            else:
                if connection.answer(arrived):
                    told()

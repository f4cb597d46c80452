"""The road between a seat's page and the telephone system; it outlives the page's socket.

A socket that breaks is mostly back in a moment: a blip of the network, a page loaded again. Until
then the telephone system's side stays open, so that the phone stays registered and what is said to
it waits. One page at a time: whoever comes last has the phone, the page before is told so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import aiohttp
import structlog

from gateway.core.errors import HotlineError
from gateway.ports import Clock
from gateway.web.sockets import TAKEN_OVER, SocketEnded
from gateway.web.uses import Lifeline

KEPT_SECONDS = 15.0
LOOK_SECONDS = 0.5
YIELD_SECONDS = 3.0

log = structlog.get_logger()


class SeatLine:
    """One seat's road; ``turn`` counts the sockets that have carried it, ``page`` names the last's.

    ``wanted`` asks who carries it to stop, ``free`` says that nobody does.
    """

    def __init__(self, operator_id: str, phones: aiohttp.ClientWebSocketResponse) -> None:
        self.operator_id = operator_id
        self.phones = phones
        self.page = ""
        self.turn = 0
        self.wanted = asyncio.Event()
        self.lock = asyncio.Lock()
        self.free = asyncio.Event()
        self.free.set()

    async def until_wanted(self) -> None:
        """Raise SocketEnded once another page has taken the phone."""
        await self.wanted.wait()
        raise SocketEnded(TAKEN_OVER)


class SeatLines:
    """At most one road for each seat. ``connect`` opens one to the telephone system."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[aiohttp.ClientWebSocketResponse]],
        lifeline: Lifeline,
        clock: Clock,
    ) -> None:
        self._connect = connect
        self._lifeline = lifeline
        self._clock = clock
        self._lines: dict[str, SeatLine] = {}

    def __len__(self) -> int:
        return len(self._lines)

    async def take(self, number: str, operator_id: str, page: str) -> SeatLine:
        """The seat's road for this page, free to carry. Raises PhonesUnavailable."""
        while True:
            line = await self._opened(number, operator_id)
            async with line.lock:
                if not await self._freed(line):
                    await self.close(number, line)
                    continue
                if line.turn and line.page != page:
                    await self._tell(self._lifeline.replaced(number))
                line.page = page
                line.turn += 1
                line.wanted.clear()
                line.free.clear()
                return line

    async def _opened(self, number: str, operator_id: str) -> SeatLine:
        line = self._lines.get(number)
        if line and line.operator_id == operator_id and not line.phones.closed:
            return line
        if line:
            await self.close(number, line)
        line = SeatLine(operator_id, await self._connect())
        known = self._lines.setdefault(number, line)
        if known is not line:  # two pages at the same moment
            await line.phones.close()
        return known

    async def keep(self, number: str, line: SeatLine, stop: Callable[[], bool]) -> None:
        """The page's socket broke: wait for it, or for another page; then close the road."""
        turn, until = line.turn, self._clock.monotonic() + KEPT_SECONDS

        def over() -> bool:
            return line.turn != turn or line.phones.closed or stop()

        try:
            await self._tell(self._lifeline.cut(number, over))
            while not over() and self._clock.monotonic() < until:
                await self._clock.sleep(LOOK_SECONDS)
        finally:
            if line.turn == turn:
                await self.close(number, line)

    async def close(self, number: str, line: SeatLine) -> None:
        """End the road; the phone is not registered any more."""
        if self._lines.get(number) is line:
            del self._lines[number]
        line.wanted.set()
        await line.phones.close()

    async def _freed(self, line: SeatLine) -> bool:
        line.wanted.set()
        try:
            async with asyncio.timeout(YIELD_SECONDS):
                await line.free.wait()
        except TimeoutError:
            log.warning("seat_line_not_yielded")
            return False
        return not line.phones.closed

    async def _tell(self, told: Awaitable[None]) -> None:
        with suppress(HotlineError):  # then the telephone system's own limit on silence counts
            await told

"""One TCP connection that speaks CMPP: a session with a socket and a clock."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta, timezone

from channels.cmpp_events import Arrived, Ended, Event, LoggedIn, Login, Pace
from channels.cmpp_pdus import Submit
from channels.cmpp_session import GOODBYE_SECONDS, Session

CHINA = timezone(timedelta(hours=8))
CONNECT_SECONDS = 10.0
_MOST_BUFFERED = 64 * 1024


class Link(asyncio.Protocol):
    """From the handshake on; ``news`` hears everything, in order.

    A gateway that does not read what we answer is not read from, either.
    """

    def __init__(self, login: Login, pace: Pace, news: Callable[[Link, Event], None]) -> None:
        self._login, self._pace, self._news = login, pace, news
        self._loop = asyncio.get_running_loop()
        self._session: Session | None = None
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._over, self._answered = asyncio.Event(), asyncio.Event()
        self.reason = ""
        """Why it ended."""
        self.strayed: set[str] = set()
        """Kinds of nonsense that it sent and that were told of; there are few kinds."""
        self.welcome: LoggedIn | None = None
        """Whether it ever was open, and what the gateway proved."""

    # ---- what may be asked of it ----

    @property
    def room(self) -> int:
        """How many submits may be made now."""
        return self._session.room if self._session else 0

    @property
    def open(self) -> bool:
        """Whether we are logged in."""
        return self._session is not None and self._session.open

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return bool(self.reason)

    def submit(self, handle: Hashable, pdu: Submit) -> None:
        """See ``Session.submit``."""
        if self._session:
            self._session.submit(handle, pdu, self._loop.time())
            self._deal([])

    def answer(self, arrived: Arrived) -> None:
        """It is recorded."""
        if self._session:
            self._session.answer(arrived)
            self._deal([])

    def forget(self, arrived: Arrived) -> None:
        """It could not be recorded."""
        if self._session:
            self._session.forget(arrived)

    async def until_over(self) -> None:
        """Wait for the end."""
        await self._over.wait()

    async def until_welcome(self) -> None:
        """Wait until we are let in, or it is over."""
        await self._answered.wait()

    async def goodbye(self) -> None:
        """End it in order, within seconds."""
        try:
            if self._session and self.open:
                self._session.goodbye(self._loop.time())
                self._deal([])
                async with asyncio.timeout(GOODBYE_SECONDS + 1):
                    await self._over.wait()
        except TimeoutError:
            pass
        finally:
            if self._transport:
                self._transport.abort()

    # ---- what asyncio tells ----

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Log in."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError
        self._transport = transport
        transport.set_write_buffer_limits(high=_MOST_BUFFERED)
        self._session = Session(
            self._login,
            self._pace,
            stamp=int(datetime.now(UTC).astimezone(CHINA).strftime("%m%d%H%M%S")),
            first=secrets.randbits(31),
            now=self._loop.time(),
        )
        self._deal([])

    def data_received(self, data: bytes) -> None:
        """What came."""
        if self._session:
            self._deal(self._session.receive(data, self._loop.time()))

    def connection_lost(self, exc: Exception | None) -> None:
        """It broke, or we closed it."""
        del exc
        if self._session:
            self._deal(self._session.lost())

    def pause_writing(self) -> None:
        """It does not read."""
        if self._transport and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """It reads again."""
        if self._transport and not self._transport.is_closing():
            self._transport.resume_reading()

    # ---- inside ----

    def _tick(self) -> None:
        if self._session:
            self._deal(self._session.tick(self._loop.time()))

    def _deal(self, events: list[Event]) -> None:
        """Send what is to be sent, tell what happened, and wake when the session wants to."""
        session, transport = self._session, self._transport
        if session is None or transport is None:
            return
        data = session.take_bytes()
        if data and not transport.is_closing():
            transport.write(data)
        if self._timer:
            self._timer.cancel()
            self._timer = None
        for event in events:
            if isinstance(event, LoggedIn):
                self.welcome = event
                self._answered.set()
            if isinstance(event, Ended):
                self.reason = event.reason
                self._close(transport)
            self._news(self, event)
        if self.ended:
            self._over.set()
            self._answered.set()
        else:
            self._timer = self._loop.call_at(session.deadline(), self._tick)

    def _close(self, transport: asyncio.Transport) -> None:
        """A peer that does not take our last words is not waited for."""
        transport.close()
        self._loop.call_later(GOODBYE_SECONDS, transport.abort)


async def dial(host: str, port: int, make: Callable[[], Link]) -> Link:
    """A connection. Raises OSError, TimeoutError."""
    async with asyncio.timeout(CONNECT_SECONDS):
        _, link = await asyncio.get_running_loop().create_connection(make, host, port)
    return link

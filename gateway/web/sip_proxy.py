"""SIP over WebSocket on our own origin (RFC 7118): seats' softphones and citizens' browser calls.

Same origin, so one certificate, our cookie, and no request across networks; the telephone system's
own WebSocket stays on loopback.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Annotated

import aiohttp
from aiohttp import web

from config.settings import Settings
from gateway.core.errors import (
    NotAllowed,
    PhonesUnavailable,
    StoreUnavailable,
    Throttled,
    Unknown,
)
from gateway.core.line import PhoneKind
from gateway.core.operator import Right
from gateway.core.seat import SeatState
from gateway.intake.accounts import NotLoggedIn, fingerprint
from gateway.web import shapes
from gateway.web.limits import Limits
from gateway.web.operation import PUBLIC, Ask, Empty, Operation
from gateway.web.pace import Pace
from gateway.web.seat_api import SEAT_SOCKET, SIP_HOST
from gateway.web.seat_lines import SeatLine, SeatLines
from gateway.web.shape import Text
from gateway.web.sip_bridge import Bridge
from gateway.web.sip_guard import CitizenGuard, SeatGuard
from gateway.web.sockets import (
    FAULT,
    GONE_SILENT,
    NORMAL,
    NOT_LOGGED_IN,
    SocketEnded,
    Sockets,
    first_code,
)
from gateway.web.tickets import Tickets
from gateway.web.uses import WebParts

CALL_SOCKET = "/sip/call"
HEARTBEAT_SECONDS = 20.0
SEAT_HEARTBEAT_SECONDS = 8.0
"""A seat's page that fell asleep must not be rung; half of it is how long a pong may take."""
BROKEN = frozenset({GONE_SILENT, NORMAL})
"""How a page's socket ends by itself: it may be back in a moment."""
FROM_PHONES_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketGiven:
    """The ticket of POST /api/v1/call-ticket."""

    ticket: Annotated[str, Text(1, 64)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which loading of the console this is; the same again after a break of its socket."""

    page: Annotated[str, Text(0, 64)] = ""


class SipProxy:
    """/sip/seat, /sip/call and the tickets for the latter."""

    def __init__(
        self,
        settings: Settings,
        parts: WebParts,
        sockets: Sockets,
        client: aiohttp.ClientSession,
        limits: Limits,
    ) -> None:
        self._settings = settings
        self._parts = parts
        self._sockets = sockets
        self._client = client
        self._limits = limits
        self._tickets = Tickets(
            seconds=limits.ticket_seconds, most=limits.tickets, calls=settings.web.max_web_calls
        )
        self._lines = SeatLines(self._connect, parts.lifeline, parts.clock)
        self._pace = Pace(a_second=limits.tickets_a_minute / 60, at_once=limits.tickets_at_once)

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="POST",
                path="/api/v1/call-ticket",
                policy=PUBLIC,
                handler=self.ticket,
                summary="A ticket for one browser call",
                summary_zh="申请一次网页通话",
                tag="web call",
                body=Empty,
                answer=shapes.CallTicket,
                problems=(404, 429, 503),
            ),
            Operation(
                method="GET",
                path=CALL_SOCKET,
                policy=PUBLIC,
                handler=self.call,
                summary="One browser call of a citizen (WebSocket, subprotocol sip)",
                summary_zh="市民网页通话（WebSocket，子协议 sip）",
                tag="web call",
                query=TicketGiven,
                status=101,
                socket=True,
                problems=(404, 503),
            ),
            Operation(
                method="GET",
                path=SEAT_SOCKET,
                policy=Right.TAKE_CALLS,
                handler=self.seat,
                summary="A seat's softphone (WebSocket, subprotocol sip)",
                summary_zh="坐席软电话（WebSocket，子协议 sip）",
                tag="seat",
                query=Page,
                status=101,
                socket=True,
                problems=(503,),
            ),
        )

    async def ticket(self, ask: Ask) -> web.StreamResponse:
        """Give a ticket, unless this address asked too often or every place is taken."""
        if not self._settings.web.web_calls:
            raise Unknown("page", "call-ticket")
        now = self._parts.clock.monotonic()
        wait = self._pace.wait_seconds(ask.address, now)
        if wait > 0:
            raise Throttled(wait)
        ticket = secrets.token_urlsafe(32)
        self._tickets.give(ticket, now)
        dids = [number.did for number in self._parts.numbers()]
        first = self._settings.number[0].did
        did = first if first in dids or not dids else dids[0]
        return web.json_response(
            {
                "ticket": ticket,
                "ws": f"{CALL_SOCKET}?ticket={ticket}",
                "target": f"sip:{did}@{SIP_HOST}",
            }
        )

    async def call(self, ask: Ask) -> web.StreamResponse:
        """Carry one call of a citizen."""
        if not self._tickets.take(ask.sent(TicketGiven).ticket, self._parts.clock.monotonic()):
            raise Unknown("ticket", "")
        guard = CitizenGuard(
            dids=frozenset(number.did for number in self._parts.numbers()),
            secret=self._parts.web_call_secret,
            visit=secrets.token_hex(8),
        )
        self._tickets.running += 1
        try:
            async with self._connected(ask, "") as (browser, phones):
                bridge = Bridge(browser, phones, guard, self._parts.clock, self._limits)
                try:
                    await bridge.run(lambda: self._watch_call(bridge, guard), guard.heard)
                finally:
                    await _say_farewell(phones, guard)
        finally:
            self._tickets.running -= 1
        return browser

    async def seat(self, ask: Ask) -> web.StreamResponse:
        """Carry a seat's phone. Raises NotAllowed without a seat that has the browser as phone."""
        number = self._browser_seat(ask.operator.id)
        if not number:
            raise NotAllowed("sip_seat")
        line = await self._lines.take(number, ask.operator.id, ask.sent(Page).page)
        turn, code = line.turn, FAULT
        try:
            async with self._opened(ask, fingerprint(ask.token), SEAT_HEARTBEAT_SECONDS) as browser:
                code, guard = NORMAL, SeatGuard(f"seat-{number}")
                bridge = Bridge(browser, line.phones, guard, self._parts.clock, self._limits)
                try:
                    await bridge.run(lambda: self._watch_seat(ask, number, line))
                except* SocketEnded as ends:
                    code = first_code(ends)
                    raise
                finally:
                    line.free.set()
        except BaseException:
            code = FAULT
            raise
        finally:
            line.free.set()
            if line.turn == turn and code not in BROKEN:
                await self._lines.close(number, line)
        if line.turn == turn and code in BROKEN:
            await self._lines.keep(number, line, lambda: self._given_up(ask, number))
        return browser

    def _given_up(self, ask: Ask, number: str) -> bool:
        """Whether nobody will come back to this phone."""
        return self._sockets.stopping or self._browser_seat(ask.operator.id) != number

    @asynccontextmanager
    async def _connected(
        self, ask: Ask, owner: str
    ) -> AsyncIterator[tuple[web.WebSocketResponse, aiohttp.ClientWebSocketResponse]]:
        """First the telephone system, then the browser: a refusal is still an HTTP answer."""
        phones = await self._connect()
        try:
            async with self._opened(ask, owner, HEARTBEAT_SECONDS) as browser:
                yield browser, phones
        finally:
            await phones.close()

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        try:
            async with asyncio.timeout(self._limits.sip_connect_seconds):
                return await self._client.ws_connect(
                    self._parts.sip_url, protocols=("sip",), max_msg_size=FROM_PHONES_BYTES
                )
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise PhonesUnavailable("sip") from None

    def _opened(
        self, ask: Ask, owner: str, heartbeat_seconds: float
    ) -> AbstractAsyncContextManager[web.WebSocketResponse]:
        return self._sockets.open(
            ask.request,
            owner=owner,
            max_bytes=self._limits.sip_message_bytes,
            protocols=("sip",),
            heartbeat_seconds=heartbeat_seconds,
        )

    async def _watch_call(self, bridge: Bridge, guard: CitizenGuard) -> None:
        """A call begins soon, does not last for ever, and its socket ends soon after it."""
        try:
            async with asyncio.timeout(self._limits.sip_first_seconds):
                await _until(bridge, lambda: bool(guard.call_id))
            async with asyncio.timeout(self._limits.sip_longest_seconds):
                await _until(bridge, lambda: guard.over)
        except TimeoutError:
            raise SocketEnded(GONE_SILENT) from None
        await self._parts.clock.sleep(self._limits.sip_after_seconds)
        raise SocketEnded(NORMAL)

    async def _watch_seat(self, ask: Ask, number: str, line: SeatLine) -> None:
        """The seat must stay this operator's and this page's, and the session must live."""
        async with asyncio.TaskGroup() as group:
            group.create_task(line.until_wanted())
            group.create_task(self._watch_session(ask, number))

    async def _watch_session(self, ask: Ask, number: str) -> None:
        checked = self._parts.clock.monotonic()
        while True:
            await self._parts.clock.sleep(self._limits.seat_check_seconds)
            if self._browser_seat(ask.operator.id) != number:
                raise SocketEnded(NOT_LOGGED_IN)
            if self._parts.clock.monotonic() - checked < self._limits.session_check_seconds:
                continue
            checked = self._parts.clock.monotonic()
            try:
                await self._parts.accounts.who(ask.token)
            except NotLoggedIn:
                raise SocketEnded(NOT_LOGGED_IN) from None
            except StoreUnavailable:
                continue

    def _browser_seat(self, operator_id: str) -> str:
        seat = self._parts.desk.seat_of(operator_id)
        signed_in = seat is not None and seat.state is not SeatState.SIGNED_OUT
        return seat.number if seat and signed_in and seat.phone is PhoneKind.BROWSER else ""


async def _say_farewell(phones: aiohttp.ClientWebSocketResponse, guard: CitizenGuard) -> None:
    text = guard.farewell()
    if text and not phones.closed:
        with suppress(ConnectionError):
            await phones.send_str(text)


async def _until(bridge: Bridge, done: Callable[[], bool]) -> None:
    while not done():
        bridge.moved.clear()
        await bridge.moved.wait()

"""Push to a console over one WebSocket. What is said is the hub's; how long it may last is ours."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass
from typing import Annotated

import structlog
from aiohttp import WSMsgType, web

from gateway.core.errors import HotlineError, StoreUnavailable, Unknown
from gateway.core.operator import Right
from gateway.intake.accounts import NotLoggedIn, fingerprint
from gateway.intake.hub import TooSlow
from gateway.intake.views import moment
from gateway.web import shapes
from gateway.web.limits import Limits
from gateway.web.operation import Ask, Empty, Operation
from gateway.web.pace import Pace
from gateway.web.shape import Text, Whole
from gateway.web.sockets import (
    GONE_SILENT,
    NOT_LOGGED_IN,
    NOT_TEXT,
    POLICY,
    TOO_SLOW,
    SocketEnded,
    Sockets,
)
from gateway.web.tickets import BoundTickets
from gateway.web.uses import Subscription, WebParts

MESSAGES_A_SECOND, MESSAGES_AT_ONCE = 10.0, 50
CONTACT_CHARACTERS = 64

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Where the console was: the hub's epoch and the last number it saw."""

    epoch: Annotated[str, Text(1, 64)] = ""
    last: Annotated[int, Whole(-1, 999_999_999)] = -1
    ticket: Annotated[str, Text(0, 64)] = ""


class Live:
    """/api/v1/live."""

    def __init__(self, parts: WebParts, sockets: Sockets, limits: Limits) -> None:
        self._parts = parts
        self._sockets = sockets
        self._limits = limits
        self._tickets = BoundTickets(seconds=limits.ticket_seconds, most=limits.tickets)

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="POST",
                path="/api/v1/live/ticket",
                policy=Right.SELF,
                handler=self.ticket,
                summary="A ticket to listen once, for this session and within a minute",
                summary_zh="申请一次实时推送（限本次登录，一分钟内有效）",
                tag="live",
                body=Empty,
                answer=shapes.LiveTicket,
            ),
            Operation(
                method="GET",
                path="/api/v1/live",
                policy=Right.SELF,
                handler=self.live,
                summary="Push (WebSocket): a snapshot, then numbered events",
                summary_zh="实时推送（WebSocket）",
                tag="live",
                query=Resume,
                status=101,
                socket=True,
                problems=(404,),
            ),
        )

    async def ticket(self, ask: Ask) -> web.StreamResponse:
        """Give a ticket that only this session can use."""
        ticket = secrets.token_urlsafe(32)
        owner = fingerprint(ask.token)
        self._tickets.give(ticket, owner, self._parts.clock.monotonic())
        return web.json_response({"ticket": ticket, "seconds": self._tickets.seconds})

    async def live(self, ask: Ask) -> web.StreamResponse:
        """Serve one console until either side ends it. Raises Unknown without a good ticket."""
        sent = ask.sent(Resume)
        owner, now = fingerprint(ask.token), self._parts.clock.monotonic()
        if not self._tickets.take(sent.ticket, owner, now):
            raise Unknown("ticket", "")
        async with self._sockets.open(
            ask.request, owner=owner, max_bytes=self._limits.live_message_bytes
        ) as socket:
            subscription = self._parts.hub.attach(ask.operator, sent.epoch, sent.last)
            async with subscription, asyncio.TaskGroup() as group:
                group.create_task(self._tell(socket, subscription))
                group.create_task(self._hear(socket, ask, subscription))
                group.create_task(self._ping(socket))
                group.create_task(self._still_logged_in(ask.token))
        return socket

    async def _tell(self, socket: web.WebSocketResponse, subscription: Subscription) -> None:
        try:
            async for message in subscription:
                await socket.send_str(json.dumps(message, ensure_ascii=False))
        except TooSlow:
            raise SocketEnded(TOO_SLOW) from None

    async def _hear(
        self, socket: web.WebSocketResponse, ask: Ask, subscription: Subscription
    ) -> None:
        pace = Pace(a_second=MESSAGES_A_SECOND, at_once=MESSAGES_AT_ONCE)
        while True:
            try:
                message = await socket.receive(timeout=self._limits.live_silence_seconds)
            except TimeoutError:
                raise SocketEnded(GONE_SILENT) from None
            if message.type is not WSMsgType.TEXT:
                gone = message.type is not WSMsgType.BINARY
                raise SocketEnded(GONE_SILENT if gone else NOT_TEXT)
            if pace.wait_seconds("", self._parts.clock.monotonic()) > 0:
                raise SocketEnded(POLICY)
            subscription.heard()
            contact_id = _shown(message.data)
            if contact_id:
                await self._shown(ask, contact_id)

    async def _shown(self, ask: Ask, contact_id: str) -> None:
        try:
            await self._parts.desk.pop_shown(ask.operator.id, contact_id)
        except HotlineError as error:
            log.info("pop_shown_refused", code=error.code, contact_id=contact_id)

    async def _ping(self, socket: web.WebSocketResponse) -> None:
        while True:
            await self._parts.clock.sleep(self._limits.live_ping_seconds)
            now = moment(self._parts.clock.now())
            await socket.send_str(json.dumps({"type": "ping", "server_time": now}))

    async def _still_logged_in(self, token: str) -> None:
        while True:
            await self._parts.clock.sleep(self._limits.session_check_seconds)
            try:
                await self._parts.accounts.who(token)
            except NotLoggedIn:
                raise SocketEnded(NOT_LOGGED_IN) from None
            except StoreUnavailable:
                continue  # nobody is thrown out because the store is away


def _shown(text: str) -> str:
    """The contact that the console has painted; empty for a pong or a word we do not know."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise SocketEnded(NOT_TEXT) from None
    if not isinstance(said, dict) or said.get("t") != "pop_shown":
        return ""
    contact_id = said.get("contact_id")
    known = isinstance(contact_id, str) and len(contact_id) <= CONTACT_CHARACTERS
    return str(contact_id) if known else ""

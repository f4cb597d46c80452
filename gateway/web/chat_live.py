"""The citizen's chat over a WebSocket: what a poll would give, the moment it is there.

What the citizen says goes by POST, which is answered after it is recorded; here it is only heard,
and seen.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import WSMsgType, web

from gateway.core.errors import HotlineError, Unavailable
from gateway.web.chat_api import ACCOUNT, FILES, PATH, SCHEME, After
from gateway.web.citizen_door import CitizenDoor
from gateway.web.operation import PUBLIC, Ask, Operation
from gateway.web.pace import Pace
from gateway.web.sockets import GONE_SILENT, NOT_LOGGED_IN, NOT_TEXT, POLICY, SocketEnded
from gateway.web.uploaded import owner_of
from gateway.web.visitors import NoVisit
from gateway.web.visits import Visit

HEARTBEAT_SECONDS = 20.0
SAID_A_SECOND, SAID_AT_ONCE = 2.0, 20
AWAY_SECONDS = 2.0
"""Between two tries while the store is away; the page keeps what it has."""


class ChatLive:
    """/api/v1/chat/live."""

    def __init__(self, door: CitizenDoor) -> None:
        self._door = door
        self._talks = door.talks

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path=f"{PATH}/live",
                policy=PUBLIC,
                handler=self.live,
                summary="Push (WebSocket): what /events gives, as it happens; resumes by number",
                summary_zh="实时消息（WebSocket）",
                tag="chat",
                query=After,
                status=101,
                socket=True,
                problems=(401, 429, 503),
                from_apps=True,
                guard=self._door.visitors.guard,
            ),
        )

    async def live(self, ask: Ask) -> web.StreamResponse:
        """Serve one page until either side ends it. Raises NoVisit, Throttled."""
        visit, sent = self._door.visitors.who(ask), ask.sent(After)
        with self._talks.waiting(visit.id, ask.address):
            async with (
                self._door.sockets.open(
                    ask.request,
                    owner=owner_of(visit),
                    max_bytes=self._door.limits.chat_socket_bytes,
                    heartbeat_seconds=HEARTBEAT_SECONDS,
                ) as socket,
                asyncio.TaskGroup() as group,
            ):
                group.create_task(self._tell(socket, ask, visit, sent))
                group.create_task(self._hear(socket, visit))
        return socket

    async def _tell(
        self, socket: web.WebSocketResponse, ask: Ask, visit: Visit, sent: After
    ) -> None:
        """Everything after ``sent.after`` in order, then whatever comes."""
        conv, last, shown = sent.conv, sent.after, None
        while True:
            self._still(ask)
            try:
                now = await self._talks.of(ACCOUNT, SCHEME, visit.id)
                if now != conv:
                    conv, last = now, (last if not conv else 0)
                found = await self._talks.messages(conv, last, FILES)
                status = await self._talks.status(conv)
            except Unavailable:
                await self._door.clock.sleep(AWAY_SECONDS)
                continue
            for one in found:
                await _send(socket, one)
                last = one["seq"]
            if status != shown:
                shown = status
                await _send(socket, self._talks.envelope("status", conv, status))
            if not found:
                await self._wait(conv, last)

    async def _wait(self, conv: str, last: int) -> None:
        seconds = self._door.limits.chat_status_seconds
        if not conv:
            await self._door.clock.sleep(seconds)
            return
        try:
            await self._door.parts.desk.wait(conv, last, seconds)
        except Unavailable:
            await self._door.clock.sleep(AWAY_SECONDS)

    def _still(self, ask: Ask) -> None:
        try:
            self._door.visitors.who(ask)
        except NoVisit:
            raise SocketEnded(NOT_LOGGED_IN) from None

    async def _hear(self, socket: web.WebSocketResponse, visit: Visit) -> None:
        pace = Pace(a_second=SAID_A_SECOND, at_once=SAID_AT_ONCE)
        while True:
            message = await socket.receive()
            if message.type is not WSMsgType.TEXT:  # gone; ERROR is a heartbeat without an answer
                gone = message.type is not WSMsgType.BINARY
                raise SocketEnded(GONE_SILENT if gone else NOT_TEXT)
            if pace.wait_seconds("", self._door.clock.monotonic()) > 0:
                raise SocketEnded(POLICY)
            seq = _seen(message.data)
            if seq:
                await self._seen(visit, seq)

    async def _seen(self, visit: Visit, seq: int) -> None:
        try:
            conv = await self._talks.of(ACCOUNT, SCHEME, visit.id)
            if conv:
                await self._door.parts.desk.seen(conv, seq)
        except HotlineError:
            return  # the page says it again with the next message


def _seen(text: str) -> int:
    """The number of ``{"type": "seen", "seq": n}``; 0 for a word we do not know."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise SocketEnded(NOT_TEXT) from None
    if not isinstance(said, dict) or said.get("type") != "seen":
        return 0
    seq = said.get("seq")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 < seq < 10**9:
        return 0
    return seq


async def _send(socket: web.WebSocketResponse, envelope: dict[str, Any]) -> None:
    await socket.send_str(json.dumps(envelope, ensure_ascii=False))

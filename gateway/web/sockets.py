"""Open WebSockets: how many, whose, and how they end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from gateway.core.errors import Unavailable
from gateway.web.connections import Connection
from gateway.web.problems import log_fault

CLOSE_SECONDS = 2.0
RESTARTING = 1012
"""Service restart (IANA WebSocket close codes)."""
NOT_LOGGED_IN, TOO_SLOW, TAKEN_OVER = 4001, 4008, 4009
POLICY, NOT_TEXT, NORMAL, GONE_SILENT, FAULT = 1008, 1003, 1000, 1001, 1011


class SocketEnded(Exception):
    """A socket ends with this close code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class _Opened:
    owner: str
    code: int = NORMAL


class Sockets:
    """Every WebSocket of this server, at most ``most``."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.stopping = False
        self._open: dict[web.WebSocketResponse, _Opened] = {}

    def __len__(self) -> int:
        return len(self._open)

    @asynccontextmanager
    async def open(
        self,
        request: web.Request,
        *,
        owner: str,
        max_bytes: int,
        protocols: Collection[str] = (),
        heartbeat_seconds: float | None = None,
    ) -> AsyncIterator[web.WebSocketResponse]:
        """Shake hands, and close whatever happens; ``owner`` is what ``cut`` knows it by.

        Raises Unavailable when there are too many. SocketEnded inside, also in a group, becomes the
        close code.
        """
        if len(self._open) >= self._most:
            raise Unavailable("sockets_full")
        socket = web.WebSocketResponse(
            timeout=CLOSE_SECONDS,
            protocols=tuple(protocols),
            heartbeat=heartbeat_seconds,
            compress=False,
            max_msg_size=max_bytes,
        )
        opened = self._open[socket] = _Opened(owner)
        try:
            await socket.prepare(request)
            if isinstance(request.protocol, Connection):
                request.protocol.stays_open()
            try:
                yield socket
            except* SocketEnded as ends:
                if opened.code == NORMAL:
                    opened.code = first_code(ends)
            except* ConnectionError:
                opened.code = NORMAL  # the other side is gone
            except* Exception as faults:  # noqa: BLE001 - an open socket has no other answer
                log_fault("socket_failed", request, faults)
                opened.code = FAULT
        finally:
            del self._open[socket]
            if socket.prepared:
                await _close(socket, opened.code)

    async def cut(self, owner: str) -> None:
        """End every socket of this owner: they logged out."""
        await self._end(
            [s for s, opened in self._open.items() if opened.owner == owner], NOT_LOGGED_IN
        )

    async def close_all(self) -> None:
        """The server stops."""
        self.stopping = True
        await self._end(list(self._open), RESTARTING)

    async def _end(self, sockets: list[web.WebSocketResponse], code: int) -> None:
        async with asyncio.TaskGroup() as group:
            for socket in sockets:
                self._open[socket].code = code
                group.create_task(_close(socket, code))


def first_code(ends: BaseExceptionGroup[SocketEnded]) -> int:
    """The close code of whatever ended first."""
    first: BaseException = ends
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first.code if isinstance(first, SocketEnded) else FAULT


async def _close(socket: web.WebSocketResponse, code: int) -> None:
    try:
        async with asyncio.timeout(CLOSE_SECONDS * 2):
            await socket.close(code=code)
    except (ConnectionError, TimeoutError):
        return

"""Connections with limits of their own: aiohttp has no deadline for headers and no caps.

Each connection has one deadline at a time: for its headers, then for the whole answer, and beside
it one for a peer that does not read. A late peer is cut, not argued with.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from gateway.web import problems
from gateway.web.addresses import Network, counted_address, is_proxy
from gateway.web.headers import EVERYWHERE
from gateway.web.limits import Limits

log = structlog.get_logger()

LINGERING_SECONDS = 2.0
MAX_HEADERS = 64
_numbers = random.Random()  # noqa: S311 - to find a request in the log, no secret


class Door:
    """Counts who is inside, per address and in all."""

    def __init__(self, limits: Limits, proxies: tuple[Network, ...]) -> None:
        self._limits = limits
        self._proxies = proxies
        self._inside: Counter[str] = Counter()
        self.total = 0
        self.turned_away = 0

    def enter(self, peer: str) -> str | None:
        """The key to give back on leaving, or None when there is no room."""
        key = "" if is_proxy(peer, self._proxies) else counted_address(peer, "", ())
        crowded = bool(key) and self._inside[key] >= self._limits.connections_per_address
        if crowded or self.total >= self._limits.connections:
            self.turned_away += 1
            return None
        self._inside[key] += 1
        self.total += 1
        return key

    def leave(self, key: str) -> None:
        """One fewer."""
        self.total -= 1
        self._inside[key] -= 1
        if not self._inside[key]:
            del self._inside[key]


class Connection(RequestHandler):
    """One connection and its deadlines."""

    __slots__ = ("_alarm", "_busy", "_deadline", "_door", "_key", "_limits", "_stall")

    def __init__(self, manager: Any, door: Door, limits: Limits, **options: Any) -> None:
        super().__init__(manager, **options)
        self._door = door
        self._limits = limits
        self._key: str | None = None
        self._busy = False
        self._deadline: float | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let in, or turn away at once."""
        peer = transport.get_extra_info("peername")
        self._key = self._door.enter(str(peer[0]) if peer else "")
        if self._key is None:
            if isinstance(transport, asyncio.Transport):
                transport.abort()
            return
        super().connection_made(transport)
        self._set_deadline(self._limits.header_seconds)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget every deadline."""
        self._set_deadline(None)
        if self._alarm is not None:
            self._alarm.cancel()
        self._set_stall(None)
        if self._key is not None:
            self._door.leave(self._key)
            self._key = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """The first byte of a request starts the clock for its headers."""
        if data and not self._busy and self._deadline is None:
            self._set_deadline(self._limits.header_seconds)
        super().data_received(data)

    def pause_writing(self) -> None:
        """The peer does not read: it has some time to begin again."""
        super().pause_writing()
        self._set_stall(self._limits.stall_seconds)

    def resume_writing(self) -> None:
        """The peer reads again."""
        self._set_stall(None)
        super().resume_writing()

    def began(self) -> None:
        """The headers are complete; the answer has its own time."""
        self._busy = True
        self._set_deadline(self._limits.transfer_seconds)

    def stays_open(self) -> None:
        """This is a socket now, with limits of its own."""
        self._set_deadline(None)

    def log_access(
        self, request: web.BaseRequest, response: web.StreamResponse, time: float | None
    ) -> None:
        """The answer has left (aiohttp's hook for an access log)."""
        self._busy = False
        self._set_deadline(None)
        super().log_access(request, response, time)

    def log_exception(self, *args: object, **kw: object) -> None:
        """What aiohttp would print with its words; the words might be somebody's."""
        del args
        log.error("connection_failed", fault=type(kw.get("exc_info")).__name__)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP, without repeating any of it."""
        del message
        if request.writer.output_size > 0 or isinstance(exc, ConnectionError):
            raise ConnectionError  # nobody is there to be told
        if status < HTTPStatus.INTERNAL_SERVER_ERROR or not isinstance(exc, Exception):
            answer = problems.problem(request, status, problems.HTTP_CODES.get(status, "internal"))
        else:
            answer = problems.from_fault(request, exc)
        answer.headers.update(EVERYWHERE)
        answer.force_close()
        return answer

    def _set_deadline(self, seconds: float | None) -> None:
        """One alarm outlives many deadlines: it is set anew only when it would ring too late."""
        if seconds is None:
            self._deadline = None
            return
        self._deadline = due = self._loop.time() + seconds
        if self._alarm is not None:
            if self._alarm.when() <= due:
                return
            self._alarm.cancel()
        self._alarm = self._loop.call_at(due, self._ring)

    def _ring(self) -> None:
        self._alarm, due = None, self._deadline
        if due is None:
            return
        if self._loop.time() >= due:
            self._cut()
        else:
            self._alarm = self._loop.call_at(due, self._ring)

    def _set_stall(self, seconds: float | None) -> None:
        if self._stall is not None:
            self._stall.cancel()
        self._stall = self._in(seconds)

    def _in(self, seconds: float | None) -> asyncio.TimerHandle | None:
        return None if seconds is None else self._loop.call_later(seconds, self._cut)

    def _cut(self) -> None:
        if self.transport is not None:
            self.transport.abort()


def factory(
    server: web.Server, door: Door, limits: Limits, loop: asyncio.AbstractEventLoop
) -> Callable[[], Connection]:
    """What ``loop.create_server`` makes for each connection."""

    def connect() -> Connection:
        return Connection(
            server,
            door,
            limits,
            loop=loop,
            keepalive_timeout=limits.keep_alive_seconds,
            lingering_time=LINGERING_SECONDS,
            max_headers=MAX_HEADERS,
            auto_decompress=False,
            access_log=None,
        )

    return connect


@web.middleware
async def mark_began(request: web.Request, handler: Any) -> web.StreamResponse:
    """Outermost: the headers are here, the request has a number."""
    request[problems.REQUEST_ID] = f"{_numbers.getrandbits(64):016x}"
    if isinstance(request.protocol, Connection):
        request.protocol.began()
    answer: web.StreamResponse = await handler(request)
    return answer

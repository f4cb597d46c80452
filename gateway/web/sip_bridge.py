"""One browser's SIP, carried to the telephone system frame by frame."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import aiohttp
import structlog
from aiohttp import WSMsgType, web

from gateway.ports import Clock
from gateway.web.limits import Limits
from gateway.web.pace import Pace
from gateway.web.sip_guard import KeepAlive, Pass, Verdict
from gateway.web.sockets import FAULT, GONE_SILENT, NOT_TEXT, POLICY, SocketEnded

MOST_REFUSALS = 20

log = structlog.get_logger()


class Guard(Protocol):
    """Decides over each frame of the browser."""

    def judge(self, text: str) -> Verdict:
        """Whether it may pass."""
        ...


class Bridge:
    """Both directions, until one side ends or ``watch`` raises SocketEnded.

    ``heard`` is told every frame of the telephone system.
    """

    def __init__(
        self,
        browser: web.WebSocketResponse,
        phones: aiohttp.ClientWebSocketResponse,
        guard: Guard,
        clock: Clock,
        limits: Limits,
    ) -> None:
        self._browser = browser
        self._phones = phones
        self._guard = guard
        self._clock = clock
        self._pace = Pace(
            a_second=limits.sip_messages_a_second, at_once=limits.sip_messages_at_once
        )
        self._refusals = 0
        self.moved = asyncio.Event()
        """Set after each frame, for whoever watches the guard's state."""

    async def run(
        self, watch: Callable[[], Awaitable[None]], heard: Callable[[str], None] | None = None
    ) -> None:
        """Carry. Raises SocketEnded inside an exception group."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._from_browser())
            group.create_task(self._from_phones(heard))
            group.create_task(_run(watch))

    async def _from_browser(self) -> None:
        while True:
            text = _text(await self._browser.receive(), GONE_SILENT)
            if self._pace.wait_seconds("", self._clock.monotonic()) > 0:
                raise SocketEnded(POLICY)
            verdict = self._guard.judge(text)
            if isinstance(verdict, Pass):
                await self._phones.send_str(verdict.text)
            elif isinstance(verdict, KeepAlive):
                await self._answer(verdict.answer)
            else:
                log.warning("sip_refused", reason=verdict.why)
                self._refusals += 1
                await self._answer(verdict.answer)
                if self._refusals >= MOST_REFUSALS:
                    raise SocketEnded(POLICY)
            self.moved.set()

    async def _from_phones(self, heard: Callable[[str], None] | None) -> None:
        while True:
            text = _text(await self._phones.receive(), FAULT)
            if heard:
                heard(text)
            await self._browser.send_str(text)
            self.moved.set()

    async def _answer(self, text: str) -> None:
        if text:
            await self._browser.send_str(text)


async def _run(watch: Callable[[], Awaitable[None]]) -> None:
    await watch()


def _text(message: aiohttp.WSMessage, gone: int) -> str:
    """A frame's text. Raises SocketEnded with ``gone`` when that side has ended."""
    if message.type is WSMsgType.TEXT:
        return str(message.data)
    if message.type is WSMsgType.BINARY:
        try:
            return bytes(message.data).decode()
        except UnicodeDecodeError:
            raise SocketEnded(NOT_TEXT) from None
    raise SocketEnded(gone)

"""``ports.EmergencySystems`` over HTTP: signed both ways by Standard Webhooks (``core.webhook``).

    POST <hook_url>               the packet        → 200 {"accepted": true, "their_id": "..."}
    GET  <hook_url>/day/<date>    their list        → 200 {"items": [{"id", "their_id", "status"}]}

No redirect is followed, no answer is waited for longer than seconds or read beyond its size.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from gateway.core.handover import MOST_ID, OrderState
from gateway.core.webhook import genuine, signed
from gateway.ports import Clock
from gateway.ports.emergency import Answered

LIMITS = {"POST": (5.0, 64 * 1024), "GET": (30.0, 4 * 1024 * 1024)}
"""Seconds to answer in, and bytes of the answer."""
MOST_ITEMS = 20_000
CONNECTIONS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Where a line's system takes packets, without a slash at its end, and the shared key."""

    url: str
    key: bytes = field(repr=False)


class EmergencyHooks:
    """The systems of the lines that have one, by the line's code."""

    def __init__(self, hooks: Mapping[str, Hook], clock: Clock, web: aiohttp.ClientSession) -> None:
        self._hooks = hooks
        self._clock = clock
        self._web = web

    def takes(self, line: str) -> bool:
        """Whether this line has a system."""
        return line in self._hooks

    async def post(self, line: str, delivery: str, body: bytes) -> Answered:
        """Give it one packet; what it does not say clearly it did not take."""
        hook = self._hooks[line]
        headers = signed(hook.key, delivery, self._clock.now(), body)
        told = await self._ask("POST", hook.url, headers, body)
        if isinstance(told, str):
            return Answered(fault=told)
        their_id = told.get("their_id")
        if told.get("accepted") is not True or not isinstance(their_id, str):
            return Answered(fault="not-accepted")
        return Answered(their_id=their_id[:MOST_ID])

    async def day(self, line: str, day: str) -> Mapping[str, tuple[str, str]] | None:
        """Its list of that day; None when there is none that can be read."""
        hook = self._hooks[line]
        headers = signed(hook.key, f"day-{day}", self._clock.now(), b"")
        url = f"{hook.url}/day/{day}"
        told = await self._ask("GET", url, headers, b"")
        items = told.get("items") if isinstance(told, dict) else None
        if not isinstance(items, list) or len(items) > MOST_ITEMS:
            return None
        found: dict[str, tuple[str, str]] = {}
        for one in items:
            if not isinstance(one, dict):
                return None
            values = [str(one.get(name)) for name in ("id", "their_id", "status")]
            if values[2] not in set(OrderState):
                return None
            found[values[0]] = (values[1], values[2])
        return found

    def genuine(self, line: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether this line's system signed this, lately."""
        hook = self._hooks.get(line)
        return hook is not None and genuine(hook.key, headers, body, self._clock.now())

    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> dict[str, Any] | str:
        """The JSON object that it answers, or a fault's code."""
        seconds, most = LIMITS[method]
        sent = {**headers, "Content-Type": "application/json"}
        try:
            async with (
                asyncio.timeout(seconds),
                self._web.request(
                    method, url, headers=sent, data=body or None, allow_redirects=False
                ) as answer,
            ):
                if answer.status != 200:
                    return f"refused-{answer.status}"
                whole = await answer.content.read(most + 1)
                while len(whole) <= most and not answer.content.at_eof():
                    whole += await answer.content.read(most + 1 - len(whole))
        except (aiohttp.ClientError, TimeoutError, OSError):
            return "unreachable"
        if len(whole) > most:
            return "not-understood"
        try:
            told = json.loads(whole)
        except (ValueError, RecursionError):
            return "not-understood"
        return told if isinstance(told, dict) else "not-understood"


@asynccontextmanager
async def opened_hooks(hooks: Mapping[str, Hook], clock: Clock) -> AsyncIterator[EmergencyHooks]:
    """With a client of its own, until the end of the block."""
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as web:
        yield EmergencyHooks(hooks, clock, web)

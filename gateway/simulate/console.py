"""The screen of a simulated operator: the same HTTP and WebSocket that the console uses."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from gateway.simulate.errors import PhoneError

ANSWER_SECONDS = 15.0
RECONNECT_SECONDS = 1.0
LARGEST_MESSAGE_BYTES = 4 * 1024 * 1024


class ConsoleRefused(PhoneError):
    """The gateway answered with an error."""

    def __init__(self, method: str, path: str, status: int, code: str) -> None:
        super().__init__(method, path, status, code)
        self.method, self.path, self.status, self.code = method, path, status, code


class Console:
    """One login; ``url`` is the gateway's origin. Made by ``open_console``."""

    def __init__(self, web: aiohttp.ClientSession, url: str) -> None:
        self._web, self._url = web, url.rstrip("/")
        self._epoch, self._last = "", -1
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self.connections = 0

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The answer's JSON, None for none; raises ConsoleRefused, aiohttp.ClientError."""
        async with self._web.request(method, self._url + path, json=body) as response:
            text = await response.text()
            if response.status >= 400:
                raise ConsoleRefused(method, path, response.status, _code(text))
            return json.loads(text) if text else None

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Every message but pings, for ever: a lost connection is made again where it ended."""
        while True:
            try:
                async for message in self._connection():
                    yield message
            except (aiohttp.ClientError, TimeoutError, ConsoleRefused):
                pass  # the gateway is away for the moment
            await asyncio.sleep(RECONNECT_SECONDS)

    async def pop_shown(self, contact_id: str) -> None:
        """Say that the screen has painted this call."""
        if self._socket is not None and not self._socket.closed:
            await self._socket.send_json({"t": "pop_shown", "contact_id": contact_id})

    async def _connection(self) -> AsyncIterator[dict[str, Any]]:
        given = await self.ask("POST", "/api/v1/live/ticket", {})
        query = {"ticket": given["ticket"]}
        if self._epoch:
            query |= {"epoch": self._epoch, "last": str(self._last)}
        async with self._web.ws_connect(
            f"{self._url}/api/v1/live", params=query, max_msg_size=LARGEST_MESSAGE_BYTES
        ) as socket:
            self._socket = socket
            self.connections += 1
            async for raw in socket:
                if raw.type is not aiohttp.WSMsgType.TEXT:
                    return
                message = json.loads(raw.data)
                if message.get("type") == "ping":
                    await socket.send_json({"t": "pong"})
                    continue
                self._epoch = message.get("epoch", self._epoch)
                self._last = message.get("seq", self._last)
                yield message


@asynccontextmanager
async def open_console(url: str, login: str, password: str) -> AsyncIterator[Console]:
    """Logged in for the time of the context; raises ConsoleRefused, aiohttp.ClientError."""
    origin = url.rstrip("/")
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.CookieJar(
            unsafe=True
        ),  # an address is no domain; it is ours all the same
        headers={"Origin": origin},
        timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
    ) as web:
        console = Console(web, origin)
        await console.ask("POST", "/api/v1/session", {"login": login, "password": password})
        try:
            yield console
        finally:
            with contextlib.suppress(ConsoleRefused, aiohttp.ClientError, TimeoutError):
                await console.ask("DELETE", "/api/v1/session")


def _code(text: str) -> str:
    """The ``code`` of a problem (RFC 9457)."""
    try:
        return str(json.loads(text)["code"])
    except (ValueError, KeyError, TypeError):
        return ""

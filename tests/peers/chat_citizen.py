"""A citizen who writes over the chat's plain requests, as a page without a WebSocket does."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

Json = dict[str, Any]


@dataclass
class ChatCitizen:
    """One anonymous visitor of the web page."""

    url: str
    http: aiohttp.ClientSession

    async def ask(self, method: str, path: str, **more: Any) -> Json:
        """One request on our own origin."""
        headers = {"Sec-Fetch-Site": "same-origin", **more.pop("headers", {})}
        url = f"{self.url}/api/v1/chat/{path}"
        async with self.http.request(method, url, headers=headers, **more) as answer:
            assert answer.status in (200, 201, 204), (answer.status, await answer.text())
            return await answer.json() if answer.status != 204 else {}

    async def says(self, text: str) -> Json:
        """Send it; what the gateway answered."""
        key = {"Idempotency-Key": uuid.uuid4().hex}
        return await self.ask("POST", "messages", json={"text": text}, headers=key)

    async def reads(self) -> list[Json]:
        """Every message of the conversation, as the page shows them."""
        found = await self.ask("GET", "events", params={"after": "0"})
        return [one["body"] for one in found["events"] if one["type"] == "message"]

    async def was_told(self, text: str) -> bool:
        """Whether a person said this to them."""
        return any(one["who"] == "operator" and one["text"] == text for one in await self.reads())


@asynccontextmanager
async def chat_citizen(url: str) -> AsyncIterator[ChatCitizen]:
    """A visitor with a session of their own."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        citizen = ChatCitizen(url, http)
        await citizen.ask("POST", "session", json={})
        yield citizen

"""A citizen's chat page without a screen: writes, reads what is new, says what it has shown."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp

from tests.eventually import eventually

Json = dict[str, Any]


@dataclass
class Visitor:
    """One browser on the citizen's page."""

    url: str
    http: aiohttp.ClientSession
    conv: str = ""
    heard: list[Json] = field(default_factory=list)
    """The messages of the conversation, in order."""
    _keys: "count[int]" = field(default_factory=lambda: count(1))

    async def post(self, path: str, body: Json, key: str = "") -> Json:
        """One command; a refusal fails the test."""
        headers = {"Idempotency-Key": key} if key else {}
        async with self.http.post(
            f"{self.url}/api/v1/chat/{path}", json=body, headers=headers
        ) as answer:
            text = await answer.text()
            assert answer.status < 300, f"{path}: {answer.status} {text}"
            return dict(await answer.json()) if text else {}

    async def writes(self, text: str, key: str = "") -> Json:
        """Send a message; the answer comes after it is recorded."""
        taken = await self.post("messages", {"text": text}, key or f"visitor-{next(self._keys):08}")
        self.conv = taken["conv"]
        return taken

    async def reads(self) -> Json:
        """Take what is new; gives the status."""
        after = self.heard[-1]["seq"] if self.heard else 0
        query = {"after": str(after), "conv": self.conv}
        async with self.http.get(f"{self.url}/api/v1/chat/events", params=query) as answer:
            assert answer.status == 200, await answer.text()
            said = await answer.json()
        for event in said["events"]:
            if event["type"] == "message":
                self.heard.append(event["body"])
        return dict(said["status"])

    async def hears(self, text: str, within_seconds: float = 10) -> Json:
        """Wait until somebody has said this."""

        async def look() -> Json | None:
            await self.reads()
            return next((one for one in self.heard if text in one["text"]), None)

        return await eventually(look, within_seconds)

    async def becomes(self, state: str, within_seconds: float = 10) -> None:
        """Wait until the conversation is in a state."""

        async def look() -> bool:
            return bool((await self.reads())["state"] == state)

        await eventually(look, within_seconds)

    async def shown(self) -> None:
        """The screen has shown everything."""
        await self.post("seen", {"seq": self.heard[-1]["seq"]})


@asynccontextmanager
async def visitor(url: str) -> AsyncIterator[Visitor]:
    """Open the page."""
    jar = aiohttp.CookieJar(unsafe=True)  # unsafe: the tests' host is an address, not a name
    headers = {"Origin": url, "Sec-Fetch-Site": "same-origin"}
    async with aiohttp.ClientSession(cookie_jar=jar, headers=headers) as http:
        one = Visitor(url, http)
        await one.post("session", {})
        yield one

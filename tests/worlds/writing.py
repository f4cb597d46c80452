"""Those who write in the failure worlds, and what an operator does with it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.eventually import eventually
from tests.peers.console import Console
from tests.peers.visitor import Visitor

APP_KEY = "an-app-key-of-this-world-0123456789"


async def tries(one: Visitor, key: str, text: str) -> dict[str, Any] | None:
    """Send it; what was acknowledged, None when nothing was."""
    try:
        async with one.http.post(
            f"{one.url}/api/v1/chat/messages",
            json={"text": text},
            headers={"Idempotency-Key": key},
        ) as answer:
            return dict(await answer.json()) if answer.status in (200, 201) else None
    except aiohttp.ClientError:
        return None


@dataclass
class App:
    """The city's App, of which one user writes."""

    url: str
    http: aiohttp.ClientSession

    async def tries(self, key: str, text: str) -> dict[str, Any] | None:
        """Send it; what was acknowledged, None when nothing was."""
        headers = {"Authorization": f"Bearer {APP_KEY}", "Idempotency-Key": key}
        body = {"user_id": "u1", "text": text}
        try:
            path = f"{self.url}/api/v1/app/messages"
            async with self.http.post(path, json=body, headers=headers) as answer:
                return dict(await answer.json()) if answer.status in (200, 201) else None
        except aiohttp.ClientError:
            return None

    async def said(self, conv: str) -> list[str]:
        """What the user has written, as the App reads it."""
        headers = {"Authorization": f"Bearer {APP_KEY}"}
        path = f"{self.url}/api/v1/app/contacts/{conv}/messages?after=0"
        async with self.http.get(path, headers=headers) as answer:
            found = [one["body"] for one in (await answer.json())["events"]]
        return [one["text"] for one in found if one["who"] == "citizen"]


async def in_line(console: Console, contact_id: str) -> dict[str, Any] | None:
    """A conversation as the one list shows it."""
    items = (await console.get("/api/v1/line"))["items"]
    return next((one for one in items if one["id"] == contact_id), None)


async def waits(console: Console, contact_id: str, within_seconds: float = 15) -> dict[str, Any]:
    """Wait until it stands in the line and nobody has it."""

    async def look() -> dict[str, Any] | None:
        found = await in_line(console, contact_id)
        return found if found and found["state"] == "waiting" else None

    return await eventually(look, within_seconds)


async def close(console: Console, *conversations: str) -> None:
    """Write them up."""
    for one in conversations:
        await console.post(f"/api/v1/chats/{one}/close", {"code": "consult"})


@asynccontextmanager
async def store_away(database: Path) -> AsyncIterator[None]:
    """Nobody else can write inside."""
    held = sqlite3.connect(database, isolation_level=None, timeout=30)
    try:
        held.execute("BEGIN IMMEDIATE")
        yield
    finally:
        held.close()

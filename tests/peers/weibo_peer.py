"""A fake Weibo on loopback: it pushes private messages, takes answers, keeps files."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

from aiohttp import web

from channels.message import WebhookRequest
from channels.registry import open_account
from channels.weibo import Weibo, signature

SECRET, KEY, TOKEN = "xyz123xyz", "our-own-key-0123456789", "2.00access"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXT = {
    "type": "text",
    "receiver_id": 1902538057,
    "sender_id": 2489518277,
    "created_at": "Mon Mar 02 16:59:58 +0800 2026",
    "text": "路灯坏了",
    "data": {},
}


@dataclass
class WeiboPeer:
    """The platform: it takes answers and keeps files."""

    url: str = ""
    said: list[tuple[str, str]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=lambda: {"result": True})

    async def reply(self, request: web.Request) -> web.Response:
        """A private message of the account."""
        form = await request.post()
        if form.get("access_token") != TOKEN:
            said = {"error": "invalid_access_token", "error_code": 21332}
            return web.json_response(said)
        if self.answer.get("result"):
            text = json.loads(unquote(str(form["data"])))["text"]
            self.said.append((str(form["receiver_id"]), text))
        return web.json_response(self.answer)

    async def file(self, request: web.Request) -> web.Response:
        """A file by its id."""
        content = self.files.get(request.query["fid"])
        if content is None or request.query.get("access_token") != TOKEN:
            return web.json_response({"error": "no", "error_code": 20101})
        return web.Response(body=content, content_type="image/jpeg")


@asynccontextmanager
async def weibo_peer() -> AsyncIterator[WeiboPeer]:
    """The platform, listening."""
    peer, app = WeiboPeer(), web.Application()
    app.add_routes(
        [web.post("/2/messages/reply.json", peer.reply), web.get("/2/mss/msget", peer.file)]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    peer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield peer
    finally:
        await runner.cleanup()


def weibo_account(folder: Path, url: str = "http://127.0.0.1:9") -> Weibo:
    """An account, not entered."""
    options = {"allow": "192.0.2.0/24", "base_url": url, "files_url": url}
    for name, text in {"key_file": KEY, "secret_file": SECRET, "token_file": TOKEN}.items():
        (folder / name).write_text(text)
        options[name] = str(folder / name)
    return cast("Weibo", open_account("weibo", "main", options))


def weibo_push(body: dict[str, Any] | bytes, now: datetime = NOW, **query: str) -> WebhookRequest:
    """As Weibo pushes it."""
    timestamp, nonce = str(int(now.timestamp() * 1000)), "57155157"
    signed = {"timestamp": timestamp, "nonce": nonce, "key": KEY}
    signed["signature"] = signature(SECRET, timestamp, nonce)
    return WebhookRequest(
        method="POST",
        query=signed | query,
        headers={},
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        address="192.0.2.7",
        received_at=now,
    )


def weibo_text() -> dict[str, Any]:
    """A text as Weibo says it."""
    return dict(TEXT)

"""A whole Bot API on loopback: it knows bots, keeps files, counts, slows down, and delivers.

What it delivers it delivers again until it is answered 200, as Telegram does; what it answers has
the shape of https://core.telegram.org/bots/api#making-requests.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

TOKEN = "123456789:" + "A" * 35
SECRET = "s3cret_-" * 4
BOT = {"id": 123456789, "is_bot": True, "first_name": "热线", "username": "hotline_bot"}
Json = dict[str, Any]


@dataclass
class TelegramPeer:
    """What it was asked and how it is told to behave."""

    url: str = ""
    calls: list[tuple[str, Json]] = field(default_factory=list)
    uploads: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    hook: Json = field(default_factory=dict)
    waits: int = 0
    """So many of the next calls are answered 429."""
    faults: int = 0
    """So many of the next calls are answered 502 with a page."""
    hangs: bool = False
    says_path: str = ""
    """What getFile says instead of the file's own path."""
    sent: int = 0
    update_id: int = 700_000_000

    def made(self, method: str) -> list[Json]:
        """What this method was asked for."""
        return [asked for name, asked in self.calls if name == method]

    def update(self, **inner: Any) -> Json:
        """The next update."""
        self.update_id += 1
        return {"update_id": self.update_id, **inner}

    async def deliver(self, update: Mapping[str, Any], *, most_tries: int = 5) -> list[int]:
        """Push to the registered hook until it takes it; every status that was answered."""
        statuses: list[int] = []
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.hook["secret_token"]}
        async with aiohttp.ClientSession() as http:
            for _ in range(most_tries):
                async with http.post(self.hook["url"], json=update, headers=headers) as answer:
                    statuses.append(answer.status)
                if statuses[-1] == 200:
                    break
        return statuses

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One method call."""
        token, method = request.match_info["token"], request.match_info["method"]
        asked = await self._asked(request)
        self.calls.append((method, asked))
        if self.hangs:
            await asyncio.Event().wait()
        if self.faults:
            self.faults -= 1
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        if token != TOKEN:
            return _refused(401, "Unauthorized")
        if self.waits:
            self.waits -= 1
            more = {"parameters": {"retry_after": 3}}
            return _refused(429, "Too Many Requests: retry after 3", **more)
        return self._result(method, asked)

    async def _asked(self, request: web.Request) -> Json:
        if request.content_type != "multipart/form-data":
            return dict(await request.post())
        asked: Json = {}
        async for part in await request.multipart():
            assert isinstance(part, aiohttp.BodyPartReader)
            content = bytes(await part.read())
            if part.filename is None:
                asked[str(part.name)] = content.decode()
            else:
                self.uploads[str(part.filename)] = content
                asked[str(part.name)] = part.filename
        return asked

    def _result(self, method: str, asked: Json) -> web.Response:
        if method == "getMe":
            return _good(BOT)
        if method == "setWebhook":
            self.hook = asked
            return _good(True)
        if method == "getWebhookInfo":
            url = self.hook.get("url", "")
            return _good({"url": url, "has_custom_certificate": False, "pending_update_count": 0})
        if method == "getFile":
            return self._file(str(asked["file_id"]))
        if method.startswith("send"):
            return self._sent(int(asked["chat_id"]))
        return _refused(404, "Not Found")

    def _file(self, file_id: str) -> web.Response:
        if file_id not in self.files:
            return _refused(400, "Bad Request: invalid file_id")
        size = len(self.files[file_id])
        return _good(
            {
                "file_id": file_id,
                "file_unique_id": f"u{file_id}",
                "file_size": size,
                "file_path": self.says_path or f"voice/{file_id}",
            }
        )

    def _sent(self, chat: int) -> web.Response:
        if chat in self.blocked:
            return _refused(403, "Forbidden: bot was blocked by the user")
        if chat < 1000:
            return _refused(400, "Bad Request: chat not found")
        self.sent += 1
        message = {
            "message_id": 5000 + self.sent,
            "date": 1_772_400_000,
            "chat": {"id": chat, "type": "private", "first_name": "王"},
        }
        return _good(message)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A download, by a path that holds the token."""
        content = self.files.get(request.match_info["name"])
        if request.match_info["token"] != TOKEN or content is None:
            return web.Response(status=404)
        return web.Response(body=content)


def _good(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refused(code: int, words: str, **more: Any) -> web.Response:
    told = {"ok": False, "error_code": code, "description": words, **more}
    return web.Response(status=code, text=json.dumps(told), content_type="application/json")


@asynccontextmanager
async def telegram_peer() -> AsyncIterator[TelegramPeer]:
    """It listens until the block ends."""
    peer = TelegramPeer()
    app = web.Application(client_max_size=64 << 20)
    app.router.add_route("*", "/bot{token:[^/]+}/{method}", peer.answer)
    app.router.add_get("/file/bot{token:[^/]+}/voice/{name}", peer.file)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        peer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield peer
    finally:
        await runner.cleanup()

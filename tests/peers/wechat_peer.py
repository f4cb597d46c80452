"""A whole fake WeChat on loopback: it pushes, retries, gives tokens, counts replies, keeps files.

    async with wechat_peer() as wechat:
        settings: base_url = wechat.url
        await wechat.push(hook_url, said("text", OPENID, Content="路灯不亮"))
        wechat.heard                 what was sent to citizens, as WeChat was asked

It refuses what WeChat refuses: stale tokens (40001), the sixth reply (45047), one after the window
(45015), who does not follow (43004), who wants no notices (43101).
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from tests.peers.wechat_words import KEYS, Push, WeChatKeys, query_of, sealed

TOKEN_SECONDS = 7200
TRIES = 4
"""A push and its three retries."""


@dataclass
class Window:
    """A citizen's right to be answered: until when, and how many more."""

    until: datetime
    left: int


@dataclass
class Delivered:
    """How a push went, try by try: the status and body of each answer; None: none in time."""

    answers: list[tuple[int, str] | None] = field(default_factory=list)

    @property
    def taken(self) -> bool:
        """Whether the platform is content."""
        return any(_content(answer) for answer in self.answers)


@dataclass
class WeChatPeer:
    """The platform as one account meets it; what it should do wrong is set on it."""

    keys: WeChatKeys
    answer_seconds: float = 5.0
    url: str = ""
    http: aiohttp.ClientSession | None = None
    now: datetime | None = None
    """The platform's clock, when a test turns it; the machine's otherwise."""
    calls: Counter[str] = field(default_factory=Counter)
    heard: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    uploads: list[tuple[str, str, bytes]] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    films: dict[str, str] = field(default_factory=dict)
    """media id → the address that WeChat names for it; empty: one of ours."""
    windows: dict[str, Window] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    want_no_notice: set[str] = field(default_factory=set)
    answer_all: int = 0
    """An errcode for everything that needs a token; 0: as it should be."""
    next_answers: list[int] = field(default_factory=list)
    silent: bool = False
    """Takes every request and answers none."""
    token_seconds: int = TOKEN_SECONDS
    token_answer: dict[str, Any] = field(default_factory=dict)
    """What stable_token answers instead."""
    _token: str = field(default="", repr=False)
    _forced_at: datetime | None = None

    def time(self) -> datetime:
        """The platform's time."""
        return self.now or datetime.now(UTC)

    # -- pushing --

    async def push(self, hook: str, fields: Mapping[str, Any], **how: Any) -> Delivered:
        """Push until somebody is content, as WeChat does: no answer in time is no answer."""
        self._opens(fields)
        push, delivered = sealed(fields, self.keys, **how), Delivered()
        for _ in range(TRIES):
            delivered.answers.append(await self.post(hook, push))
            if delivered.taken:
                break
        return delivered

    async def overlapping(
        self, hook: str, fields: Mapping[str, Any], times: int = 3, **how: Any
    ) -> list[tuple[int, str] | None]:
        """The same push so many times at once, each sealed anew, as from several of its servers."""
        self._opens(fields)
        pushes = [sealed(fields, self.keys, **how) for _ in range(times)]
        return list(await asyncio.gather(*(self.post(hook, push) for push in pushes)))

    async def post(self, hook: str, push: Push) -> tuple[int, str] | None:
        """One request; None when there is no answer in time: the connection is cut then."""
        assert self.http
        limit = aiohttp.ClientTimeout(total=self.answer_seconds)
        headers = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"}
        try:
            async with self.http.post(
                hook, params=push.query, data=push.body, headers=headers, timeout=limit
            ) as answer:
                return answer.status, await answer.text()
        except (TimeoutError, aiohttp.ClientError):
            return None

    async def check_url(self, hook: str, echo: str = "5837397578375") -> tuple[int, str]:
        """The request with which WeChat asks whether a hook is the account's."""
        assert self.http
        query = query_of(self.keys, echostr=echo)
        async with self.http.get(hook, params=query) as answer:
            return answer.status, await answer.text()

    def _opens(self, fields: Mapping[str, Any]) -> None:
        openid, event = fields["FromUserName"], fields.get("Event")
        if fields["MsgType"] != "event":
            self.windows[openid] = Window(self.time() + timedelta(hours=48), 5)
        elif event in {"subscribe", "SCAN", "CLICK"}:
            self.windows[openid] = Window(self.time() + timedelta(minutes=1), 3)

    # -- what it answers --

    def revoke(self) -> None:
        """The token is no longer good: somebody else has forced a new one."""
        self._token = _new_token()

    async def stable_token(self, request: web.Request) -> web.Response:
        """One token until its end; forced, a new one, at most every 30 s."""
        asked = await self._json(request)
        self.calls["stable_token"] += 1
        if self.token_answer:
            return web.json_response(self.token_answer)
        if asked.get("appid") != self.keys.appid:
            return _error(40013)
        if asked.get("secret") != self.keys.secret:
            return _error(40125)
        if asked.get("force_refresh"):
            self.calls["forced"] += 1
            if self._forced_at and self.time() < self._forced_at + timedelta(seconds=30):
                return _error(45009)
            self._forced_at, self._token = self.time(), _new_token()
        self._token = self._token or _new_token()
        return web.json_response({"access_token": self._token, "expires_in": self.token_seconds})

    async def custom_send(self, request: web.Request) -> web.Response:
        """A reply, within its window."""
        asked = await self._json(request)
        if refused := self._refused(request):
            return refused
        code = self._code_of(asked)
        if code == 0:
            self.windows[asked["touser"]].left -= 1
            self.heard.append(asked)
        return _error(code)

    def _code_of(self, asked: Mapping[str, Any]) -> int:
        window, kind = self.windows.get(asked["touser"]), asked["msgtype"]
        wrong = {
            43004: asked["touser"] in self.gone,
            45002: kind == "text" and len(asked["text"]["content"].encode()) > 2048,
            40007: kind != "text" and asked[kind].get("media_id") not in self.files,
            45015: window is None or window.until <= self.time(),
            45047: window is not None and window.left == 0,
        }
        return next((code for code, found in wrong.items() if found), 0)

    async def notice(self, request: web.Request) -> web.Response:
        """A subscription notice."""
        asked = await self._json(request)
        if refused := self._refused(request):
            return refused
        if asked["touser"] in self.want_no_notice:
            return _error(43101)
        if any(len(one["value"]) > 20 for name, one in asked["data"].items() if "thing" in name):
            return _error(47003)
        self.notices.append(asked)
        return web.json_response(
            {"errcode": 0, "errmsg": "ok", "msgid": 10_000 + len(self.notices)}
        )

    async def media(self, request: web.Request) -> web.Response:
        """A file, or where a film is."""
        if refused := self._refused(request):
            return refused
        number = request.query["media_id"]
        if number in self.films:
            address = self.films[number] or f"{self.url}/film/{number}"
            return web.json_response({"video_url": address})
        if number not in self.files:
            return _error(40007)
        kind, data = self.files[number]
        name = {"Content-disposition": 'attachment; filename="f.bin"'}
        return web.Response(body=data, content_type=kind, headers=name)

    async def film(self, request: web.Request) -> web.Response:
        """A film, where ``media`` said it is."""
        _, data = self.files[request.match_info["id"]]
        return web.Response(body=data, content_type="video/mp4")

    async def upload(self, request: web.Request) -> web.Response:
        """Keep a file for three days."""
        form = await request.post()
        if refused := self._refused(request):
            return refused
        sent = form["media"]
        assert isinstance(sent, web.FileField)
        data, number = sent.file.read(), secrets.token_urlsafe(16)
        self.uploads.append((request.query["type"], sent.filename, data))
        self.files[number] = (sent.content_type, data)
        return web.json_response({"type": request.query["type"], "media_id": number})

    async def _json(self, request: web.Request) -> dict[str, Any]:
        asked = json.loads(await request.read())
        if self.silent:
            await asyncio.Event().wait()
        assert isinstance(asked, dict)
        return asked

    def _refused(self, request: web.Request) -> web.Response | None:
        self.calls[request.path] += 1
        if self.next_answers and (code := self.next_answers.pop(0)):
            return _error(code)
        if self.answer_all:
            return _error(self.answer_all)
        return None if request.query.get("access_token") == self._token else _error(40001)


@asynccontextmanager
async def wechat_peer(
    keys: WeChatKeys = KEYS, *, answer_seconds: float = 5.0
) -> AsyncIterator[WeChatPeer]:
    """It stands on a free port; ``answer_seconds`` is how long a hook may take."""
    peer = WeChatPeer(keys, answer_seconds)
    app = web.Application(client_max_size=12 * 1024 * 1024)
    app.router.add_post("/cgi-bin/stable_token", peer.stable_token)
    app.router.add_post("/cgi-bin/message/custom/send", peer.custom_send)
    app.router.add_post("/cgi-bin/message/subscribe/bizsend", peer.notice)
    app.router.add_post("/cgi-bin/message/subscribe/send", peer.notice)
    app.router.add_get("/cgi-bin/media/get", peer.media)
    app.router.add_get("/cgi-bin/media/get/jssdk", peer.media)
    app.router.add_post("/cgi-bin/media/upload", peer.upload)
    app.router.add_get("/film/{id}", peer.film)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        peer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as peer.http:
            yield peer
    finally:
        await runner.cleanup()


def _content(answer: tuple[int, str] | None) -> bool:
    return answer is not None and answer[0] == 200 and answer[1] in {"success", ""}


def _new_token() -> str:
    return secrets.token_urlsafe(200)


def _error(code: int) -> web.Response:
    said = "ok" if code == 0 else "invalid, hints: [ req_id: x ]"
    return web.json_response({"errcode": code, "errmsg": said}, content_type="text/plain")

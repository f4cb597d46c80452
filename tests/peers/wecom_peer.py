"""A whole fake WeCom (微信客服) on loopback: it keeps messages, tells a hook, is pulled, sends.

It refuses what WeCom refuses: stale tokens (42001), a cursor that it never gave (40097), the sixth
message in a window (95001), customers that are not there (40096). Its envelope is wechatpy's.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from aiohttp import web
from wechatpy.enterprise.crypto import WeChatCrypto

from channels.message import WebhookRequest

CORPID, TOKEN, SECRET = "wx5823bf96d3bd56c7", "QDG6eK", "corp-secret-0123456789"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
OPEN_KFID = "wkAJ2GCAAAZSfhHCt7IFSvLKtMPxyJTw"


@dataclass
class WeComPeer:
    """The platform as one account meets it."""

    url: str = ""
    page: int = 3
    """Messages in one answer of sync_msg, whatever is asked for."""
    log: list[dict[str, Any]] = field(default_factory=list)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By msgid: the same one twice is one message."""
    files: dict[str, bytes] = field(default_factory=dict)
    windows: dict[str, int] = field(default_factory=dict)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    fails: list[int] = field(default_factory=list)
    """Error codes for the next questions."""
    forgets_cursors: bool = False
    tokens: list[str] = field(default_factory=list)
    _ids: count[int] = field(default_factory=lambda: count(1))
    _cursors: dict[str, int] = field(default_factory=dict)

    def writes(self, kind: str, who: str = "wmAJ2GCAAAme1XQRC", **content: Any) -> str:
        """A customer writes; the msgid."""
        number = f"from_msgid_{next(self._ids)}"
        self.windows[who] = 5
        self.log.append(
            {
                "msgid": number,
                "open_kfid": OPEN_KFID,
                "external_userid": who,
                "send_time": int(datetime.now(UTC).timestamp()),
                "origin": 3,
                "msgtype": kind,
                kind: content,
            }
        )
        return number

    def happens(self, event: str, **more: Any) -> None:
        """The system tells of an event."""
        inner = {"event_type": event, "open_kfid": OPEN_KFID, **more}
        number = f"event_{next(self._ids)}"
        self.log.append(
            {"msgid": number, "send_time": 1, "origin": 4, "msgtype": "event", "event": inner}
        )

    def push(self, *, token: str = "ENC1", kfid: str = OPEN_KFID, **query: str) -> WebhookRequest:
        """What the hook is told: that there is something."""
        now = datetime.now(UTC)
        timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(5)
        said = (
            f"<xml><ToUserName>{CORPID}</ToUserName><CreateTime>{timestamp}</CreateTime>"
            "<MsgType>event</MsgType><Event>kf_msg_or_event</Event>"
            f"<Token>{token}</Token><OpenKfId>{kfid}</OpenKfId></xml>"
        )
        envelope = WeChatCrypto(TOKEN, AES_KEY, CORPID).encrypt_message(said, nonce, timestamp)
        signed = envelope.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
        asked = {"msg_signature": signed, "timestamp": timestamp, "nonce": nonce}
        return WebhookRequest(
            method="POST",
            query=asked | query,
            headers={},
            body=envelope.encode(),
            address="192.0.2.1",
            received_at=now,
        )

    # -- what is asked of it --

    async def gettoken(self, request: web.Request) -> web.Response:
        """A token, the same until it is over."""
        if request.query.get("corpsecret") != SECRET or request.query.get("corpid") != CORPID:
            return web.json_response({"errcode": 40001, "errmsg": "invalid credential"})
        if not self.tokens:
            self.tokens.append(f"T{next(self._ids)}")
        said = {"errcode": 0, "access_token": self.tokens[-1], "expires_in": 7200}
        return web.json_response(said)

    def _refused(self, request: web.Request) -> web.Response | None:
        if self.fails:
            return web.json_response({"errcode": self.fails.pop(0), "errmsg": "x"})
        if request.query.get("access_token") not in self.tokens[-1:]:
            return web.json_response({"errcode": 42001, "errmsg": "access_token expired"})
        return None

    async def sync_msg(self, request: web.Request) -> web.Response:
        """The messages after a cursor that it gave."""
        body = await request.json()
        self.pulls.append(body)
        refused = self._refused(request)
        if refused is not None:
            return refused
        cursor = body.get("cursor", "")
        if cursor and (self.forgets_cursors or cursor not in self._cursors):
            self.forgets_cursors = False
            return web.json_response({"errcode": 40097, "errmsg": "invalid cursor"})
        begin = self._cursors.get(cursor, 0)
        end = min(begin + self.page, len(self.log))
        following = f"c-{secrets.token_hex(4)}" if end > begin else cursor
        if following:
            self._cursors[following] = end
        answer = {
            "errcode": 0,
            "next_cursor": following,
            "has_more": int(end < len(self.log)),
            "msg_list": self.log[begin:end],
        }
        return web.json_response(answer)

    async def send_msg(self, request: web.Request) -> web.Response:
        """Within the window; the same msgid again is the same message."""
        body = await request.json()
        refused = self._refused(request)
        if refused is not None:
            return refused
        who, number = body["touser"], body["msgid"]
        assert len(number) <= 32
        if who not in self.windows:
            return web.json_response({"errcode": 40096, "errmsg": "invalid external userid"})
        if number not in self.sent:
            if self.windows[who] <= 0:
                return web.json_response({"errcode": 95001, "errmsg": "send msg limit"})
            self.windows[who] -= 1
        self.sent[number] = body
        return web.json_response({"errcode": 0, "msgid": number})

    async def upload(self, request: web.Request) -> web.Response:
        """Keep a file."""
        form = await request.post()
        refused = self._refused(request)
        if refused is not None:
            return refused
        given = form["media"]
        assert isinstance(given, web.FileField)
        media_id = f"up-{next(self._ids)}"
        self.files[media_id] = given.file.read()
        return web.json_response({"errcode": 0, "type": "x", "media_id": media_id})

    async def media(self, request: web.Request) -> web.Response:
        """A file, or an error in JSON."""
        content = self.files.get(request.query.get("media_id", ""))
        refused = self._refused(request)
        if refused is not None:
            return refused
        if content is None:
            return web.json_response({"errcode": 40007, "errmsg": "invalid media_id"})
        return web.Response(body=content, content_type="image/jpeg")


@asynccontextmanager
async def wecom_peer() -> AsyncIterator[WeComPeer]:
    """The platform, listening."""
    peer = WeComPeer()
    app = web.Application()
    app.add_routes(
        [
            web.get("/cgi-bin/gettoken", peer.gettoken),
            web.post("/cgi-bin/kf/sync_msg", peer.sync_msg),
            web.post("/cgi-bin/kf/send_msg", peer.send_msg),
            web.post("/cgi-bin/media/upload", peer.upload),
            web.get("/cgi-bin/media/get", peer.media),
        ]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    peer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield peer
    finally:
        await runner.cleanup()

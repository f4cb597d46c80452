"""What a WeChat account's hook believes, and what it makes of it. PURE: the time is the request's.

Believed is what the platform signed within 300 s of our time. In safe mode the signature covers the
encrypted body, and nothing else is looked at, also when the body stands there in clear beside it
(compat mode). ``signature`` alone covers no body: it opens the URL check, and bodies only where
the settings say ``mode = "plain"``.

Answers: 403 not believed; 400 or 413 unreadable, signed or not; ``success`` for all the rest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from channels.errors import Forged, Malformed, Stale
from channels.message import Grant, HookAnswer, Received, WebhookRequest
from channels.wechat_body import Body, read
from channels.wechat_codec import Codec
from channels.wechat_events import received as event_received
from channels.wechat_messages import Reading
from channels.wechat_replay import Seen
from channels.wechat_settings import WeChatSettings

FRESH_SECONDS = 300
SUCCESS = HookAnswer(body=b"success")

_ECHO = re.compile(r"[\w+/=.-]{1,512}", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{1,11}", re.ASCII)


class Hook:
    """The hook of one account; ``grants`` says which events open a right to reply."""

    def __init__(self, settings: WeChatSettings, grants: Mapping[str, Grant]) -> None:
        self._plain, self._sealed = settings.plain, settings.key is not None
        self._codec = Codec(settings.token, settings.key or bytes(32), settings.appid)
        self._datum, self._grants = settings.datum, grants
        self._seen = Seen()

    def received(self, request: WebhookRequest) -> Received:
        """Raises HookRefused."""
        query, now = request.query, request.received_at
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        _fresh(timestamp, now)
        if request.method == "GET":
            self._codec.vouch(query.get("signature", ""), timestamp, nonce)
            return _echoed(query.get("echostr", ""))
        body = self._believed(request, timestamp, nonce)
        if body.top.get("MsgType", "").strip() == "event":
            found = event_received(body, self._datum, self._grants, now)
        else:
            found = Received(messages=(Reading(body, self._datum, now).message(),))
        return Received(messages=found.messages, receipts=found.receipts, answer=SUCCESS)

    def _believed(self, request: WebhookRequest, timestamp: str, nonce: str) -> Body:
        """What the platform says, out of its envelope if there is one."""
        body, query, now = read(request.body), request.query, request.received_at
        sealed = body.top.get("Encrypt", "").strip()
        if sealed and self._sealed:
            signed = query.get("msg_signature", "")
            self._codec.vouch(signed, timestamp, nonce, sealed)
            self._seen.admit(signed, b"", now)
            return read(self._codec.open(sealed))
        if not self._plain or sealed:
            raise Forged("not safe mode")
        self._codec.vouch(query.get("signature", ""), timestamp, nonce)
        self._seen.admit(f"{timestamp} {nonce}", hashlib.sha256(request.body).digest(), now)
        return body


def _fresh(timestamp: str, now: datetime) -> None:
    if not _TIMESTAMP.fullmatch(timestamp):
        raise Forged("timestamp")
    if abs(now.timestamp() - int(timestamp)) > FRESH_SECONDS:
        raise Stale("timestamp")


def _echoed(echo: str) -> Received:
    """The URL check: the platform wants its own word back, and nothing that a browser would run."""
    if not _ECHO.fullmatch(echo):
        raise Malformed("echostr")
    return Received(answer=HookAnswer(body=echo.encode()))

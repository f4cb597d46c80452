"""Short messages by any system that signs its posts: for a city's own platform, or a small adapter.

Both ways JSON, signed by Standard Webhooks with one secret:

    to our hook      {"type": "message", "id": "…", "from": "138…", "text": "…", "at": 1772413200}
                     {"type": "receipt", "id": "…", "state": "delivered", "code": "", "at": …}
    to their url     {"id": "<ours>", "to": "138…", "text": "【…】…", "parts": 2}
                     → 200 {"id": "<theirs>"}; 429 with Retry-After and 5xx: again later; 410:
                     nobody has this number; any other: refused
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from channels.channel import Channel
from channels.errors import (
    Forged,
    HookRefused,
    Malformed,
    RecipientGone,
    SendFailed,
    Stale,
    TryLater,
    Unreachable,
)
from channels.message import Finding, Outbound, Received, Sent, WebhookRequest
from channels.options import Options
from channels.signed_post import genuine, is_of_now, key_of, signed
from channels.sms_held import HeldAccount, caps_of
from channels.sms_post import Answered, Post
from channels.sms_read import Reader, plain, rows_of
from channels.sms_signature import Terms

ANSWER = b'{"taken":true}'
CHECK_SECONDS = 6.0
MOST_ID = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Where it takes messages, and the secret of both."""

    url: str
    secret: str = field(repr=False)
    key: bytes = field(repr=False)


def open_account(options: Options, by: str, terms: Terms) -> Channel:
    """``sms:<name>`` with ``by = "http"``."""
    del by
    secret = options.secret("secret_file")
    key = key_of(secret)
    if secret and key is None:
        options.say(
            "secret_file",
            "应为 whsec_ 加 24 至 64 字节的 base64",
            "must be whsec_ and the base64 of 24 to 64 bytes",
        )
    system = System(url=options.url("base_url"), secret=secret, key=key or b"")
    return HttpAccount(system, terms)


class HttpAccount(HeldAccount):
    """One account of such a system."""

    def __init__(
        self, system: System, terms: Terms, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(terms)
        self.caps = caps_of(terms, hooked=True)
        self._system, self._now = system, now
        self._post = Post()

    async def __aenter__(self) -> Self:
        await self._post.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._post.__aexit__(kind, error, trace)

    def receive(self, request: WebhookRequest) -> Received:
        """What it signed, lately."""
        if not genuine(self._system.key, request.headers, request.body):
            raise Forged("signature")
        if not is_of_now(request.headers, request.received_at):
            raise Stale("timestamp")
        if request.method != "POST":
            raise HookRefused("method", 405)
        rows = rows_of(request.body)
        if rows is None:
            raise Malformed("not-json")
        reader = Reader(self._system.secret, request.received_at)
        for row in rows:
            plain(reader, row)
        return reader.received(ANSWER)

    async def send(self, outbound: Outbound) -> Sent:
        """One post; the same ``id`` on every try, so that they may know it."""
        text = self.terms.signed(outbound.text)
        parts = self.terms.parts(outbound.text)
        said = {"id": outbound.key, "to": outbound.to, "text": text, "parts": parts}
        answered = await self._say(outbound.key, json.dumps(said, ensure_ascii=False))
        code = f"http-{answered.status}"
        if answered.status == 429 or answered.status >= 500:
            raise TryLater(code, answered.pause)
        if answered.status == 410:
            raise RecipientGone(code)
        their_id = answered.told.get("id")
        if answered.status != 200 or not isinstance(their_id, str):
            raise SendFailed(code if answered.status != 200 else "no-id")
        known = their_id and their_id.isprintable()  # one that cannot be kept is nobody's
        return Sent(parts=(their_id[:MOST_ID],) if known else ())

    async def _say(self, id_: str, text: str) -> Answered:
        body = text.encode("utf-8", "replace")
        headers = signed(self._system.key, id_, self._now(), body)
        return await self._post.to(
            self._system.url, {**headers, "Content-Type": "application/json"}, body
        )

    async def check(self) -> tuple[Finding, ...]:
        """Signature against itself, and whether the system answers a signed {"type": "check"}."""
        body, at = b"{}", self._now()
        good = genuine(self._system.key, signed(self._system.key, "check", at, body), body)
        signature = Finding(
            name="signature",
            good=good,
            zh="签名自检通过" if good else "签名自检未通过",
            en="self-test passed" if good else "self-test failed",
            fix_zh="" if good else "更换 secret_file 的内容",
            fix_en="" if good else "replace what is in secret_file",
        )
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                answered = await self._say("check", '{"type":"check"}')
        except (Unreachable, TimeoutError) as fault:
            said = str(fault) or "timeout"
        else:
            said = f"http-{answered.status}"
        there = said == "http-200"
        return signature, Finding(
            name="system",
            good=there,
            zh=f"短信系统 {self._system.url} 答复 {said}",
            en=f"the system at {self._system.url} says {said}",
            fix_zh="" if there else "检查 base_url，以及对方是否核对同一密钥、对检查答复 200",
            fix_en=""
            if there
            else "check base_url, that it knows the same secret, and answers 200",
        )

"""Private messages of a Weibo account (粉丝服务). Off unless somebody asks for it.

Weibo signs timestamp and nonce and not the body, so a hook is believed only with all of: our own
``key`` in the address that Weibo was given, an address of ``allow``, their signature, a fresh time.
Weibo admits new accounts after verifying the organisation; its documentation is old.

Options: ``key_file``, ``secret_file`` (App Secret), ``token_file`` (access token), ``allow``
(networks), ``base_url``, ``files_url``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from channels.channel import Caps, Channel
from channels.errors import (
    FetchFailed,
    Forged,
    HookRefused,
    Malformed,
    RecipientGone,
    SendFailed,
    Stale,
    TryLater,
    Unreachable,
)
from channels.message import (
    Finding,
    HookAnswer,
    MediaRef,
    Outbound,
    Received,
    Sent,
    WebhookRequest,
)
from channels.networks import Network, networks_of, within
from channels.options import Options
from channels.wechat_http import Http, NoAnswer
from channels.weibo_read import read

BASE, FILES_BASE = "https://m.api.weibo.com", "https://upload.api.weibo.com"
REPLY, FILE = "/2/messages/reply.json", "/2/mss/msget"
FRESH_SECONDS = 300
TEXT_MOST = 300
"""Characters of one private message."""
_SECRET = "[!-~]{8,512}"  # noqa: S105 - the form of one
_LATER: Mapping[int, float] = {
    10009: 60.0,  # too many tasks
    10022: 600.0,  # this address asks too often
    10023: 600.0,  # this person
    10024: 600.0,  # this application
    21327: 60.0,  # the token is over: ours to mend, nothing is lost meanwhile
    21332: 60.0,  # no token
}
_GONE = frozenset({20003})
"""No such person."""
_PIECE = 64 * 1024
CAPS = Caps(text_most=TEXT_MOST, windowed=True, scheme="weibo_uid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One account."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    token: str = field(repr=False)
    allowed: tuple[Network, ...]
    base_url: str = BASE
    files_url: str = FILES_BASE


def open_account(name: str, options: Options) -> Channel:
    """``weibo:<name>``."""
    del name
    return Weibo(
        Settings(
            key=options.secret("key_file", form=_SECRET),
            secret=options.secret("secret_file", form=_SECRET),
            token=options.secret("token_file", form=_SECRET),
            allowed=networks_of(options, "allow"),
            base_url=options.url("base_url", BASE),
            files_url=options.url("files_url", FILES_BASE),
        )
    )


def signature(secret: str, timestamp: str, nonce: str) -> str:
    """SHA-1 over the sorted parts, in hex: Weibo's own construction."""
    told = "".join(sorted((secret, timestamp, nonce)))
    return hashlib.sha1(told.encode("utf-8", "surrogatepass")).hexdigest()  # noqa: S324 - theirs


class Weibo:
    """One account."""

    kind = "weibo"
    caps = CAPS

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._http: tuple[Http, Http] | None = None

    async def __aenter__(self) -> Self:
        self._http = Http(self._settings.base_url), Http(self._settings.files_url)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pair, self._http = self._http, None
        for one in pair or ():
            await one.close()

    def receive(self, request: WebhookRequest) -> Received:
        """What Weibo delivers. Raises HookRefused."""
        self._believe(request)
        if request.method == "GET":
            echo = request.query.get("echostr", "")
            if not re.fullmatch(r"[\w+/=.-]{1,512}", echo, re.ASCII):
                raise Malformed("echostr")
            return Received(answer=HookAnswer(body=echo.encode()))
        if request.method != "POST":
            raise HookRefused("method", 405)
        return Received(messages=(read(request.body, request.received_at),))

    def _believe(self, request: WebhookRequest) -> None:
        query, its = request.query, self._settings
        given = query.get("key", "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(given, its.key.encode()):
            raise Forged("key")
        if not within(request.address, its.allowed):
            raise Forged("address")
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if not re.fullmatch(r"[0-9]{10,16}", timestamp, re.ASCII):
            raise Forged("timestamp")
        ours = signature(its.secret, timestamp, nonce)
        theirs = query.get("signature", "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(ours.encode(), theirs):
            raise Forged("signature")
        if abs(request.received_at.timestamp() * 1000 - int(timestamp)) > FRESH_SECONDS * 1000:
            raise Stale("timestamp")

    async def send(self, outbound: Outbound) -> Sent:
        """A private message in answer. Raises SendFailed and those below it."""
        if outbound.scheme != self.caps.scheme or outbound.files:
            raise SendFailed("kind-not-sent")
        if self._http is None:
            raise TryLater("closed")
        form = aiohttp.FormData()
        form.add_field("access_token", self._settings.token)
        form.add_field("type", "text")
        form.add_field("data", quote(json.dumps({"text": outbound.text})))
        form.add_field("receiver_id", outbound.to)
        form.add_field("save_sender_box", "1")
        try:
            answer = await self._http[0].upload(REPLY, {}, form)
        except NoAnswer as failed:
            raise (Unreachable if failed.asked else TryLater)(failed.reason) from None
        _settled(answer)
        return Sent(parts=(f"{outbound.key}/1",))

    async def fetch(self, media: MediaRef, most_bytes: int) -> AsyncIterator[bytes]:
        """The file by its id. Raises FetchFailed."""
        if self._http is None:
            raise FetchFailed("closed", again=True)
        query, size = {"access_token": self._settings.token, "fid": media.ref}, 0
        try:
            async with self._http[1].get(FILE, query) as answer:
                if answer.content_type in ("application/json", "text/html", "text/plain"):
                    raise FetchFailed("refused", again=True)
                async for piece in answer.content.iter_chunked(_PIECE):
                    size += len(piece)
                    if size > most_bytes:
                        raise FetchFailed("too-large", again=False)
                    yield piece
        except NoAnswer as failed:
            raise FetchFailed(failed.reason, again=True) from None

    async def check(self) -> tuple[Finding, ...]:
        """Whether the API answers; what it thinks of the token is seen with the first answer."""
        if self._http is None:
            async with self:
                return await self.check()
        host = self._settings.base_url
        try:
            await self._http[0].upload(REPLY, {}, aiohttp.FormData({"access_token": "x"}))
        except NoAnswer as failed:
            if not failed.reason.startswith("http-4"):
                return (
                    Finding(
                        name="reach",
                        good=False,
                        zh=f"连不上 {host}：{failed.reason}",
                        en=f"{host} cannot be reached: {failed.reason}",
                        fix_zh="检查网络、防火墙和代理",
                        fix_en="check network, firewall and proxy",
                    ),
                )
        return (Finding(name="reach", good=True, zh=f"{host} 有应答", en=f"{host} answers"),)


def _settled(answer: Mapping[str, Any]) -> None:
    """Raise what an error of theirs means."""
    code = answer.get("error_code", 0)
    if not isinstance(code, int):
        raise TryLater("answer")
    if code == 0:
        return
    if code in _LATER:
        raise TryLater(str(code), _LATER[code])
    raise (RecipientGone if code in _GONE else SendFailed)(str(code))

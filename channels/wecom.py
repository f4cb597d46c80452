"""WeCom 微信客服: a hook says that there is something, and it is pulled, page by page.

The cursor is kept when the page before it is recorded: a gateway that dies pulls that page again,
and everything in it is known. Without a hook's word it is asked every minute, so that one that was
lost costs a minute; WeCom keeps messages for three days. Files are fetched at once by the gateway.

Options: ``corpid``, ``open_kfid``, ``secret_file``, ``token_file``, ``aes_key_file``, ``base_url``.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from channels.channel import Caps, Channel
from channels.errors import (
    FetchFailed,
    Forged,
    HookRefused,
    NotRecorded,
    SendFailed,
    Stale,
    TryLater,
)
from channels.feed import Deliver, Notes
from channels.message import (
    Finding,
    HookAnswer,
    Kind,
    MediaRef,
    Outbound,
    OutFile,
    Received,
    Sent,
    WebhookRequest,
)
from channels.options import Options
from channels.wechat_body import read
from channels.wechat_codec import Codec, aes_key
from channels.wechat_http import Http
from channels.wechat_media import MEDIA, Files
from channels.wechat_split import split
from channels.wecom_api import Api
from channels.wecom_read import page_of

BASE = "https://qyapi.weixin.qq.com"
FRESH_SECONDS = 300
LOOK_SECONDS = 60.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 2.0, 300.0
CURSOR = "cursor"
TEXT_MOST = 2_000
SUCCESS = HookAnswer(body=b"success")
_SECRET = "[!-~]{1,512}"  # noqa: S105 - the form of one
_MB = 1024 * 1024
MOST_BYTES = {Kind.IMAGE: 2 * _MB, Kind.VOICE: 2 * _MB, Kind.VIDEO: 10 * _MB, Kind.FILE: 20 * _MB}
WORDS = {Kind.IMAGE: "image", Kind.VOICE: "voice", Kind.VIDEO: "video", Kind.FILE: "file"}


def counts(outbound: Outbound) -> int:
    """How many messages WeCom counts this as."""
    return max(1, len(split(outbound.text)) + len(outbound.files))


CAPS = Caps(
    text_most=TEXT_MOST,
    sends=frozenset({Kind.TEXT, *WORDS}),
    windowed=True,
    counts=counts,
    scheme="external_userid",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One account of 微信客服."""

    corpid: str
    open_kfid: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    key: bytes = field(repr=False)
    base_url: str = BASE


def open_account(name: str, options: Options) -> Channel:
    """``wecom:<name>``."""
    del name
    encoded = options.secret("aes_key_file", form="[A-Za-z0-9]{43}")
    try:
        key = aes_key(encoded)
    except ValueError:
        key = b""  # noted already
    return WeCom(
        Settings(
            corpid=options.text("corpid", form="[A-Za-z0-9]{1,64}"),
            open_kfid=options.text("open_kfid", form=r"[\w-]{1,128}"),
            secret=options.secret("secret_file", form=_SECRET),
            token=options.secret("token_file", form=_SECRET),
            key=key or bytes(32),
            base_url=options.url("base_url", BASE),
        )
    )


class WeCom:
    """One account."""

    kind = "wecom"
    caps = CAPS

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._codec = Codec(settings.token, settings.key, settings.corpid)
        self._stirred = asyncio.Event()
        self._event_token = ""
        self._http: Http | None = None
        self._asked: tuple[Api, Files] | None = None

    async def __aenter__(self) -> Self:
        its = self._settings
        self._http = Http(its.base_url)
        api = Api(self._http, corpid=its.corpid, secret=its.secret, open_kfid=its.open_kfid)
        self._asked = api, Files(self._http, api.token, ())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        http, self._http, self._asked = self._http, None, None
        if http is not None:
            await http.close()

    def receive(self, request: WebhookRequest) -> Received:
        """That there is something to pull; its words are in no hook. Raises HookRefused."""
        query = request.query
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        signed = query.get("msg_signature", "")
        if not re.fullmatch(r"[0-9]{1,11}", timestamp, re.ASCII):
            raise Forged("timestamp")
        if abs(request.received_at.timestamp() - int(timestamp)) > FRESH_SECONDS:
            raise Stale("timestamp")
        if request.method == "GET":
            sealed = query.get("echostr", "")
            self._codec.vouch(signed, timestamp, nonce, sealed)
            return Received(answer=HookAnswer(body=self._codec.open(sealed)))
        sealed = read(request.body).top.get("Encrypt", "").strip()
        if not sealed:
            raise Forged("not sealed")
        self._codec.vouch(signed, timestamp, nonce, sealed)
        said = read(self._codec.open(sealed)).top
        if said.get("Event", "") == "kf_msg_or_event":
            if said.get("OpenKfId", "") not in ("", self._settings.open_kfid):
                raise HookRefused("another account's", 404)
            self._event_token = said.get("Token", "")[:512]
            self._stirred.set()
        return Received(answer=SUCCESS)

    async def feed(self, deliver: Deliver, notes: Notes) -> None:
        """Pull whenever there is something, and once a minute; for ever."""
        pause = 0.0
        while True:
            self._stirred.clear()
            try:
                await self.pull(deliver, notes)
                pause = 0.0
            except (SendFailed, NotRecorded) as failed:
                least = getattr(failed, "retry_after_seconds", 0.0)
                pause = min(LONGEST_PAUSE_SECONDS, max(FIRST_PAUSE_SECONDS, pause * 2, least))
                await asyncio.sleep(pause)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._stirred.wait()

    async def pull(self, deliver: Deliver, notes: Notes) -> None:
        """Every page there is. Raises SendFailed and those below it, and NotRecorded."""
        if self._asked is None:
            raise TryLater("closed")
        api, _ = self._asked
        cursor = (await notes.get(CURSOR) or b"").decode()
        event_token, self._event_token = self._event_token, ""
        more = True
        while more:
            try:
                answer = await api.sync(cursor, event_token)
            except SendFailed as refused:
                if refused.retryable or not cursor:
                    raise
                await notes.drop(CURSOR)  # theirs no more: three days again, each of them known
                cursor = ""
                continue
            page = page_of(answer, datetime.now(UTC))
            await deliver(page.received, b"")
            if page.cursor and page.cursor != cursor:
                await notes.put(CURSOR, page.cursor.encode())
            more = page.more and page.cursor not in ("", cursor)
            cursor = page.cursor or cursor

    async def send(self, outbound: Outbound) -> Sent:
        """Every part under an id of its own, so that a second try repeats nothing."""
        if outbound.scheme != self.caps.scheme:
            raise SendFailed("no-customer")
        if self._asked is None:
            raise TryLater("closed")
        api, _ = self._asked
        files = [await self._uploaded(api, one) for one in outbound.files]
        parts = [("text", {"content": text}) for text in split(outbound.text)]
        parts += [(kind, {"media_id": media_id}) for kind, media_id in files]
        if not parts:
            raise SendFailed("empty")
        sent = [
            await api.send(outbound.to, _number(outbound.key, n), kind, content)
            for n, (kind, content) in enumerate(parts, 1)
        ]
        return Sent(parts=tuple(sent))

    async def _uploaded(self, api: Api, file: OutFile) -> tuple[str, str]:
        if file.kind not in WORDS:
            raise SendFailed("kind-not-sent")
        path, most = Path(file.path), MOST_BYTES[file.kind]
        try:
            data = await asyncio.to_thread(path.read_bytes)
        except OSError:
            raise SendFailed("file-gone") from None
        if len(data) > most:
            raise SendFailed("file-too-large")
        word = WORDS[file.kind]
        return word, await api.upload(word, file.name or "file", file.content_type, data)

    async def fetch(self, media: MediaRef, most_bytes: int) -> AsyncIterator[bytes]:
        """The file, within three days. Raises FetchFailed."""
        if self._asked is None:
            raise FetchFailed("closed", again=True)
        _, files = self._asked
        async for piece in files.fetch(MEDIA, media.ref, most_bytes):
            yield piece

    async def check(self) -> tuple[Finding, ...]:
        """Envelope against itself, and a token."""
        if self._asked is None:
            async with self:
                return await self.check()
        api, _ = self._asked
        opens = self._codec.open(self._codec.seal(b"12345")) == b"12345"
        envelope = Finding(
            name="envelope",
            good=opens,
            zh="加解密自检" + ("通过" if opens else "失败"),
            en="encryption against itself: " + ("agrees" if opens else "disagrees"),
            fix_zh="" if opens else "核对 aes_key_file",
            fix_en="" if opens else "check aes_key_file",
        )
        try:
            await api.token.get()
        except TryLater as failed:
            code = failed.provider_code
            lost = Finding(
                name="token",
                good=False,
                zh=f"取不到接口凭据：{code}",
                en=f"no access token: {code}",
                fix_zh="核对 corpid 和 secret_file，把本机出口 IP 加入可信 IP，检查网络",
                fix_en="check corpid and secret_file, add this machine's public IP to the trusted "
                "ones, check the network",
            )
            return envelope, lost
        got = Finding(name="token", good=True, zh="已取得接口凭据", en="an access token was given")
        return envelope, got


def _number(key: str, part: int) -> str:
    """At most 32 characters, the same on every try."""
    return hashlib.sha256(f"{key}/{part}".encode()).hexdigest()[:32]

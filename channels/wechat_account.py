"""A WeChat account, official or mini program: its hook, its answers, its files."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from channels.channel import Caps
from channels.errors import FetchFailed, SendFailed, TryLater
from channels.message import (
    Finding,
    Grant,
    Kind,
    MediaRef,
    Outbound,
    OutFile,
    Received,
    Route,
    Sent,
    WebhookRequest,
)
from channels.wechat_api import CUSTOM, Api
from channels.wechat_check import findings
from channels.wechat_hook import Hook
from channels.wechat_http import CALL_SECONDS, Http
from channels.wechat_media import MEDIA, MEDIA_16K, Files
from channels.wechat_outgoing import counts, file_message, notice, rule_of, texts
from channels.wechat_settings import WeChatSettings

TEXT_MOST = 2_000
"""Characters; three messages of WeChat where all of them are Chinese."""
HALF_SENT_MOST = 1_000
"""Messages of which some parts went and others did not, remembered for the next try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """What differs between the sorts of accounts."""

    kind: str
    grants: Mapping[str, Grant]
    sends: frozenset[Kind]
    notice_path: str


class WeChatAccount:
    """One account; entered once, for the life of the gateway."""

    def __init__(
        self, sort: Sort, settings: WeChatSettings, call_seconds: float = CALL_SECONDS
    ) -> None:
        self.kind, self._sort, self._settings = sort.kind, sort, settings
        notices = {Route.NOTICE} if settings.notice_template else set()
        self.caps = Caps(
            text_most=TEXT_MOST,
            sends=sort.sends,
            routes=frozenset({Route.REPLY} | notices),
            windowed=True,
            counts=counts,
            scheme="openid",
        )
        self._hook = Hook(settings, sort.grants)
        self._call_seconds = call_seconds
        self._half_sent: OrderedDict[str, list[str]] = OrderedDict()
        self._http: Http | None = None
        self._asked: tuple[Api, Files] | None = None

    async def __aenter__(self) -> Self:
        self._http = Http(self._settings.base_url, self._call_seconds)
        api = Api(self._settings, self._http)
        self._asked = api, Files(self._http, api.token, self._settings.media_hosts)
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
        """What the platform signed. Raises HookRefused."""
        return self._hook.received(request)

    async def send(self, outbound: Outbound) -> Sent:
        """Every part, in order. Raises SendFailed and those below it.

        When some parts went and one did not, the next try of the same ``key`` begins with that
        one. WeChat gives no ids for replies: theirs are ours, the key and the part's number.
        """
        if outbound.scheme != "openid":
            raise SendFailed("no-openid")
        if self._asked is None:
            raise TryLater("closed")
        api, _ = self._asked
        if outbound.route is Route.NOTICE:
            return await self._notice(api, outbound)
        files = await self._uploaded(api, outbound.files)
        parts = (*texts(outbound), *(file_message(outbound.to, *file) for file in files))
        if not parts:
            raise SendFailed("empty")
        done = self._half_sent.setdefault(outbound.key, [])
        while len(self._half_sent) > HALF_SENT_MOST:
            self._half_sent.popitem(last=False)
        for number, part in enumerate(parts[len(done) :], len(done) + 1):
            done.append(await api.send(CUSTOM, part) or f"{outbound.key}/{number}")
        self._half_sent.pop(outbound.key, None)
        return Sent(parts=tuple(done))

    async def _notice(self, api: Api, outbound: Outbound) -> Sent:
        if Route.NOTICE not in self.caps.routes:
            raise SendFailed("no-template")
        said = notice(self._settings, outbound, datetime.now(UTC))
        number = await api.send(self._sort.notice_path, said)
        return Sent(parts=(number or f"{outbound.key}/notice",))

    async def _uploaded(self, api: Api, files: tuple[OutFile, ...]) -> list[tuple[str, str]]:
        """Every file's word and media id, before anything is said. Raises SendFailed."""
        rules = [rule_of(file, self.caps.sends) for file in files]
        found = []
        for file, rule in zip(files, rules, strict=True):
            data = await asyncio.to_thread(_bytes_of, file.path, rule.most_bytes)
            name = f"file.{rule.types[file.content_type]}"
            found.append((rule.word, await api.upload(rule.word, name, file.content_type, data)))
        return found

    async def fetch(self, media: MediaRef, most_bytes: int) -> AsyncIterator[bytes]:
        """The file; of speech the usual form, or else the one of 16 kHz. Raises FetchFailed."""
        if self._asked is None:
            raise FetchFailed("closed", again=True)
        _, files = self._asked
        first, _, wide = media.ref.partition(" ")
        begun = False
        try:
            async for piece in files.fetch(MEDIA, first, most_bytes):
                begun = True
                yield piece
        except FetchFailed as failed:
            if begun or not wide or failed.again:
                raise
        else:
            return
        async for piece in files.fetch(MEDIA_16K, wide, most_bytes):
            yield piece

    async def check(self) -> tuple[Finding, ...]:
        """Mode, signature against wechatpy, token."""
        if self._asked is None:
            async with self:
                return await self.check()
        api, _ = self._asked
        return await findings(self._settings, api.token)


def _bytes_of(path: str, most: int) -> bytes:
    """Raises SendFailed for what is too large, or not there."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(most + 1)
    except OSError:
        raise SendFailed("file-gone") from None
    if len(data) > most:
        raise SendFailed("file-too-large")
    return data

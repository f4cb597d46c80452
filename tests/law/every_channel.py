"""One hotline with every channel, each fed the way its citizens feed it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any, cast

from channels.channel import Channel
from channels.mail import Mail
from channels.message import Inbound, Kind, Received, Sender, WebhookRequest
from channels.registry import open_account
from channels.signed_post import signed
from channels.wecom import WeCom
from config.settings import Settings
from gateway.app.messages import Messages
from gateway.core.message import Attachment, Message
from gateway.intake.channel_account import ChannelAccount
from gateway.intake.records import Records
from gateway.intake.uploads import Uploads
from gateway.media.folder import MediaFolder
from gateway.media.look import MediaLook
from gateway.queue.memory_line import MemoryLine
from gateway.web.letters import SentFile
from tests.channels.mail_world import Kept, fed_mailbox, post
from tests.channels.test_wecom import account as wecom_account
from tests.channels.wechat_world import OPENID, options_in
from tests.gateway.intake.floor_world import FloorWorld, floor_world
from tests.peers.sms_http_peer import WHSEC, short_options
from tests.peers.telegram_peer import SECRET, TOKEN, TelegramPeer, telegram_peer
from tests.peers.wechat_peer import WeChatPeer, wechat_peer
from tests.peers.wechat_words import said, sealed
from tests.peers.wecom_peer import WeComPeer, wecom_peer
from tests.peers.weibo_peer import WeiboPeer, weibo_account, weibo_peer, weibo_push, weibo_text

KINDS = ("web", "app", "wechat", "wechat_mini", "telegram", "mail", "wecom", "weibo", "sms")
CARRIES: Mapping[str, frozenset[Kind]] = {
    "wechat_mini": frozenset({Kind.IMAGE}),
    "weibo": frozenset({Kind.IMAGE, Kind.VOICE}),
    "sms": frozenset(),
}
"""Channels whose platform gives us only these files; the others carry voice, picture and film."""
HEADER = {"x-telegram-bot-api-secret-token": SECRET}
PULLED = {"web": "web_session", "app": "app_uid"}
DECLARED = {Kind.VOICE: "audio/ogg", Kind.IMAGE: "image/jpeg", Kind.VIDEO: "video/mp4"}


@dataclass
class EveryChannel:
    """What citizens do; the records that come of it."""

    floor: FloorWorld
    messages: Messages
    media: MediaFolder
    channels: Mapping[str, Channel]
    telegram: TelegramPeer
    wechat: WeChatPeer
    mail: Mail
    letters: Kept
    wecom: WeComPeer
    weibo: WeiboPeer
    _numbers: count[int] = field(default_factory=lambda: count(1))

    async def writes(self, kind: str, text: str) -> Message:
        """The record of a text that came by this channel."""
        if kind in PULLED:
            received = self._pulled(kind, Kind.TEXT, text)
        elif kind == "telegram":
            received = self._update(text=text)
        elif kind == "mail":
            received = await self._letter(text)
        elif kind == "wecom":
            received = await self._pulled_page("text", content=text)
        elif kind == "weibo":
            received = self._private(type="text", text=text)
        elif kind == "sms":
            received = self._short(text)
        else:
            received = self._push(kind, "text", Content=text)
        return await self._taken(kind, received)

    async def sends(self, kind: str, what: Kind, content: bytes) -> Attachment:
        """The record of a file that came by this channel, fetched and looked at."""
        name = f"file-{next(self._numbers)}"
        if kind in PULLED:
            received = self._pulled(kind, what, "", await self._uploaded(name, what, content))
        elif kind == "telegram":
            self.telegram.files[name] = content
            given = {"file_id": name, "file_unique_id": name}
            shot = [given | {"width": 9, "height": 9}]
            received = self._update(
                **({"photo": shot} if what is Kind.IMAGE else {what.value: given})
            )
        elif kind == "mail":
            received = await self._letter("", (DECLARED[what], content))
        elif kind == "wecom":
            self.wecom.files[name] = content
            received = await self._pulled_page(what.value, media_id=name)
        elif kind == "weibo":
            number = str(next(self._numbers))
            self.weibo.files[number] = content
            received = self._private(type=what.value, text="", data={"tovfid": int(number)})
        else:
            self.wechat.files[name] = (DECLARED[what], content)
            if what is Kind.VIDEO:
                self.wechat.films[name] = ""
            received = self._push(kind, what.value, MediaId=name)
        message = await self._taken(kind, received)
        (one,) = await self.floor.store.attachments(message.contact_id)
        return await self.messages.files.settle(one)

    async def _taken(self, kind: str, received: Received) -> Message:
        (taken,) = await self.messages.inbox.accept(f"{kind}:main", received)
        found = await self.floor.store.messages(taken.contact_id)
        return next(one for one in found if one.id == taken.message_id)

    def _pulled(self, kind: str, what: Kind, text: str, *files: SentFile) -> Received:
        """As our own pages hand it in."""
        number = str(next(self._numbers))
        one = Inbound(
            key=f"k{number}",
            sender=Sender(scheme=PULLED[kind], value=f"v{number}"),
            kind=what,
            sent_at=self.floor.clock.now(),
            text=text,
            media=tuple(file.media() for file in files),
            provider_id=number,
        )
        return Received(messages=(one,))

    async def _uploaded(self, name: str, what: Kind, content: bytes) -> SentFile:
        async def pieces() -> AsyncIterator[bytes]:
            yield content

        uploads = self.messages.uploads
        upload = await uploads.begin("owner", len(content))
        await uploads.append("owner", upload.id, 0, pieces())
        return SentFile(
            id=upload.id, size_bytes=len(content), name=name, declared_type=DECLARED[what]
        )

    def _private(self, **said: Any) -> Received:
        """As Weibo pushes it."""
        now = self.floor.clock.now()
        given = weibo_text() | {"sender_id": 7000 + next(self._numbers), "created_at": ""} | said
        return self.channels["weibo"].receive(weibo_push(given, now))

    async def _pulled_page(self, what: str, **content: str) -> Received:
        """As WeCom gives it to who asks."""
        self.wecom.writes(what, f"wm{next(self._numbers)}", **content)
        await cast("WeCom", self.channels["wecom"]).pull(self.letters.deliver, self.letters)
        return self.letters.brought.pop()[0]

    async def _letter(self, text: str, *files: tuple[str, bytes]) -> Received:
        """As a mail server hands it over."""
        made = EmailMessage()
        made["From"] = f"a{next(self._numbers)}@citizen.example"
        made.set_content(text)
        for declared, content in files:
            main, _, sub = declared.partition("/")
            made.add_attachment(content, maintype=main, subtype=sub, filename="file")
        await post(self.mail, made)
        return self.letters.brought.pop()[0]

    def _short(self, text: str) -> Received:
        """As a system that signs its posts delivers it."""
        number = str(next(self._numbers))
        said = {"type": "message", "id": number, "from": f"1380013{number:>04}", "text": text}
        body = json.dumps(said).encode()
        headers = signed(WHSEC, f"msg_{number}", self.floor.clock.now(), body)
        return self.channels["sms"].receive(self._request(body, {}, headers))

    def _update(self, **inner: Any) -> Received:
        """As Telegram delivers it."""
        number = next(self._numbers)
        message = {
            "message_id": number,
            "date": int(self.floor.clock.now().timestamp()),
            "chat": {"id": 5000 + number, "type": "private"},
            "from": {"id": 5000 + number, "is_bot": False, "first_name": "王"},
            **inner,
        }
        body = json.dumps(self.telegram.update(message=message)).encode()
        return self.channels["telegram"].receive(self._request(body, {}, HEADER))

    def _push(self, kind: str, what: str, **more: Any) -> Received:
        """As WeChat pushes it, sealed."""
        now = self.floor.clock.now()
        openid = f"{OPENID[:-4]}{next(self._numbers):04}"
        fields = said(what, openid, CreateTime=int(now.timestamp()), **more)
        push = sealed(fields, at=now, as_json=kind == "wechat_mini")
        return self.channels[kind].receive(self._request(push.body, push.query, {}))

    def _request(
        self, body: bytes, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> WebhookRequest:
        return WebhookRequest(
            method="POST",
            query=query,
            headers=headers,
            body=body,
            address="192.0.2.1",
            received_at=self.floor.clock.now(),
        )


def without_channel(message: Message) -> bytes:
    """The record without what names its place, time and channel, as bytes."""
    own = ("id", "contact_id", "at", "stored_at", "provider_id", "client_key")
    fields = {
        one.name: getattr(message, one.name)
        for one in dataclasses.fields(message)
        if one.name not in own
    }
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, default=str).encode()


@asynccontextmanager
async def every_channel(folder: Path) -> AsyncIterator[EveryChannel]:
    """All of them open; WeChat and Telegram are whole peers."""
    (folder / "tg").mkdir()
    (folder / "tg" / "token").write_text(TOKEN)
    (folder / "tg" / "secret").write_text(SECRET)
    async with (
        AsyncExitStack() as stack,
        telegram_peer() as telegram,
        wechat_peer() as wechat,
        floor_world(folder) as floor,
    ):
        bot = {
            "abroad": "accepted",
            "token_file": str(folder / "tg" / "token"),
            "secret_file": str(folder / "tg" / "secret"),
            "base_url": telegram.url,
        }
        wx = options_in(folder / "wx", base_url=wechat.url)
        options: dict[str, dict[str, str]] = {"telegram": bot, "wechat": wx, "wechat_mini": wx}
        options["sms"] = short_options(folder, "http://127.0.0.1:9")
        letters = Kept()
        mail = await stack.enter_async_context(fed_mailbox(letters))
        opened: dict[str, Channel] = {
            kind: await stack.enter_async_context(open_account(kind, "main", options.get(kind, {})))
            for kind in KINDS
            if kind not in ("mail", "wecom", "weibo")
        }
        opened["mail"] = mail
        wecom = await stack.enter_async_context(wecom_peer())
        (folder / "kf").mkdir()
        kf = wecom_account(folder / "kf", wecom.url)
        opened["wecom"] = await stack.enter_async_context(kf)
        weibo = await stack.enter_async_context(weibo_peer())
        (folder / "wb").mkdir()
        account = weibo_account(folder / "wb", weibo.url)
        opened["weibo"] = await stack.enter_async_context(account)
        floor.floor.accounts = {
            f"{kind}:main": ChannelAccount(
                id=f"{kind}:main", title_zh=kind, title_en=kind, queue="civil", channel=channel
            )
            for kind, channel in opened.items()
        }
        settings, media = Settings(data_dir=folder), MediaFolder(folder / "media")
        media.open()
        messages = Messages(
            settings,
            floor.floor,
            line=MemoryLine(),
            phones=floor.phones,
            seating=floor.desk.seating,
            records=Records(floor.store, floor.clock, folder, floor.floor.barred),
            keep=media,
            look=MediaLook(media, settings.media),
            uploads=Uploads(folder / "up", floor.clock, most_bytes=10**8, least_free_bytes=0),
        )
        yield EveryChannel(
            floor, messages, media, opened, telegram, wechat, mail, letters, wecom, weibo
        )

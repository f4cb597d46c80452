"""A floor with messages: a real store, a line in this process, channels that only remember."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from channels.channel import Caps
from channels.message import Grant, Inbound, Kind, Received, Route, Sender
from config.settings import Settings
from gateway.app.messages import Messages
from gateway.core.chat import Chat
from gateway.core.operator import Operator
from gateway.core.outbound import OutEntry
from gateway.intake.arriving import Accepted
from gateway.intake.channel_account import ChannelAccount
from gateway.intake.floor import Floor
from gateway.intake.records import Records
from gateway.intake.uploads import Uploads
from gateway.media.folder import MediaFolder
from gateway.media.look import MediaLook
from gateway.queue.memory_line import MemoryLine
from tests.gateway.intake.floor_world import FloorWorld, floor_world
from tests.peers.channel_peer import ChannelPeer

PULLS = Caps(text_most=2000, pull=True, sends=frozenset({Kind.TEXT, Kind.IMAGE}))
SENDS = Caps(
    text_most=600,
    sends=frozenset({Kind.TEXT, Kind.IMAGE}),
    routes=frozenset({Route.REPLY, Route.NOTICE}),
    windowed=True,
)
GRANT = Grant(quota=5, seconds=48 * 3600)


@dataclass
class ChatWorld:
    """Everything of messages, nothing of a platform."""

    floor_world: FloorWorld
    web: ChannelPeer
    wechat: ChannelPeer
    line: MemoryLine
    messages: Messages
    _keys: count[int] = field(default_factory=lambda: count(1))

    @property
    def floor(self) -> Floor:
        """The floor."""
        return self.floor_world.floor

    @property
    def operators(self) -> dict[str, Operator]:
        """By login."""
        return self.floor_world.operators

    def inbound(self, text: str = "楼下施工扰民", who: str = "zhang", **more: Any) -> Inbound:
        """Something a citizen wrote now."""
        defaults: dict[str, Any] = {
            "key": f"k{next(self._keys)}",
            "sender": Sender(scheme="openid", value=who, name="张三"),
            "kind": Kind.TEXT,
            "sent_at": self.floor.clock.now(),
            "text": text,
        }
        return Inbound(**defaults | more)

    async def writes(
        self, text: str = "楼下施工扰民", *, account: str = "web:main", **more: Any
    ) -> Accepted:
        """A citizen writes by this account."""
        if account == "wechat:main":
            more.setdefault("grant", GRANT)
        one = self.inbound(text, **more)
        (taken,) = await self.messages.inbox.accept(account, Received(messages=(one,)), b"raw")
        return taken

    def chat(self, contact_id: str) -> Chat:
        """An open conversation as it is now."""
        return self.floor.chats.open[contact_id]

    async def sits(self, login: str, seat: str) -> None:
        """Sign in, be ready, and have a console that was heard."""
        await self.floor_world.seated(login, seat)
        self.floor.hub.attach(self.operators[login])

    async def offered(self, contact_id: str, login: str) -> Chat:
        """The referee has offered it to this operator."""
        await self.messages.referee.tick()
        chat = self.chat(contact_id)
        assert chat.operator_id == self.operators[login].id, chat
        return chat

    async def accepted(self, contact_id: str, login: str) -> Chat:
        """Offered to this operator, who accepts."""
        await self.offered(contact_id, login)
        return await self.messages.parts.talks.accept(self.operators[login], contact_id)

    async def says(self, login: str, contact_id: str, text: str = "您好") -> None:
        """An operator answers."""
        key = f"c{next(self._keys)}"
        await self.messages.parts.words.say(self.operators[login], contact_id, key, text)

    async def sends_all(self) -> None:
        """The outbox does what is due now."""
        for _ in range(20):
            due = await self.messages.outbox.due()
            if not due:
                return
            for entry in due:
                await self.messages.outbox._attend(entry)

    async def outs(self, contact_id: str) -> list[OutEntry]:
        """How our messages stand, in the order they were said."""
        return list(await self.floor.store.out_entries(contact_id))


def _peer(kind: str, caps: Caps) -> ChannelPeer:
    peer = ChannelPeer()
    peer.kind, peer.caps = kind, caps
    return peer


@asynccontextmanager
async def chat_world(folder: Path, **settings: Any) -> AsyncIterator[ChatWorld]:
    """Two channels beside the telephone: one that is read from us, one that is sent to."""
    async with floor_world(folder) as world:
        web, wechat = _peer("web", PULLS), _peer("wechat", SENDS)
        floor = world.floor
        floor.accounts = {
            f"{one.kind}:main": ChannelAccount(
                id=f"{one.kind}:main",
                title_zh=one.kind,
                title_en=one.kind,
                queue="civil",
                channel=one,
            )
            for one in (web, wechat)
        }
        line = MemoryLine()
        given = Settings(data_dir=folder, **settings)
        media = MediaFolder(folder / "media")
        media.open()
        messages = Messages(
            given,
            floor,
            line=line,
            phones=world.phones,
            seating=world.desk.seating,
            records=Records(world.store, world.clock, folder, world.floor.barred),
            keep=media,
            look=MediaLook(media, given.media),
            uploads=Uploads(folder / "up", world.clock, most_bytes=10**7, least_free_bytes=0),
        )
        yield ChatWorld(world, web, wechat, line, messages)

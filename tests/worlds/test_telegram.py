"""A citizen speaks to the bot: heard by an operator, answered, once however often it is delivered.

Everything is real between the Bot API, which is a whole peer, and the operator's browser.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels.message import Received
from channels.registry import open_account
from channels.telegram import Telegram
from gateway.app.messages import Messages
from gateway.core.message import FileState
from gateway.core.outbound import OutState
from gateway.intake.channel_account import ChannelAccount
from gateway.intake.throttling import NOWHERE, From
from gateway.intake.uploads import Uploads
from gateway.media.folder import MediaFolder
from gateway.media.look import MediaLook
from gateway.queue.memory_line import MemoryLine
from tests.eventually import eventually
from tests.gateway.media.files_made import TONE, made
from tests.gateway.web.web_world import Browser, WebWorld, web_world
from tests.peers.telegram_peer import SECRET, TOKEN, TelegramPeer, telegram_peer

CITIZEN = {"id": 987654321, "is_bot": False, "first_name": "王", "last_name": "芳"}
CHAT = {"id": 987654321, "type": "private", "first_name": "王"}


class LaterInbox:
    """An inbox that is there once the world stands."""

    inner: Any = None

    async def accept(
        self, account: str, received: Received, raw: bytes = b"", origin: From = NOWHERE
    ) -> object:
        """As the real one."""
        return await self.inner.accept(account, received, raw, origin)


@dataclass
class BotWorld:
    """The Bot API, the gateway, and Li at her seat."""

    api: TelegramPeer
    web: WebWorld
    messages: Messages
    li: Browser

    async def delivered(self, **inner: Any) -> list[list[int]]:
        """One message, three times at once, as an impatient platform does."""
        message = {"message_id": 41, "date": 1_772_413_200, "chat": CHAT, "from": CITIZEN, **inner}
        update = self.api.update(message=message)
        return await asyncio.gather(*(self.api.deliver(update) for _ in range(3)))

    async def answered_by_li(self) -> str:
        """The conversation that is offered to Li, who accepts it."""
        await self.messages.referee.tick()
        (chat,) = self.web.floor.floor.chats.open.values()
        got = await self.li.ask("POST", f"/api/v1/chats/{chat.id}/accept")
        assert got.status in (200, 204), got.raw
        return chat.id

    async def sends_all(self) -> None:
        """The outbox does what is due now, one after the other."""
        while due := await self.messages.outbox.due():
            for entry in due:
                await self.messages.outbox._attend(entry)

    async def shown(self, chat: str) -> list[dict[str, Any]]:
        """What Li's console shows of it."""
        got = await self.li.ask("GET", f"/api/v1/chats/{chat}/messages?after=0&limit=100")
        items: list[dict[str, Any]] = got.json["items"]
        return items


@asynccontextmanager
async def bot_world(folder: Path) -> AsyncIterator[BotWorld]:
    """A bot whose hook is registered."""
    (folder / "token").write_text(TOKEN)
    (folder / "secret").write_text(SECRET)
    later = LaterInbox()
    async with telegram_peer() as api:
        options = {
            "abroad": "accepted",
            "token_file": str(folder / "token"),
            "secret_file": str(folder / "secret"),
            "base_url": api.url,
        }
        bot = open_account("telegram", "main", options)
        assert isinstance(bot, Telegram)
        async with (
            bot,
            web_world(folder, channels={"telegram:main": bot}, inbox=later) as web,
            web.browser("li") as li,
        ):
            floor = web.floor.floor
            floor.accounts = {
                "telegram:main": ChannelAccount(
                    id="telegram:main",
                    title_zh="电报",
                    title_en="Telegram",
                    queue="civil",
                    channel=bot,
                )
            }
            media = MediaFolder(folder / "media")
            messages = Messages(
                web.settings,
                floor,
                line=MemoryLine(),
                phones=web.floor.phones,
                seating=web.floor.desk.seating,
                records=web.parts.records,
                keep=media,
                look=MediaLook(media, web.settings.media),
                uploads=Uploads(folder / "up", floor.clock, most_bytes=10**7),
            )
            later.inner = messages.inbox
            await bot.connect(f"{web.url}/hooks/telegram/main")
            await web.floor.seated("li", "8001")
            floor.hub.attach(web.floor.operators["li"])
            yield BotWorld(api, web, messages, li)


async def test_a_voice_message_is_heard_and_answered(tmp_path: Path) -> None:
    """Delivered three times at once it is one; the operator plays it; the answer arrives."""
    async with bot_world(tmp_path) as world:
        spoken = made(tmp_path / "v.ogg", *TONE, "-c:a", "libopus").read_bytes()
        world.api.files["v1"] = spoken
        voice = {"file_id": "v1", "file_unique_id": "u", "duration": 2, "mime_type": "audio/ogg"}
        assert await world.delivered(voice=voice) == [[200], [200], [200]]
        chat = await world.answered_by_li()

        async with asyncio.TaskGroup() as group:
            running = group.create_task(world.messages.files.run())

            async def is_ready() -> bool:
                found = await world.web.floor.store.attachments(chat)
                return [one.state for one in found] == [FileState.READY]

            await eventually(is_ready, within_seconds=30)
            running.cancel()
        (said,) = [one for one in await world.shown(chat) if one["direction"] == "in"]
        (file,) = said["attachments"]
        assert (said["kind"], file["viewable"]) == ("voice", True)
        assert 1.8 < file["seconds"] < 2.3
        heard = await world.li.ask("GET", f"/api/v1/attachments/{file['id']}/view")
        assert heard.raw.startswith(b"OggS")
        original = await world.li.ask("GET", f"/api/v1/attachments/{file['id']}/original")
        assert original.raw == spoken

        body = {"client_key": "c1", "text": "您好，已派人查看。", "note": False, "files": [],
                "reply_to": ""}  # fmt: skip
        got = await world.li.ask("POST", f"/api/v1/chats/{chat}/messages", body)
        assert got.status == 201
        await world.sends_all()
        texts = [one["text"] for one in world.api.made("sendMessage")]
        assert "您好，已派人查看。" in texts


async def test_a_citizen_who_blocked_the_bot_is_said_to_be_gone(tmp_path: Path) -> None:
    """And the operator's console knows."""
    async with bot_world(tmp_path) as world:
        await world.delivered(text="楼下路灯坏了")
        chat = await world.answered_by_li()
        world.api.blocked.add(987654321)
        body = {"client_key": "c1", "text": "您好", "note": False, "files": [], "reply_to": ""}
        await world.li.ask("POST", f"/api/v1/chats/{chat}/messages", body)
        await world.sends_all()
        out = [one["out"] for one in await world.shown(chat) if one["text"] == "您好"]
        assert out[0]["state"] == OutState.FAILED.value

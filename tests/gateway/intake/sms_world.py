"""An account for short messages over a carrier's line beside the other channels of a floor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from gateway.core.chat import Chat
from gateway.intake.channel_account import ChannelAccount
from gateway.intake.feeds import Feeds
from tests.channels.carriers import Sms
from tests.gateway.intake.chat_world import ChatWorld


@asynccontextmanager
async def sms_fed(chats: ChatWorld, channel: Sms) -> AsyncIterator[None]:
    """``sms:main``, fed for as long as this lasts."""
    floor = chats.floor
    floor.accounts = {
        **floor.accounts,
        "sms:main": ChannelAccount(
            id="sms:main", title_zh="短信", title_en="SMS", queue="civil", channel=channel
        ),
    }
    feeds = Feeds(floor.store, floor.clock, chats.messages.inbox, {"sms:main": channel})

    async def run() -> None:
        await feeds.use_cases()["feed sms:main"]()

    task = asyncio.create_task(run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def sms_chats(chats: ChatWorld) -> list[Chat]:
    """Conversations by short message that are open."""
    return [one for one in chats.floor.chats.open.values() if one.account == "sms:main"]

"""Channels that feed themselves bring what they have to the one inbox, and keep their notes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from channels.errors import NotRecorded
from channels.feed import Deliver, Notes
from channels.message import Received
from gateway.intake.feeds import AccountNotes, Feeds
from tests.gateway.intake.chat_world import ChatWorld
from tests.gateway.intake.test_floor import StoreBehindASwitch
from tests.peers.channel_peer import ChannelPeer


class FedPeer(ChannelPeer):
    """Delivers what it is given, one after the other, and says what became of it."""

    def __init__(self) -> None:
        super().__init__()
        self.brings: asyncio.Queue[Received] = asyncio.Queue()
        self.told: asyncio.Queue[str] = asyncio.Queue()

    async def feed(self, deliver: Deliver, notes: Notes) -> None:
        """For ever."""
        await notes.put("began", b"1")
        while True:
            received = await self.brings.get()
            try:
                await deliver(received, b"raw")
            except NotRecorded:
                await self.told.put("again")
            else:
                await self.told.put("taken")


async def keep_feeding(part: Callable[[], Awaitable[None]]) -> None:
    """One part, as a task."""
    await part()


async def test_what_is_delivered_is_recorded_before_the_platform_is_told(chats: ChatWorld) -> None:
    """With the store away nothing is acknowledged; delivered again it is there once."""
    floor, peer = chats.floor, FedPeer()
    store = StoreBehindASwitch(floor.store)
    floor.store = store
    feeds = Feeds(store, floor.clock, chats.messages.inbox, {"sms:main": peer})
    parts = feeds.use_cases()
    assert set(parts) == {"feed sms:main", "feed notes"}
    async with asyncio.TaskGroup() as tasks:
        feeding = tasks.create_task(keep_feeding(parts["feed sms:main"]))
        one = Received(messages=(chats.inbound(),))
        await peer.brings.put(one)
        assert await peer.told.get() == "taken"
        await peer.brings.put(one)
        assert await peer.told.get() == "taken"
        assert len(floor.chats.open) == 1
        store.away = True
        await peer.brings.put(Received(messages=(chats.inbound(key="second"),)))
        assert await peer.told.get() == "again"
        feeding.cancel()


async def test_nobody_who_needs_no_feed_has_one(chats: ChatWorld) -> None:
    """Channels that are called or read from have nothing that runs."""
    feeds = Feeds(
        chats.floor.store, chats.floor.clock, chats.messages.inbox, {"web:main": chats.web}
    )
    assert feeds.use_cases() == {}


async def test_a_note_ends_when_it_is_worth_nothing_any_more(chats: ChatWorld) -> None:
    """To the second; and a note too large is refused before it is written."""
    clock = chats.floor.clock
    notes = AccountNotes(store=chats.floor.store, clock=clock, account="sms:main")
    await notes.put("a", b"1", clock.now() + timedelta(seconds=1))
    await notes.put("gone", b"1", clock.now())
    assert await notes.get("a") == b"1"
    assert await notes.get("gone") is None
    assert await notes.keys("") == ("a",)
    await notes.drop("a")
    assert await notes.get("a") is None
    with pytest.raises(ValueError, match="note"):
        await notes.put("a", b"")
    with pytest.raises(ValueError, match="note"):
        await notes.put("a", bytes(64 * 1024 + 1))

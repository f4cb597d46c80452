"""A short message's whole way over CMPP: gateway, inbox, citizen, reply, report; and a restart.

The carrier's gateway is tests.peers.ismg_peer on a socket; the store is a real one.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from gateway.core.chat import Chat
from gateway.core.outbound import OutEntry, OutState
from gateway.intake.channel_account import ChannelAccount
from gateway.intake.feeds import Feeds
from tests.channels.cmpp_world import account, long_parts, written
from tests.eventually import eventually, remains
from tests.gateway.intake.chat_world import ChatWorld, chat_world
from tests.gateway.intake.test_floor import StoreBehindASwitch
from tests.peers.ismg_peer import IsmgPeer

REPLY = "已派维修人员，今晚八点前修好。" * 6
NUMBER = "13800138000"
"""Of the citizen in tests.channels.cmpp_world."""


@asynccontextmanager
async def sms(chats: ChatWorld, peer: IsmgPeer, connections: int = 1) -> AsyncIterator[None]:
    """An account for short messages beside the others, fed for as long as this lasts."""
    channel = account(peer, connections=connections)
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
        await eventually(lambda: len(peer.connections) == connections)
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def sms_chats(chats: ChatWorld) -> list[Chat]:
    """Conversations by short message that are open."""
    return [one for one in chats.floor.chats.open.values() if one.account == "sms:main"]


async def texts(chats: ChatWorld, chat: Chat) -> list[str]:
    """All that was said."""
    return [one.text for one in await chats.floor.store.messages(chat.id)]


@pytest.mark.parametrize("early", [False, True], ids=["late", "early"])
@pytest.mark.parametrize("three", [False, True], ids=["2.0", "3.0"])
async def test_a_short_message_is_answered_and_the_answer_is_known_to_have_arrived(
    three: bool, early: bool, chats: ChatWorld
) -> None:
    """Whoever called before from that number is the same citizen; each part has its receipt."""
    world = chats.floor_world
    call = await world.arrives(NUMBER)
    await world.hangs_up(call)
    await chats.sits("li", "8001")
    async with IsmgPeer(three=three) as peer, sms(chats, peer):
        peer.early = early
        peer.delivers(written(peer, "路灯坏了，晚上很黑"))
        await eventually(lambda: len(peer.acknowledged) == 1)
        [chat] = sms_chats(chats)
        chat = await chats.accepted(chat.id, "li")
        behind = await chats.messages.parts.citizens.behind(chat)
        assert [one["id"] for one in behind["contacts"]] == [call.id]
        later = await world.arrives(NUMBER)
        assert chat.id in {one.id for one in chats.floor.callers.earlier[later.id]}
        await chats.says("li", chat.id, REPLY)
        await chats.sends_all()
        sent = await reply(chats, chat)
        mine = {f"{id_:016x}": (id_, said) for id_, said in peer.submits}
        parts = [mine[one] for one in sent.provider_ids]
        words = b"".join(said.content[6:] for _, said in parts).decode("utf-16-be")
        assert words == f"【12345热线】{REPLY}"
        if not early:
            assert sent.state is OutState.SENT
            for id_, _ in parts:
                peer.reports(id_, long=three)
        arrived = await eventually(lambda: delivered(chats, chat))
        assert arrived.provider_ids == sent.provider_ids


async def reply(chats: ChatWorld, chat: Chat) -> OutEntry:
    """The operator's reply, the last that was said."""
    return (await chats.outs(chat.id))[-1]


async def delivered(chats: ChatWorld, chat: Chat) -> OutEntry | None:
    """The reply once it is known to have arrived."""
    entry = await reply(chats, chat)
    return entry if entry.state is OutState.DELIVERED else None


async def test_a_gateway_that_stops_between_two_parts_loses_neither(tmp_path: Path) -> None:
    """What was acknowledged before is there after: the message is whole, once, in one piece."""
    text = "救命，老人走失，身穿蓝色外套，" * 8
    async with IsmgPeer(three=False) as peer:
        first, *rest = long_parts(peer, text)
        assert rest
        async with chat_world(tmp_path) as chats, sms(chats, peer):
            peer.delivers(first)
            await eventually(lambda: len(peer.acknowledged) == 1)
            assert sms_chats(chats) == []
        peer.delivers(*rest)
        async with chat_world(tmp_path) as chats, sms(chats, peer, connections=2):
            await eventually(lambda: len(peer.acknowledged) == 1 + len(rest))
            [chat] = sms_chats(chats)
            assert [one for one in await texts(chats, chat) if one.startswith("救命")] == [text]


async def test_with_the_store_away_the_carrier_keeps_what_it_has(chats: ChatWorld) -> None:
    """Nothing is acknowledged; when it is back everything is there, in its order."""
    store = StoreBehindASwitch(chats.floor.store)
    chats.floor.store = store
    async with IsmgPeer(three=True) as peer, sms(chats, peer):
        store.away = True
        peer.delivers(written(peer, "第一条"), written(peer, "第二条"))
        await remains(lambda: not peer.acknowledged and not peer.refused, 0.1)
        store.away = False
        await eventually(lambda: len(peer.acknowledged) == 2)
        [chat] = sms_chats(chats)
        assert [one for one in await texts(chats, chat) if one.startswith("第")] == [
            "第一条",
            "第二条",
        ]

"""A short message's whole way over CMPP: gateway, inbox, citizen, reply, report; and a restart.

The carrier's gateway is tests.peers.ismg_peer on a socket; the store is a real one.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.chat import Chat
from gateway.core.outbound import OutEntry, OutState
from tests.channels.cmpp_world import account, long_parts, written
from tests.eventually import eventually
from tests.gateway.intake.chat_world import ChatWorld, chat_world
from tests.gateway.intake.sms_world import sms_chats, sms_fed
from tests.peers.ismg_peer import IsmgPeer

CHECKOUT = Path(__file__).resolve().parents[3]
PROGRAM = "tests.gateway.intake.sms_program"
REPLY = "已派维修人员，今晚八点前修好。" * 6
NUMBER = "13800138000"
"""Of the citizen in tests.channels.cmpp_world."""


@asynccontextmanager
async def sms(chats: ChatWorld, peer: IsmgPeer, connections: int = 1) -> AsyncIterator[None]:
    """The account, logged in."""
    async with sms_fed(chats, account(peer, connections=connections)):
        await eventually(lambda: len(peer.connections) == connections)
        yield


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
        behind = await chats.messages.parts.citizens.behind(chats.operators["li"], chat)
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


async def test_a_gateway_that_is_killed_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    """SIGKILL in the midst of long messages of many: after the next start each is there, once."""
    long = "煤气味很重，楼道里有老人和孩子，" * 6
    async with IsmgPeer(three=True) as peer:
        wanted, deliveries = set(), []
        for number in range(20):
            text, src = f"{number}号：{long}", b"139%08d" % number
            wanted.add(text)
            deliveries += [replace(one, src=src) for one in long_parts(peer, text)]
        program = [sys.executable, "-m", PROGRAM, str(tmp_path), str(peer.port)]
        child = await asyncio.create_subprocess_exec(*program, cwd=CHECKOUT)
        try:
            await eventually(lambda: peer.connections, within_seconds=30)
            peer.delivers(*deliveries)
            await eventually(lambda: len(peer.acknowledged) >= 15)
        finally:
            child.kill()
            await child.wait()
        await eventually(lambda: not peer.connections)
        assert len(peer.acknowledged) < len(deliveries)
        async with chat_world(tmp_path) as chats, sms(chats, peer, connections=2):
            await eventually(lambda: len({id_ for id_, _ in peer.acknowledged}) == len(deliveries))
            there = await chats.floor.store.open_chats()
            said = [one for chat in there for one in await texts(chats, chat)]
            assert sorted(one for one in said if "号：" in one) == sorted(wanted)

"""Short messages through the real store, whichever protocol the carrier speaks."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.core.chat import Chat
from gateway.core.outbound import OutState
from tests.channels.carriers import Carrier, Phone, SmppCarrier, carrier_of
from tests.eventually import eventually, remains
from tests.gateway.intake.chat_world import ChatWorld, chat_world
from tests.gateway.intake.sms_world import sms_chats, sms_fed
from tests.gateway.intake.test_floor import StoreBehindASwitch

HOURS = 9
"""A night: more than all the tries there are."""


@pytest.fixture(params=["smpp", "cmpp 3.0"])
async def carrier(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Carrier]:
    """Each of them."""
    async with carrier_of(request.param, tmp_path) as one:
        yield one


async def texts(chats: ChatWorld, chat: Chat) -> list[str]:
    """All that was said."""
    return [one.text for one in await chats.floor.store.messages(chat.id)]


async def test_a_gateway_that_stops_between_two_parts_loses_neither(
    carrier: Carrier, tmp_path: Path
) -> None:
    """What was acknowledged before is there after: the message is whole, once, in one piece."""
    text = "救命，老人走失，身穿蓝色外套，" * 8
    first, *rest = Phone().writes(text)
    assert rest
    async with chat_world(tmp_path) as chats, sms_fed(chats, carrier.account()):
        await eventually(carrier.stands)
        carrier.brings(first)
        await eventually(lambda: carrier.acknowledged == 1)
        assert sms_chats(chats) == []
    await eventually(lambda: not carrier.stands())
    carrier.brings(*rest)
    async with chat_world(tmp_path) as chats, sms_fed(chats, carrier.account(connections=2)):
        await eventually(lambda: carrier.acknowledged == 1 + len(rest))
        [chat] = sms_chats(chats)
        assert [one for one in await texts(chats, chat) if one.startswith("救命")] == [text]


async def test_with_the_store_away_the_carrier_keeps_what_it_has(
    carrier: Carrier, chats: ChatWorld
) -> None:
    """Nothing is acknowledged; when it is back everything is there, once."""
    store, phone = StoreBehindASwitch(chats.floor.store), Phone()
    chats.floor.store = store
    async with sms_fed(chats, carrier.account()):
        await eventually(carrier.stands)
        store.away = True
        carrier.brings(*phone.writes("第一条"), *phone.writes("第二条"))
        await remains(lambda: not carrier.acknowledged, 0.1)
        store.away = False
        await eventually(lambda: carrier.acknowledged == 2)
        [chat] = sms_chats(chats)
        said = [one for one in await texts(chats, chat) if one.startswith("第")]
        assert sorted(said) == ["第一条", "第二条"]
        if not isinstance(carrier, SmppCarrier):  # an SMSC is told to bring them again
            assert said == ["第一条", "第二条"]


async def test_what_was_said_in_hours_without_a_carrier_goes_in_its_order_both_ways(
    carrier: Carrier, chats: ChatWorld
) -> None:
    """Nothing looks sent meanwhile; afterwards each is there once, and none overtakes another."""
    phone, sms = Phone(), carrier.account()
    await chats.sits("li", "8001")
    async with sms_fed(chats, sms):
        await eventually(carrier.stands)
        carrier.brings(*phone.writes("路灯坏了"))
        await eventually(lambda: carrier.acknowledged == 1)
        [chat] = sms_chats(chats)
        chat = await chats.accepted(chat.id, "li")
        await chats.sends_all()
        before = len(carrier.submits())
        await carrier.closes()
        replies = ["第一句", "第二句" * 40, "第三句"]
        for reply in replies:
            await chats.says("li", chat.id, reply)
        for _ in range(HOURS * 12):
            await chats.sends_all()
            chats.floor_world.clock.turn(300)
        ours = (await chats.outs(chat.id))[-len(replies) :]
        assert {one.state for one in ours} == {OutState.QUEUED}
        carrier.brings(*(part for n in range(20) for part in phone.writes(f"第{n}条")))
        await carrier.opens()
        await eventually(lambda: carrier.links(sms) == 1 and carrier.acknowledged == 21)
        chats.floor_world.clock.turn(600)
        await chats.sends_all()
        left = "".join(one.text for one in carrier.submits()[before:])
        assert re.sub("【.*?】", "", left) == "".join(replies)
        said = [one for one in await texts(chats, chat) if one.endswith("条")]
        assert said == [f"第{n}条" for n in range(20)]

"""Who is behind a conversation, over all channels; links are decided by people and reversible."""

import pytest

from channels.message import Sender
from gateway.core.errors import Invalid, Unknown
from gateway.core.identity import LinkState
from tests.gateway.intake.chat_world import ChatWorld


async def test_a_confirmed_number_brings_the_calls_into_the_conversation(
    chats: ChatWorld,
) -> None:
    """Proposed by the citizen's own words, confirmed by a person, taken back without a trace."""
    world, citizens = chats.floor_world, chats.messages.parts.citizens
    call = await world.arrives("13800001234")
    await world.hangs_up(call)
    await chats.sits("li", "8001")
    taken = await chats.writes("打13800001234找我")
    chat = await chats.accepted(taken.contact_id, "li")
    li = chats.operators["li"]
    behind = await citizens.behind(li, chat)
    assert behind["contacts"] == []
    (proposed,) = behind["links"]
    await citizens.confirm(li, proposed["id"], "本人确认")
    behind = await citizens.behind(li, chat)
    assert [one["id"] for one in behind["contacts"]] == [call.id]
    assert {one["channel"] for one in behind["identities"]} == {"web", "phone"}
    assert "13800001234" not in str(behind)
    later = await world.arrives("13800001234")
    earlier = chats.floor.callers.earlier[later.id]
    assert {one.id for one in earlier} == {call.id, taken.contact_id}
    await citizens.revoke(li, proposed["id"], "弄错了")
    assert (await citizens.behind(li, chat))["contacts"] == []


async def test_an_operator_links_what_they_were_told(chats: ChatWorld) -> None:
    """Two of their own contacts; one that they may not see is none."""
    citizens, li = chats.messages.parts.citizens, chats.operators["li"]
    await chats.sits("li", "8001")
    first = await chats.writes()
    await chats.accepted(first.contact_id, "li")
    second = await chats.writes(account="wechat:main", sender=Sender(scheme="openid", value="z"))
    await chats.accepted(second.contact_id, "li")
    stranger = await chats.writes(sender=Sender(scheme="openid", value="x"))
    chat = chats.chat(first.contact_id)
    made = await citizens.link(li, chat, second.contact_id, "她说是同一人")
    assert made.state is LinkState.CONFIRMED
    again = await citizens.link(li, chat, second.contact_id, "")
    assert again.id == made.id
    found = (await citizens.behind(li, chat))["contacts"]
    assert [one["id"] for one in found] == [second.contact_id]
    with pytest.raises(Invalid):
        await citizens.link(li, chat, first.contact_id, "")
    wang = chats.operators["wang"]
    with pytest.raises(Unknown):
        await citizens.link(wang, chat, stranger.contact_id, "")

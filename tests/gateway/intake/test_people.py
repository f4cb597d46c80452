"""Who writes is found or made once, under the name that is recorded, with the links they give."""

import asyncio

import pytest

from channels.message import Grant, Kind, Sender
from gateway.core.errors import StoreUnavailable
from gateway.core.identity import Evidence, LinkState
from tests.gateway.intake.chat_world import ChatWorld
from tests.gateway.intake.test_floor import StoreBehindASwitch


async def test_who_is_made_known_by_many_at_once_is_one(chats: ChatWorld) -> None:
    """Ten citizens give the same new number while its owner calls: all are kept, one identity."""
    telling = [
        chats.writes(f"{n}：请回 13612345678", sender=Sender(scheme="openid", value=f"o{n}"))
        for n in range(10)
    ]
    async with asyncio.TaskGroup() as tasks:
        writing = [tasks.create_task(one) for one in telling]
        tasks.create_task(chats.floor_world.arrives("13612345678"))
    taken = [one.result() for one in writing]
    assert len({one.contact_id for one in taken}) == 10
    assert all(one.new for one in taken)
    owner = await chats.floor.store.identity("", "phone", "13612345678")
    assert owner
    assert len(await chats.floor.store.links(owner.id)) == 10


async def test_a_sender_with_a_name_for_a_number_is_kept(chats: ChatWorld) -> None:
    """Short messages may come from letters: known on their account, refused by nobody."""
    for value in ("GOV", "政务"):
        taken = await chats.writes(sender=Sender(scheme="msisdn", value=value))
        assert taken.new
        assert await chats.floor.store.identity("web:main", "msisdn", value)


async def test_a_number_that_the_citizen_gives_proposes_a_link(chats: ChatWorld) -> None:
    """Once, with its evidence, and a person decides; nothing is joined by itself."""
    first = await chats.writes("我的电话是138 0000 1234")
    await chats.writes("再说一遍 13800001234")
    chat = chats.chat(first.contact_id)
    (link,) = await chats.floor.store.links(chat.identity_id)
    assert (link.evidence, link.state) == (Evidence.PHONE, LinkState.PROPOSED)
    facts = await chats.floor.store.facts(contact_id=chat.id)
    assert all("1380000" not in str(fact.data) for fact in facts)


async def test_what_the_platform_vouches_for_is_linked(chats: ChatWorld) -> None:
    """The same unionid on two accounts is one citizen without anybody's word."""
    alias = (("unionid", "u-1"),)
    first = await chats.writes(sender=Sender(scheme="openid", value="a", aliases=alias))
    second = await chats.writes(sender=Sender(scheme="openid", value="b", aliases=alias))
    one, two = (chats.chat(i.contact_id) for i in (first, second))
    links = await chats.floor.store.links(one.identity_id)
    assert {link.state for link in links} == {LinkState.CONFIRMED}
    assert len(links) == 2
    found = await chats.floor.store.links(two.identity_id)
    assert {link.id for link in found} == {link.id for link in links}


async def test_what_the_platform_vouches_for_later_is_linked_then(chats: ChatWorld) -> None:
    """An account joins the platform's union one day: whoever wrote before is linked, once."""
    alias = (("unionid", "u-1"),)
    first = await chats.writes(sender=Sender(scheme="openid", value="a"))
    id_ = chats.chat(first.contact_id).identity_id
    assert await chats.floor.store.links(id_) == ()
    for _ in range(2):
        await chats.writes(sender=Sender(scheme="openid", value="a", aliases=alias))
        (link,) = await chats.floor.store.links(id_)
        assert (link.evidence, link.state) == (Evidence.UNION, LinkState.CONFIRMED)


async def test_a_link_that_a_person_took_back_is_not_made_again(chats: ChatWorld) -> None:
    """Whatever the platform goes on saying: a person decided."""
    sender = Sender(scheme="openid", value="a", aliases=(("unionid", "u-1"),))
    first = await chats.writes(sender=sender)
    id_ = chats.chat(first.contact_id).identity_id
    (link,) = await chats.floor.store.links(id_)
    await chats.messages.parts.citizens.revoke(chats.operators["li"], link.id, "不是同一人")
    chats.messages.inbox._people._known.clear()
    await chats.writes(sender=sender)
    assert [one.state for one in await chats.floor.store.links(id_)] == [LinkState.REVOKED]


async def test_a_new_name_is_known_once_it_is_recorded(chats: ChatWorld) -> None:
    """A store that refuses it leaves the old one; the next message records it after all."""
    old, new = (Sender(scheme="openid", value="a", name=name) for name in ("旧名", "新名"))
    first = await chats.writes(sender=old)
    id_ = chats.chat(first.contact_id).identity_id
    switch = StoreBehindASwitch(chats.floor.store)
    chats.floor.store = switch
    switch.away = True
    with pytest.raises(StoreUnavailable):
        await chats.writes(sender=new)
    switch.away = False
    await chats.writes(sender=new)
    (known,) = await chats.floor.store.identities([id_])
    assert known.name == "新名"


async def test_a_new_name_keeps_the_right_to_reply(chats: ChatWorld) -> None:
    """Whoever followed under another name: the conversation that they begin shows the right."""
    old, new = (Sender(scheme="openid", value="a", name=name) for name in ("旧名", "新名"))
    follow = {"kind": Kind.EVENT, "event": "subscribe", "text": ""}
    await chats.writes(**follow, sender=old, grant=Grant(quota=3, seconds=60))
    first = await chats.writes(sender=new)
    assert chats.floor.chat_view(chats.chat(first.contact_id))["grant"]["left"] == 3


async def test_a_name_too_long_to_keep_is_written_once(chats: ChatWorld) -> None:
    """It is the same name with the next message."""
    who = Sender(scheme="openid", value="a", name="长" * 65)
    first = await chats.writes(sender=who)
    (known,) = await chats.floor.store.identities([chats.chat(first.contact_id).identity_id])
    assert known.name == "长" * 64
    again = await chats.messages.inbox._people.who("web:main", who)
    assert (again.identity, again.rows) == (known, [])

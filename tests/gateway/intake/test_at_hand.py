"""Whom one deals with now may be read up on, over all channels; nobody else."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.core.chat import ChatState
from gateway.core.citizen import FlagKind
from gateway.core.contact import ContactQuery
from gateway.core.errors import Invalid, Unknown
from gateway.core.facts import FactKind
from gateway.core.identity import LinkState
from gateway.core.operator import Operator
from gateway.intake.at_hand import at_hand
from gateway.intake.marks import Marks
from gateway.intake.records import Records
from tests.gateway.intake.floor_world import FloorWorld
from tests.message_rows import a_chat, a_closed_chat, a_link, a_message, an_identity

NUMBER = "13800001234"


@pytest.fixture
def records(world: FloorWorld) -> Records:
    """The past."""
    return Records(world.store, world.clock, world.folder, world.floor.barred)


@pytest.fixture
async def li(world: FloorWorld) -> Operator:
    """Li sits at 8001; Wang answered two citizens in writing and one by telephone."""
    await world.seated("li", "8001")
    await world.seated("wang", "8002")
    wangs: dict[str, Any] = {"operator_id": "id-wang", "seat": "8002"}
    await world.store.record(
        *(an_identity("i1"), an_identity("i2"), an_identity("i3")),
        a_closed_chat("k1", "i1", **wangs),
        a_closed_chat("k2", "i2", **wangs),
        a_message("m1", "k1", 1, text="路灯坏了"),
    )
    call = await world.arrives(NUMBER)
    await world.rings(call, "8002")
    await world.answers(call, "8002")
    await world.hangs_up(call)
    await world.desk.finish_wrap_up("id-wang")
    return world.operators["li"]


async def wangs_call(world: FloorWorld) -> str:
    """The contact that Wang had by telephone."""
    found = await world.store.contacts(ContactQuery(channel="phone"))
    return found[-1].id


async def may_see(records: Records, operator: Operator, contact_id: str) -> bool:
    """Whether it is there for this person."""
    try:
        record, _ = await records.contact(operator, contact_id)
    except Unknown:
        return False
    return record.id == contact_id


async def test_who_writes_to_you_you_may_read_up_on(
    world: FloorWorld, records: Records, li: Operator
) -> None:
    """While the conversation is at your seat: their earlier ones, and no other citizen's."""
    assert not await may_see(records, li, "k1")
    mine = a_chat("k9", "i1", state=ChatState.OPEN, operator_id=li.id, seat="8001")
    await world.store.record(mine)
    assert await may_see(records, li, "k1")
    assert await may_see(records, li, "k9")
    assert not await may_see(records, li, "k2")
    assert not await may_see(records, li, await wangs_call(world))
    closed = replace(mine, state=ChatState.CLOSED, closed_at=world.clock.now())
    await world.store.record(closed)
    assert not await may_see(records, li, "k1")
    assert await may_see(records, li, "k9")
    noted = [f for f in await world.store.facts() if f.kind is FactKind.CONTACT_VIEWED]
    assert [fact.contact_id for fact in noted] == ["k1"]


async def test_a_confirmed_link_opens_the_other_channels(
    world: FloorWorld, records: Records, li: Operator
) -> None:
    """From the call at hand to what they wrote, and from writing to their calls; then no more."""
    caller = await world.store.identity("", "phone", NUMBER)
    assert caller
    link = a_link("l1", *sorted((caller.id, "i1")))
    await world.store.record(a_chat("k9", "i1", state=ChatState.OFFERED, operator_id=li.id), link)
    theirs = await wangs_call(world)
    assert not await may_see(records, li, theirs)
    await world.store.record(replace(link, state=LinkState.CONFIRMED))
    assert await may_see(records, li, theirs)
    found = await records.search(li, ContactQuery(number=NUMBER))
    assert [one.id for one in found] == [theirs]
    await world.store.record(a_chat("k9", "i3", state=ChatState.OFFERED, operator_id=li.id))
    assert not await may_see(records, li, theirs)
    call = await world.arrives(f"+86{NUMBER}")
    await world.rings(call, "8001")
    assert await may_see(records, li, "k1")
    assert not await may_see(records, li, "k2")
    await world.store.record(replace(link, state=LinkState.REVOKED))
    assert not await may_see(records, li, "k1")
    assert await may_see(records, li, theirs)


async def test_nobody_is_at_hand_when_nothing_is_at_the_seat(
    world: FloorWorld, li: Operator
) -> None:
    """A withheld number leads to nobody."""
    empty = await at_hand(world.store, li)
    assert (empty.numbers, empty.identities) == (frozenset(), frozenset())
    await world.rings(await world.arrives(""), "8001")
    assert await at_hand(world.store, li) == empty


async def test_a_conversation_has_no_number_to_show_or_mark(
    world: FloorWorld, records: Records
) -> None:
    """It is one's own, and still there is nothing to reveal, to play, or to mark."""
    await world.seated("li", "8001")
    li = world.operators["li"]
    await world.store.record(an_identity("i1"), a_closed_chat("k1", "i1", operator_id=li.id))
    with pytest.raises(Unknown) as unknown:
        await records.reveal(li, "k1", "想回拨")
    assert unknown.value.kind == "number"
    with pytest.raises(Unknown):
        await records.recording(world.operators["chen"], "k1")
    marks = Marks(world.floor, records)
    with pytest.raises(Invalid):
        await marks.mark(li, "k1", FlagKind.CARE, "", 0)
    with pytest.raises(Invalid):
        await marks.unmark(li, "k1", FlagKind.CARE)
    assert not [f for f in await world.store.facts() if f.kind is FactKind.NUMBER_REVEALED]

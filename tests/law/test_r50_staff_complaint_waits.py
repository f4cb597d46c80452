"""Row 50 (S0 article 9): what waits, is owed or goes on tells nothing to whoever is concerned."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.core.dialling import CallbackTry, First
from gateway.core.errors import Unknown
from gateway.core.facts import FactKind
from gateway.core.line import CallArrived, Origin
from gateway.intake.places import Places
from gateway.intake.records import Records
from tests.gateway.intake.chat_world import ChatWorld
from tests.law.staff_complaints import NUMBER, chats, complains, desk, owed, served_by
from tests.law.test_r53_no_retaliation import SHANGHAI

__all__ = ["chats"]


async def test_r50_whoever_is_concerned_is_not_asked_to_call_back(chats: ChatWorld) -> None:
    """Their seat is not kept for it, their list and its count do not have it; others' have."""
    world = chats.floor_world
    await chats.sits("li", "8001")
    call = await world.arrives(NUMBER)
    await world.hangs_up(call)
    await desk(chats).mark(chats.operators["chen"], call.id, ("id-li",))
    await owed(chats, call.id)
    places = Places(chats.floor, world.desk.seating, chats.messages.referee._targets, SHANGHAI)
    places.automatic = True
    assert places.claims() == {}
    await chats.sits("wang", "8002")
    assert list(places.claims()) == ["8002"]
    picture = chats.floor.picture
    assert picture(chats.operators["li"])["callbacks"] == 0
    assert picture(chats.operators["wang"])["callbacks"] == 1


async def test_r50_a_call_back_is_the_same_matter(chats: ChatWorld) -> None:
    """What is said when somebody else calls the citizen back is kept from the same people."""
    world, floor = chats.floor_world, chats.floor
    call = await world.arrives(NUMBER)
    await world.hangs_up(call)
    made = await desk(chats).mark(chats.operators["chen"], call.id, ("id-li",))
    callback = await owed(chats, call.id)
    now = floor.clock.now()
    tried = CallbackTry(
        id="c" * 32,
        callback_id=callback.id,
        first=First.SEAT,
        seat="8002",
        operator_id="id-wang",
        shown="12345",
        trunk="local",
        at=now,
    )
    async with floor.turn:
        await floor.commit(tried, must=True)
    await world.hear(
        CallArrived(
            hotline_id=tried.hotline_id,
            at=now,
            channel="PJSIP/trunk-local-9",
            number=NUMBER,
            did="12345",
            origin=Origin.OUT,
        )
    )
    back = floor.call_by_hotline_id(tried.hotline_id)
    assert back
    assert floor.barred("id-li", back.id)
    assert not floor.barred("id-wang", back.id)
    found = await floor.store.staff_complaint_of(back.id)
    assert found == replace(made, contacts=(call.id, back.id))


async def test_r50_counts_tell_nothing_to_whoever_is_concerned(chats: ChatWorld) -> None:
    """The line, by number and by list, is theirs without it, at once and after each change."""
    await served_by(chats, "li")
    li, wang = chats.operators["li"], chats.operators["wang"]
    console = chats.floor.hub.attach(li)
    await complains(chats)
    await chats.messages.referee.tick()
    assert chats.floor.picture(li)["line"]["waiting"] == 0
    assert chats.floor.picture(wang)["line"]["waiting"] == 1
    line = chats.messages.parts.line
    assert (line.view(li)["items"], len(line.view(wang)["items"])) == ([], 1)
    said = [await anext(console) for _ in range(console._messages.qsize())]
    assert [one["data"]["waiting"] for one in said if one["type"] == "line"] in ([], [0])


async def test_r50_whoever_talks_with_them_already_goes_on_and_learns_nothing(
    chats: ChatWorld,
) -> None:
    """The citizen is not cut off in mid-sentence; with the wrap-up the contact is gone."""
    world, floor = chats.floor_world, chats.floor
    li = chats.operators["li"]
    await chats.sits("li", "8001")
    call = await world.arrives(NUMBER)
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    office = desk(chats)
    await office.mark(chats.operators["chen"], call.id, ("id-li",))
    pop = floor.pop_of(floor.seats["8001"])
    assert pop
    assert pop["contact_id"] == call.id
    records = Records(floor.store, floor.clock, Path("recordings"), floor.barred)
    _record, facts = await records.contact(li, call.id)
    assert facts
    assert not any(one.kind.value.startswith("staff_complaint") for one in facts)
    assert await office.of(li, call.id) is None
    _record, facts = await records.contact(chats.operators["chen"], call.id)
    assert any(one.kind is FactKind.STAFF_COMPLAINT_BEGUN for one in facts)
    await world.hangs_up(call)
    await world.desk.finish_wrap_up(li.id)
    with pytest.raises(Unknown):
        await records.contact(li, call.id)


async def test_r50_what_is_long_ago_is_not_held_against_anybody(chats: ChatWorld) -> None:
    """Nobody served them lately: it is a complaint all the same, and everybody may have it."""
    found = await complains(chats)
    assert found.concerned == ()
    await chats.sits("li", "8001")
    await chats.offered(found.contacts[0], "li")
    assert chats.floor.clock.now() - found.since < timedelta(minutes=1)

"""Row 50 (S0 article 9): a complaint about staff goes past whoever it is about."""

from dataclasses import replace

import pytest

from gateway.core.chat import ChatState
from gateway.core.contact import receipt_number
from gateway.core.errors import Invalid, Unknown
from gateway.core.facts import FactKind
from gateway.core.queue import Queue
from gateway.core.staff_complaint import ComplaintRules, ComplaintSource
from tests.gateway.intake.chat_world import ChatWorld
from tests.law.staff_complaints import chats, complains, desk, served_by

__all__ = ["chats"]


async def test_r50_who_is_not_named_is_whoever_served_the_citizen_lately(chats: ChatWorld) -> None:
    """And nobody who served them longer ago than the city says."""
    await served_by(chats, "wang")
    chats.floor_world.clock.turn(31 * 24 * 3600)
    await served_by(chats, "li", "8002")
    found = await complains(chats)
    assert (found.concerned, found.source) == (("id-li",), ComplaintSource.LATELY)


@pytest.mark.parametrize("said", ["wang", "工号 WANG", "王芳", "8002"])
async def test_r50_a_number_names_who_has_it_and_nobody_else(chats: ChatWorld, said: str) -> None:
    """The login, the name, or the seat; however it is written."""
    await served_by(chats, "li")
    await chats.sits("wang", "8002")
    found = await complains(chats, staff_number=said.removeprefix("工号"))
    assert (found.concerned, found.source) == (("id-wang",), ComplaintSource.NUMBER)


async def test_r50_somebody_who_was_added_a_moment_ago_is_found_by_number(
    chats: ChatWorld,
) -> None:
    """What the floor remembers of people may be older than the store."""
    new = replace(chats.operators["li"], id="id-new", login="newcomer")
    await chats.floor.store.record(new)
    found = await complains(chats, staff_number="newcomer")
    assert found.concerned == ("id-new",)
    assert new.id in {one.id for one in await desk(chats).staff()}


async def test_r50_a_receipt_names_everybody_who_had_that_contact(chats: ChatWorld) -> None:
    """Whoever took it first, too."""
    await chats.sits("wang", "8002")
    taken = await chats.writes("路灯坏了")
    await chats.accepted(taken.contact_id, "wang")
    talks = chats.messages.parts.talks
    await chats.sits("li", "8001")
    await talks.transfer(chats.operators["wang"], taken.contact_id, operator_id="id-li")
    await chats.accepted(taken.contact_id, "li")
    await talks.close(chats.operators["li"], taken.contact_id, "consult")
    found = await complains(chats, staff_receipt=receipt_number(taken.contact_id))
    assert (set(found.concerned), found.source) == ({"id-wang", "id-li"}, ComplaintSource.RECEIPT)


async def test_r50_it_is_offered_to_nobody_concerned_and_to_the_next_who_comes(
    chats: ChatWorld,
) -> None:
    """Nor do they hold up what stands behind it: the rest of the line is theirs as before."""
    await served_by(chats, "li")
    found = await complains(chats)
    (contact_id,) = found.contacts
    other = await chats.writes("路灯坏了")
    await chats.offered(other.contact_id, "li")
    assert chats.chat(contact_id).state is ChatState.WAITING
    with pytest.raises(Unknown):
        await chats.messages.parts.looks.take(chats.operators["li"], contact_id)
    await chats.sits("wang", "8002")
    await chats.accepted(contact_id, "wang")
    with pytest.raises(Invalid):
        await chats.messages.parts.talks.transfer(
            chats.operators["wang"], contact_id, operator_id="id-li"
        )
    await chats.messages.parts.talks.release(chats.operators["wang"], contact_id)
    await chats.messages.referee.tick()
    assert chats.chat(contact_id).operator_id != "id-li"


async def test_r50_it_goes_to_the_queue_that_the_city_names(chats: ChatWorld) -> None:
    """By form, and when an operator marks it; else it stays where it came to."""
    await chats.floor.store.record(Queue(name="care", title_zh="督办", title_en="Care"))
    await chats.floor.reload_people()
    await served_by(chats, "li")
    assert chats.chat((await complains(chats)).contacts[0]).queue == "civil"
    chats.floor.complaint_rules = ComplaintRules(queue="care")
    assert chats.chat((await complains(chats)).contacts[0]).queue == "care"
    await chats.sits("wang", "8002")
    taken = await chats.writes("我要投诉上一位话务员", who="sun")
    await chats.messages.parts.talks.take(chats.operators["wang"], taken.contact_id)
    await desk(chats).mark(chats.operators["wang"], taken.contact_id, ("id-li",))
    moved = chats.chat(taken.contact_id)
    assert (moved.queue, moved.state, moved.operator_id) == ("care", ChatState.WAITING, "")


async def test_r50_who_has_it_when_it_is_marked_has_it_no_more(chats: ChatWorld) -> None:
    """A supervisor marks a conversation of Li's: Li's screen is empty, somebody else has it."""
    await chats.sits("li", "8001")
    taken = await chats.writes("你态度太差了")
    await chats.accepted(taken.contact_id, "li")
    await desk(chats).mark(chats.operators["chen"], taken.contact_id, ("id-li",))
    assert chats.floor.picture(chats.operators["li"])["chats"] == []
    await chats.messages.referee.tick()
    assert chats.chat(taken.contact_id).state is ChatState.WAITING
    await chats.sits("wang", "8002")
    await chats.offered(taken.contact_id, "wang")


async def test_r50_nobody_marks_it_against_themselves_or_somebody_unknown(chats: ChatWorld) -> None:
    """Whoever is meant hands the citizen on; what cannot be is said, with how to mend it."""
    await chats.sits("li", "8001")
    taken = await chats.writes("我要投诉你")
    await chats.accepted(taken.contact_id, "li")
    for people in (("id-li",), ("nobody",)):
        with pytest.raises(Invalid):
            await desk(chats).mark(chats.operators["li"], taken.contact_id, people)
    assert await chats.floor.store.staff_complaint_of(taken.contact_id) is None


async def test_r50_a_supervisor_who_is_not_concerned_closes_it_and_the_bar_stays(
    chats: ChatWorld,
) -> None:
    """With its result on record; for whoever was concerned it does not exist, before and after."""
    await served_by(chats, "li")
    office = desk(chats)
    found = await complains(chats)
    (contact_id,) = found.contacts
    await chats.sits("wang", "8002")
    await chats.accepted(contact_id, "wang")
    await office.mark(chats.operators["wang"], contact_id, ("id-chen",))
    chen = chats.operators["chen"]
    assert office.listed(chen) == ()
    with pytest.raises(Unknown):
        await office.close(chen, found.id, "没有这回事")
    boss = replace(chen, id="id-boss", login="boss")
    await chats.floor.store.record(boss)
    await chats.floor.reload_people()
    assert [one.id for one in office.listed(boss)] == [found.id]
    done = await office.close(boss, found.id, "核实属实，已约谈")
    assert (done.closed_by, office.listed(boss)) == ("id-boss", ())
    assert await office.over(chen) == ()
    for one in ("li", "chen"):
        with pytest.raises(Unknown):
            await office.of(chats.operators[one], contact_id)
        assert chats.floor.barred(f"id-{one}", contact_id)
    told = [f.kind for f in await chats.floor.store.facts(contact_id=contact_id)]
    assert told.count(FactKind.STAFF_COMPLAINT_CLOSED) == 1


async def test_r50_a_restart_forgets_no_bar(chats: ChatWorld) -> None:
    """A new gateway over the same store keeps it from the same people."""
    await served_by(chats, "li")
    found = await complains(chats)
    floor = type(chats.floor)(chats.floor.store, chats.floor.clock)
    floor.accounts = chats.floor.accounts
    await floor.open()
    assert floor.barred("id-li", found.contacts[0])
    assert list(floor.complaints) == [found.id]

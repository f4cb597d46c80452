"""Row 50 (S0 article 9): a complaint about staff goes past whoever it is about."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from channels.message import Kind, Sender
from gateway.core.callback import Callback, CallbackReason
from gateway.core.chat import ChatForm, ChatState
from gateway.core.contact import receipt_number
from gateway.core.errors import Invalid, Unknown
from gateway.core.facts import FactKind
from gateway.core.queue import Queue
from gateway.core.staff_complaint import ComplaintRules, ComplaintSource, StaffComplaint
from gateway.intake.places import Places
from gateway.intake.records import Records
from gateway.intake.staff_complaints import StaffComplaints
from gateway.intake.standings import Standings
from tests.gateway.intake.chat_world import ChatWorld, chat_world
from tests.gateway.intake.test_incidents import SoundsPeer
from tests.law.test_r53_no_retaliation import RULES, SHANGHAI

NUMBER = "13800001234"


@pytest_asyncio.fixture
async def chats(tmp_path: Path) -> AsyncIterator[ChatWorld]:
    """Messages and calls over a real store."""
    async with chat_world(tmp_path) as world:
        yield world


def desk(chats: ChatWorld) -> StaffComplaints:
    """What operators and supervisors do with complaints."""
    floor = chats.floor
    records = Records(floor.store, floor.clock, Path("recordings"), floor.barred)
    return StaffComplaints(floor, records, Standings(floor, SoundsPeer(), RULES, SHANGHAI))


async def served_by(chats: ChatWorld, login: str, seat: str = "8001") -> str:
    """A call from NUMBER that this operator answered and closed; its contact's id."""
    world = chats.floor_world
    await chats.sits(login, seat)
    call = await world.arrives(NUMBER)
    await world.rings(call, seat)
    await world.answers(call, seat)
    await world.hangs_up(call)
    await world.desk.finish_wrap_up(world.operators[login].id)
    return call.id


async def complains(chats: ChatWorld, **fields: str) -> StaffComplaint:
    """A citizen hands in a form that says so."""
    said = chats.inbound(
        "他挂断我的电话",
        kind=Kind.FORM,
        sender=Sender(scheme="form", value=f"n{len(chats.floor.complaints)}", name="张三"),
        fields={"staff": "yes", "phone": NUMBER, **fields},
    )
    taken = await chats.messages.inbox.accept_one("web:main", said, form=ChatForm.FORM)
    found = await chats.floor.store.staff_complaint_of(taken.contact_id)
    assert found
    return found


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


async def owed(chats: ChatWorld, contact_id: str, **more: Any) -> Callback:
    """Somebody who left that contact is to be called back, and keeps their place."""
    now = chats.floor.clock.now()
    made: dict[str, Any] = {"reason": CallbackReason.KEPT_PLACE, "queue": "civil", "since": now}
    one = Callback(id="b" * 32, contact_id=contact_id, number=NUMBER, **made | more)
    async with chats.floor.turn:
        await chats.floor.commit(one, must=True)
    return one


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

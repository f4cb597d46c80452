"""Row 53 (S0 articles 9 and 33; S4 article 48): whoever is suspended keeps their voice.

Their messages are kept, an emergency passes at once, an appeal is heard; and with the gateway away
nobody is suspended.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from gateway.core.errors import NotAllowed, StoreUnavailable
from gateway.core.facts import FactKind
from gateway.core.identity import Identity, LinkState
from gateway.core.misconduct import MisconductKind
from gateway.core.number import Number
from gateway.core.queue import Queue
from gateway.core.staff_complaint import closed
from gateway.core.standing import ConductRules, Most, Standing, StandingAppealState, StandingState
from gateway.intake.conduct import Conduct
from gateway.intake.greeting import Greeting
from gateway.intake.records import Records
from gateway.intake.standings import Standings
from tests.complaint_rows import a_staff_complaint
from tests.gateway.intake.chat_world import ChatWorld, chat_world
from tests.gateway.intake.test_greeting import arrival, publish
from tests.gateway.intake.test_incidents import SoundsPeer
from tests.message_rows import a_link
from tests.standing_rows import a_standing

SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = ConductRules(most=Most.SUSPEND, law=("管理办法第二十九条", "article 29"))
CIVIL = Queue(name="civil", title_zh="综合", title_en="General")


@pytest_asyncio.fixture
async def chats(tmp_path: Path) -> AsyncIterator[ChatWorld]:
    """Messages over a real store."""
    async with chat_world(tmp_path) as world:
        yield world


async def suspended(
    world: ChatWorld, identity_id: str, state: StandingState = StandingState.SUSPENDED
) -> Standings:
    """A measure holds against this identity for three days."""
    now = world.floor.clock.now()
    one = Standing(
        id="5" * 32,
        identity_id=identity_id,
        kind=MisconductKind.INSULTING,
        state=state,
        opened_at=now,
        reminded_at=now,
        grace_until=now,
        again_at=now,
        reason="多次辱骂",
        proposed_by="sup-1",
        approved_by="sup-2",
        measured_at=now,
        until=now + timedelta(days=3),
        deciders=("sup-1", "sup-2"),
    )
    await world.floor.store.record(one)
    standings = Standings(world.floor, SoundsPeer(), RULES, SHANGHAI)
    await standings.open()
    return standings


async def known(world: ChatWorld) -> str:
    """Somebody who wrote before; their identity."""
    taken = await world.writes("你好")
    chat = world.chat(taken.contact_id)
    await world.messages.parts.talks.take(world.operators["li"], chat.id)
    await world.messages.parts.talks.close(world.operators["li"], chat.id, "consult")
    return chat.identity_id


async def test_r53_what_the_suspended_write_is_kept_and_told_about_once(chats: ChatWorld) -> None:
    """Stored, answered once a contact with until when and how to appeal, and offered to nobody."""
    await chats.sits("li", "8001")
    who = await known(chats)
    await suspended(chats, who)
    first = await chats.writes("还是我")
    second = await chats.writes("听到没有")
    assert first.contact_id == second.contact_id
    said = await chats.floor.store.messages(first.contact_id)
    texts = [one.text for one in said]
    assert {"还是我", "听到没有"} <= set(texts)
    (told,) = [text for text in texts if "暂停" in text]
    assert "3月5日" in told
    assert "申诉" in told
    await chats.messages.referee.tick()
    assert chats.chat(first.contact_id).operator_id == ""


async def test_r53_an_emergency_of_the_suspended_is_offered_at_once(chats: ChatWorld) -> None:
    """By the same words as everybody's."""
    await chats.sits("li", "8001")
    await suspended(chats, await known(chats))
    taken = await chats.writes("着火了，救命")
    await chats.offered(taken.contact_id, "li")


async def test_r53_a_restricted_citizen_is_told_and_served(chats: ChatWorld) -> None:
    """The milder measure keeps nobody from a person."""
    await chats.sits("li", "8001")
    await suspended(chats, await known(chats), StandingState.RESTRICTED)
    taken = await chats.writes("还是我")
    await chats.offered(taken.contact_id, "li")


async def test_r53_an_appeal_by_message_is_an_appeal_and_granted_it_is_over(
    chats: ChatWorld,
) -> None:
    """What waited all the time is offered then."""
    await chats.sits("li", "8001")
    standings = await suspended(chats, await known(chats))
    taken = await chats.writes("申诉：那不是我打的电话")
    await standings.look()
    one = standings.one("5" * 32)
    assert (one.appeal.state, one.appeal.contact_id) == (StandingAppealState.OPEN, taken.contact_id)
    await chats.messages.referee.tick()
    assert chats.chat(taken.contact_id).operator_id == ""
    await standings.hear(chats.operators["chen"], one.id, grant=True, answer="核实不是本人")
    await chats.offered(taken.contact_id, "li")


async def test_r53_a_measure_holds_against_one_identity_only(chats: ChatWorld) -> None:
    """Somebody else, and the same person elsewhere, are met as everybody."""
    await chats.sits("li", "8001")
    await suspended(chats, await known(chats))
    other = await chats.writes("我是别人", who="wang")
    await chats.offered(other.contact_id, "li")


async def test_r53_who_cannot_be_looked_up_is_met_as_everybody(chats: ChatWorld) -> None:
    """A caller under a measure is told so; with the store away they reach the queue as usual."""
    world = chats.floor_world
    await publish(world, Number(did="12345", queue="civil"), CIVIL)
    now = world.clock.now()
    number = "13800001234"
    who = Identity(id="i-9", account="", scheme="phone", value=number, first_seen=now)
    await world.store.record(who)
    standings = await suspended(chats, "i-9")
    plan = await Greeting(world.floor, SHANGHAI).plan(arrival(number))
    assert plan.measure
    assert not plan.measure.person
    assert "紧急专线" in standings.spoken(standings.one("5" * 32))
    world.clock.turn(3 * 24 * 3600)
    assert (await Greeting(world.floor, SHANGHAI).plan(arrival(number))).measure is None

    class Away:
        async def identity(self, *_key: str) -> None:
            raise StoreUnavailable("away")

    world.clock.set_wall_clock(now)
    world.floor.store = Away()  # type: ignore[assignment]  # asked for nothing else
    assert await standings.met_at(number) is None


async def test_r53_every_step_is_on_record(chats: ChatWorld) -> None:
    """That they were told, and that they appealed."""
    await chats.sits("li", "8001")
    standings = await suspended(chats, await known(chats))
    taken = await chats.writes("申诉")
    await standings.look()
    kinds = [one.kind for one in await chats.floor.store.facts(contact_id=taken.contact_id)]
    assert FactKind.STANDING_TOLD in kinds
    assert FactKind.APPEAL_SAID in kinds
    assert FactKind.STANDING_MOVED in kinds


async def test_r53_whoever_is_complained_of_burdens_nobody_who_complained(
    chats: ChatWorld,
) -> None:
    """They neither note, remind, propose, approve nor judge while it is open; two others may."""
    await chats.sits("li", "8001")
    who = await known(chats)
    now, floor = chats.floor.clock.now(), chats.floor
    call = await chats.floor_world.arrives("13800001234")
    phone = await floor.store.identity("", "phone", "13800001234")
    assert phone
    a, b = sorted((phone.id, who))
    linked = a_link("l-1", a, b, state=LinkState.CONFIRMED)
    about_chen = a_staff_complaint(
        identities=(who,), concerned=("id-chen", "id-li"), contacts=("c-9",), since=now
    )
    grace = a_standing(
        identity_id=phone.id,
        kind=MisconductKind.INSULTING,
        state=StandingState.GRACE,
        opened_at=now,
        grace_until=now,
        again_at=now,
    )
    async with floor.turn:
        await floor.commit(grace, linked, about_chen, must=True)
    standings = Standings(floor, SoundsPeer(), RULES, SHANGHAI)
    await standings.open()
    records = Records(floor.store, floor.clock, chats.floor_world.folder, floor.barred)
    conduct = Conduct(standings, records)
    chen = chats.operators["chen"]
    others = [replace(chen, id=f"id-sup{n}", login=f"sup{n}") for n in range(2)]
    insulting = MisconductKind.INSULTING
    with pytest.raises(NotAllowed):
        await conduct.mark(chen, call.id, insulting, source="note", note="他骂人")
    with pytest.raises(NotAllowed):
        await conduct.remind(chen, call.id, "请不要骂人")
    with pytest.raises(NotAllowed):
        await standings.propose(chen, grace.id, 3, "多次辱骂")
    await standings.propose(others[0], grace.id, 3, "多次辱骂")
    with pytest.raises(NotAllowed):
        await standings.approve(chen, grace.id)
    held = await standings.approve(others[1], grace.id)
    assert held.state is StandingState.RESTRICTED
    with pytest.raises(NotAllowed):
        await standings.hear(chen, grace.id, grant=False, answer="维持")
    async with floor.turn:
        await floor.commit(closed(about_chen, "id-boss", now, "不属实"), must=True)
    await conduct.mark(chen, call.id, insulting, source="note", note="他骂人")
    assert (await standings.lift(chen, grace.id)).state is StandingState.LIFTED

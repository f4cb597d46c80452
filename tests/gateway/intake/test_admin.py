"""What an admin does to a running hotline: whole, in order, on record, and never half."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import pytest_asyncio

from config.plan_rules import PLAN_RULES
from gateway.core.drift import PublishFailed, shape_of
from gateway.core.errors import Invalid, StoreUnavailable, Unknown
from gateway.core.facts import FactKind
from gateway.core.number import Number
from gateway.core.operator import Operator, Role
from gateway.core.plan import Person, Place, Plan, normal
from gateway.core.publishing import PublishedMeanwhile, UndoBlocked
from gateway.core.queue import Queue
from gateway.core.revision import Published
from gateway.core.seat import SeatState
from gateway.intake.accounts import Accounts
from gateway.intake.admin import Admin
from gateway.intake.plan_book import PlanBook
from gateway.intake.seating import Seating
from tests.eventually import eventually
from tests.gateway.intake.floor_world import FloorWorld
from tests.gateway.intake.test_floor import StoreBehindASwitch
from tests.peers.publisher_peer import PublisherPeer

GUO = Operator(id="id-guo", login="guo", name="郭管理", role=Role.ADMIN)
TAX = Queue(name="tax", title_zh="税务", title_en="Tax")


class AdminWorld:
    """An admin over a floor; ``line`` is the telephone system."""

    def __init__(self, floor: FloorWorld) -> None:
        self.floor = floor
        self.line = PublisherPeer()
        book = PlanBook(floor.store, floor.clock, PLAN_RULES)
        seating = Seating(floor.floor, floor.phones)
        self.admin = Admin(floor.floor, seating, self.line, book, floor.desk.sign_out)

    async def plan(self) -> Published:
        """As it is now."""
        return await self.admin.current()

    async def facts(self, kind: FactKind) -> list[dict[str, object]]:
        """What is on record of this kind."""
        return [dict(f.data) for f in await self.floor.store.facts() if f.kind is kind]


@asynccontextmanager
async def working(admin: Admin) -> AsyncIterator[None]:
    """Its jobs are done meanwhile."""
    async with asyncio.TaskGroup() as tasks:
        jobs = tasks.create_task(admin.run())
        yield
        jobs.cancel()


@pytest_asyncio.fixture
async def office(world: FloorWorld) -> AsyncIterator[AdminWorld]:
    """With one number and an admin."""
    await world.store.record(GUO, Number(did="12345", queue="civil"))
    async with world.floor.turn:
        await world.floor.reload_plan()
    one = AdminWorld(world)
    async with working(one.admin):
        yield one


def with_tax(plan: Plan) -> Plan:
    """A queue, a number, a seat and a person more; li serves it, too."""
    return replace(
        plan,
        queues=(*plan.queues, TAX),
        numbers=(*plan.numbers, Number(did="12366", queue="tax")),
        seats=(*plan.seats, Place(number="9001", title="新")),
        operators=tuple(
            replace(one, skills={"civil": 0, "tax": 1}) if one.login == "li" else one
            for one in (*plan.operators, Person(login="zhao", name="赵", skills={"tax": 0}))
        ),
    )


async def test_a_publish_reaches_line_store_floor_and_record(office: AdminWorld) -> None:
    """All four, the seats' skills at once, and the new login works with what was shown once."""
    await office.floor.seated("li", "8001")
    now = await office.plan()
    done = await office.admin.publish(GUO, now.revision.number, with_tax(now.plan), "税务热线")
    after = await office.plan()
    assert after.plan == normal(with_tax(now.plan))
    assert after.revision.number == done.revision == now.revision.number + 1
    assert (after.revision.by, after.revision.comment) == ("郭管理", "税务热线")
    assert office.line.running == shape_of(after.plan)
    floor = office.floor.floor
    assert {"tax", "civil"} <= set(floor.queues)
    assert set(floor.numbers) == {"12345", "12366"}
    assert floor.seats["9001"].title == "新"
    assert floor.seats["8001"].state is SeatState.READY
    assert "tax" in {queue for seat, queue in office.floor.phones.members if seat == "8001"}
    (first,) = done.first_logins
    accounts = Accounts(office.floor.store, office.floor.clock)
    person, _ = await accounts.log_in("zhao", first.password, "192.0.2.1")
    assert person.must_change_password
    assert first.password not in repr(done)
    (told,) = await office.facts(FactKind.PLAN_PUBLISHED)
    assert told == {"revision": done.revision, "changes": 5, "by": "郭管理"}


async def test_problems_are_told_all_at_once_and_nothing_changes(office: AdminWorld) -> None:
    """In the plan, and with who sits and waits there now."""
    await office.floor.seated("li", "8001")
    now = await office.plan()
    bad = replace(now.plan, seats=now.plan.seats[1:], numbers=(Number(did="x", queue="nowhere"),))
    verdict, changes = await office.admin.check(now.revision.number, bad)
    paths = {one.pointer for one in verdict.problems}
    assert paths == {"numbers[0].did", "numbers[0].queue", "seats"}
    assert {(one.action, one.kind) for one in changes} == {
        ("add", "number"),
        ("remove", "number"),
        ("remove", "seat"),
    }
    with pytest.raises(Invalid) as refused:
        await office.admin.publish(GUO, now.revision.number, bad, "")
    assert {one.pointer for one in refused.value.problems} == paths
    assert await office.plan() == now
    assert not await office.facts(FactKind.PLAN_PUBLISHED)


async def test_a_queue_with_callers_and_people_with_callers_stay(office: AdminWorld) -> None:
    """Until they have been answered, until they are done."""
    now = await office.plan()
    await office.admin.publish(GUO, now.revision.number, with_tax(now.plan), "")
    now = await office.plan()
    await office.floor.seated("li", "8001")
    call = await office.floor.arrives()
    await office.floor.rings(call, "8001")
    without_li = replace(
        now.plan, operators=tuple(one for one in now.plan.operators if one.login != "li")
    )
    found, _ = await office.admin.check(now.revision.number, without_li)
    assert [one.pointer for one in found.problems] == ["operators"]
    without_civil = replace(
        now.plan,
        queues=(TAX,),
        numbers=(Number(did="12345", queue="tax"),),
        operators=tuple(replace(one, skills={}) for one in now.plan.operators),
    )
    found, _ = await office.admin.check(now.revision.number, without_civil)
    assert [one.code for one in found.problems] == ["in-use"]


async def test_who_publishes_second_is_told(office: AdminWorld) -> None:
    """Nothing is written over that nobody has seen."""
    now = await office.plan()
    base = now.revision.number
    await office.admin.publish(GUO, base, with_tax(now.plan), "")
    for late in (
        office.admin.publish(GUO, base, now.plan, ""),
        office.admin.check(base, now.plan),
    ):
        with pytest.raises(PublishedMeanwhile) as refused:
            await late
        assert refused.value.revision == base + 1


async def test_what_was_changed_without_publishing_is_a_revision_too(office: AdminWorld) -> None:
    """A login made while the gateway was away; and whoever looked before must look again."""
    now = await office.plan()
    await Accounts(office.floor.store, office.floor.clock).add("bo", "波", Role.OPERATOR, {})
    with pytest.raises(PublishedMeanwhile):
        await office.admin.publish(GUO, now.revision.number, with_tax(now.plan), "")
    after = await office.plan()
    assert "bo" in {one.login for one in after.plan.operators}
    assert [(c.action, c.name) for c in after.revision.changes] == [("add", "bo")]


@pytest.mark.parametrize(
    ("steps", "put_back"),
    [(["connect"], True), (["UpdateConfig"], True), (["half"], True), (["half", "ask"], False)],
)
async def test_a_line_that_does_not_take_it_leaves_everything_as_it_was(
    office: AdminWorld, steps: list[str], *, put_back: bool
) -> None:
    """Store, floor and telephone system; what could not be put back at once is mended later."""
    now = await office.plan()
    await office.admin.mend(GUO)
    office.line.refuses = list(steps)
    with pytest.raises(PublishFailed) as failed:
        await office.admin.publish(GUO, now.revision.number, with_tax(now.plan), "")
    assert (failed.value.step, failed.value.put_back) == (steps[0], put_back)
    assert await office.plan() == now
    assert "tax" not in office.floor.floor.queues
    drift = await office.admin.drift()
    assert drift.differences == ()
    assert office.line.running == shape_of(now.plan)


async def test_a_store_that_is_away_leaves_everything_as_it_was(office: AdminWorld) -> None:
    """The telephone system is put back, too."""
    now = await office.plan()
    switch = StoreBehindASwitch(office.floor.store)
    office.floor.floor.store = switch
    switch.away = True
    with pytest.raises((PublishFailed, StoreUnavailable)):
        await office.admin.publish(GUO, now.revision.number, with_tax(now.plan), "")
    assert office.line.running == shape_of(now.plan)
    switch.away = False
    assert await office.plan() == now


async def test_undo_takes_back_one_step_and_keeps_later_ones(office: AdminWorld) -> None:
    """A removed person may come back with the same history; the audit knows both steps."""
    now = await office.plan()
    base = now.revision.number
    await office.admin.publish(GUO, base, with_tax(now.plan), "")
    two = await office.plan()
    renamed = tuple(replace(s, title="一号") if s.number == "8001" else s for s in two.plan.seats)
    await office.admin.publish(GUO, base + 1, replace(two.plan, seats=renamed), "")
    done = await office.admin.undo(GUO, base + 1, "误发")
    after = await office.plan()
    assert done.revision == base + 3
    assert after.revision.undoes == base + 1
    assert {one.did for one in after.plan.numbers} == {"12345"}
    assert after.plan.seats[0] == Place(number="8001", title="一号")
    assert "zhao" not in {one.login for one in after.plan.operators}
    zhao = await office.floor.store.operator_by_login("zhao")
    assert zhao is not None
    assert (zhao.removed, zhao.active) == (True, False)
    back = await office.admin.undo(GUO, base + 3, "")
    again = await office.floor.store.operator_by_login("zhao")
    assert again is not None
    assert (again.id, again.removed, again.active) == (zhao.id, False, True)
    assert [one.login for one in back.first_logins] == ["zhao"]
    assert len(await office.facts(FactKind.PLAN_UNDONE)) == 2


async def test_undo_of_what_was_changed_again_says_where(office: AdminWorld) -> None:
    """And a revision that is not there is unknown."""
    now = await office.plan()
    base = now.revision.number
    await office.admin.publish(GUO, base, with_tax(now.plan), "")
    two = await office.plan()
    queues = tuple(replace(one, ring_seconds=33) for one in two.plan.queues)
    await office.admin.publish(GUO, base + 1, replace(two.plan, queues=queues), "")
    with pytest.raises(UndoBlocked) as blocked:
        await office.admin.undo(GUO, base + 1, "")
    assert [one.pointer for one in blocked.value.problems()] == ["queue.tax"]
    for number in (1, base + 99):
        with pytest.raises(Unknown):
            await office.admin.undo(GUO, number, "")


async def test_drift_is_shown_noted_once_and_mended(office: AdminWorld) -> None:
    """Who mended it is on record."""
    now = await office.plan()
    await office.admin.mend(GUO)
    office.line.running = replace(shape_of(now.plan), dids=())
    for _ in range(2):
        found = (await office.admin.drift()).differences
        assert [(one.kind, one.name) for one in found] == [("number", "12345")]
    assert (await office.admin.mend(GUO)).differences == ()
    told = await office.facts(FactKind.PLAN_DRIFTED)
    assert [one["differences"] for one in told if not one["mended"]] == [1]


async def test_what_a_crash_left_half_done_is_mended_at_the_next_start(
    office: AdminWorld,
) -> None:
    """The store is the truth; an admin that just began compares and puts it right."""
    now = await office.plan()
    office.line.running = shape_of(with_tax(now.plan))
    next_start = AdminWorld(office.floor)
    next_start.line.running = office.line.running
    next_start.line.refuses = ["connect"]
    async with working(next_start.admin):
        assert (await next_start.plan()) == now
        assert (await next_start.admin.drift()).differences == ()
    assert next_start.line.running == shape_of(now.plan)
    assert (await office.facts(FactKind.PLAN_DRIFTED))[-1]["mended"] is True


async def test_a_person_who_is_put_out_leaves_their_seat(office: AdminWorld) -> None:
    """And gets no more calls from that moment."""
    await office.floor.seated("li", "8001")
    now = await office.plan()
    people = tuple(
        replace(one, active=False) if one.login == "li" else one for one in now.plan.operators
    )
    await office.admin.publish(GUO, now.revision.number, replace(now.plan, operators=people), "")
    assert office.floor.floor.seats["8001"].state is SeatState.SIGNED_OUT
    assert not [key for key in office.floor.phones.members if key[0] == "8001"]


async def test_a_request_that_goes_away_does_not_stop_the_job(office: AdminWorld) -> None:
    """It is published all the same, whole."""
    now = await office.plan()
    before = office.line.published
    asking = asyncio.create_task(
        office.admin.publish(GUO, now.revision.number, with_tax(now.plan), "")
    )
    await eventually(lambda: office.line.published > before)
    asking.cancel()
    after = await office.plan()
    assert after.revision.number == now.revision.number + 1
    assert office.line.running == shape_of(after.plan)

"""Laws of the roster in use: who is offered, who is tried, what may be changed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.app.experts import ExpertDesk
from gateway.core.errors import IllegalMove, Invalid, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.guest import GuestState
from gateway.core.guest_kind import GuestEnd
from gateway.intake.experts import Experts
from tests.expert_rows import a_department, an_expert
from tests.gateway.intake.floor_world import FloorWorld, floor_world
from tests.gateway.intake.test_promises import SETTINGS
from tests.guest_rows import a_guest


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[FloorWorld]:
    """Monday, 2 March 2026, 09:00 in Beijing; one expert on the phone, one at seat 8002."""
    async with floor_world(tmp_path) as world:
        seated = an_expert("e2", name="钱专家", number="", trunk="", seat="8002")
        await world.store.record(a_department(), an_expert(), seated)
        yield world


async def experts_of(world: FloorWorld) -> Experts:
    """The roster as after a start."""
    desk = ExpertDesk(SETTINGS, world.floor)
    await desk.open()
    return desk.experts


async def was_asked(world: FloorWorld, expert: str, end: GuestEnd) -> None:
    """An expert was dialled for somebody and did not come."""
    call, now = await world.arrives(), world.clock.now()
    guest = a_guest(f"g-{call.id}", call.id, target_id=expert, asked_at=now)
    await world.store.record(guest)
    world.floor.guests[guest.id] = guest
    failed = replace(guest, state=GuestState.FAILED, end=end, ended_at=now)
    data = {"guest": guest.id, "end": end.value}
    fact = Fact(kind=FactKind.GUEST_FAILED, at=now, contact_id=call.id, data=data)
    await world.floor.commit(failed, fact, must=True)


def reasons(experts: Experts) -> dict[str, str]:
    """Why each is not available."""
    return {one["id"]: one["reason"] for one in experts.entries()}


async def test_availability_is_live(world: FloorWorld) -> None:
    """A seat counts once somebody sits there; who talks or has just not come says so."""
    experts = await experts_of(world)
    assert reasons(experts) == {"e1": "", "e2": "seat_away"}
    await world.seated("wang", "8002")
    assert reasons(experts) == {"e1": "", "e2": ""}
    call = await world.arrives()
    await world.rings(call, "8002")
    await world.answers(call, "8002")
    await was_asked(world, "e1", GuestEnd.NO_ANSWER)
    assert reasons(experts) == {"e1": "declined", "e2": "in_call"}
    world.clock.turn(300)
    assert reasons(experts)["e1"] == ""
    world.clock.turn(9 * 3600)
    assert reasons(experts) == {"e1": "off_duty", "e2": "off_duty"}


async def test_nobodys_number_is_offered(world: FloorWorld) -> None:
    """The console chooses by id."""
    experts = await experts_of(world)
    assert "13700000001" not in str([*experts.entries(), *experts.department_entries()])
    assert experts.department_entries()[0]["available"] == 1


async def test_a_department_is_tried_in_order_and_an_expert_alone(world: FloorWorld) -> None:
    """Each with the number or seat that they are reached at, for the department's ring time."""
    await world.seated("wang", "8002")
    experts = await experts_of(world)
    now = world.clock.now()
    tried = experts.tries("shebao", "", now)
    assert [(one.target_id, one.number, one.seat) for one in tried] == [
        ("e1", "13700000001", ""),
        ("e2", "", "8002"),
    ]
    assert {one.ring_seconds for one in tried} == {20}
    assert tried[0].title == "人社局 赵专家"
    await was_asked(world, "e1", GuestEnd.BUSY)
    assert [one.target_id for one in experts.tries("shebao", "", now)] == ["e2", "e1"]
    assert [one.target_id for one in experts.tries("e1", "", now)] == ["e1"]
    with pytest.raises(Unknown):
        experts.tries("nobody", "", now)


async def test_changes_are_checked_and_noted(world: FloorWorld) -> None:
    """Both ways or none, a trunk that leads nowhere, no department: each is said."""
    experts, chen = await experts_of(world), world.operators["chen"]
    wrong = an_expert("e3", trunk="nowhere", department_id="nobody", seat="")
    with pytest.raises(Invalid) as refused:
        await experts.keep(chen, wrong)
    assert {one.pointer for one in refused.value.problems} == {"/number", "/department_id"}
    with pytest.raises(Invalid):
        await experts.keep(chen, an_expert("shebao"))
    with pytest.raises(IllegalMove):
        await experts.drop_department(chen, "shebao")
    await experts.keep(chen, replace(an_expert("e3"), name="孙专家"))
    assert [fact.data for fact in await world.store.facts()] == [{"what": "expert", "id": "e3"}]


async def test_who_is_removed_is_forgotten(world: FloorWorld) -> None:
    """Name and number are gone from the store; only the id stays, for the figures."""
    experts, chen = await experts_of(world), world.operators["chen"]
    for id_ in ("e1", "e2"):
        await experts.drop(chen, id_)
    stored = (await world.store.experts())[0]
    assert (stored.name, stored.number, stored.removed) == ("", "", True)
    with pytest.raises(Unknown):
        experts.tries("e1", "", world.clock.now())
    await experts.drop_department(chen, "shebao")
    assert experts.department_entries() == []

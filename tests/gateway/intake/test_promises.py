"""Laws of promised answers: opened with their callback, told once, kept, and never forgotten."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.settings import OfficeCalendar, Settings, Trunk
from gateway.app.experts import ExpertDesk
from gateway.core.callback import CallbackReason, CallbackState
from gateway.core.errors import IllegalMove, Unknown
from gateway.core.facts import FactKind
from gateway.core.promise import PromiseKind, PromiseState
from gateway.core.reach import ReachState
from gateway.intake.callbacks import Callbacks
from tests.eventually import eventually
from tests.expert_rows import a_department, an_expert
from tests.gateway.intake.floor_world import FloorWorld, floor_world
from tests.guest_rows import a_reach

SETTINGS = Settings(trunk=(Trunk(name="local", host="10.0.0.9"),), calendar=OfficeCalendar())
KINDS = (
    FactKind.PROMISE_OPENED,
    FactKind.PROMISE_DUE_SOON,
    FactKind.PROMISE_OVERDUE,
    FactKind.PROMISE_KEPT,
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[FloorWorld]:
    """Monday, 2 March 2026, 09:00 in Beijing; one department, and one that is a focus seat."""
    async with floor_world(tmp_path) as world:
        focus = a_department("yingshang", title_zh="营商专席", focus=True)
        await world.store.record(a_department(), focus, an_expert())
        yield world


async def desk_of(world: FloorWorld) -> ExpertDesk:
    """Experts and promises as after a start."""
    desk = ExpertDesk(SETTINGS, world.floor)
    await desk.open()
    return desk


async def told(world: FloorWorld) -> list[FactKind]:
    """What was told of promises, in order."""
    return [one.kind for one in await world.store.facts(limit=1000) if one.kind in KINDS]


async def test_an_expert_owes_a_call_within_a_working_day(world: FloorWorld) -> None:
    """With an owner, a time, and an entry among the callbacks; asked again it is the same."""
    desk, call = await desk_of(world), await world.arrives()
    li = world.operators["li"]
    made = await desk.promises.make(call, "e1", li.id, reach_id="r1")
    assert (made.kind, made.owner_id, made.department_id) == (
        PromiseKind.EXPERT_CALLBACK,
        li.id,
        "shebao",
    )
    assert made.due_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # 17:30, when the office closes
    callback = world.floor.callbacks[made.callback_id]
    assert (callback.reason, callback.number) == (CallbackReason.PROMISE, "13800001234")
    assert await desk.promises.make(call, "shebao", li.id) == made
    assert desk.promises.picture(li)["promises"] == {"open": 1, "soon": 0, "overdue": 0}
    assert desk.promises.picture(world.operators["wang"])["promises"]["open"] == 0
    assert desk.promises.picture(world.operators["chen"])["promises"]["open"] == 1


async def test_a_focus_seat_is_warned_about_and_overdue_once(world: FloorWorld) -> None:
    """At 90 minutes and at two hours, once each, whatever restarts lie between."""
    desk, call = await desk_of(world), await world.arrives()
    made = await desk.promises.make(call, "yingshang", "id-li")
    assert made.due_at - made.made_at == timedelta(hours=2)
    world.clock.turn(89 * 60)
    await desk.promises.look()
    assert await told(world) == [FactKind.PROMISE_OPENED]
    world.clock.turn(60)
    for _ in range(2):
        await desk.promises.look()
        desk = await desk_of(world)
    assert await told(world) == [FactKind.PROMISE_OPENED, FactKind.PROMISE_DUE_SOON]
    assert not list(desk.alarms())
    world.clock.turn(30 * 60)
    for _ in range(2):
        await desk.promises.look()
        desk = await desk_of(world)
    assert await told(world) == [*KINDS[:3]]
    assert [code for code, _ in desk.alarms()] == ["promises_overdue"]
    finished = await desk.promises.done(world.operators["li"], made.id, "已答复")
    assert finished.state is PromiseState.LATE
    assert not list(desk.alarms())


async def test_what_is_due_is_told_by_itself(world: FloorWorld) -> None:
    """Nobody has to look."""
    desk, call = await desk_of(world), await world.arrives()
    await desk.promises.make(call, "yingshang", "id-li")

    async def overdue() -> bool:
        return FactKind.PROMISE_OVERDUE in await told(world)

    async with asyncio.TaskGroup() as group:
        running = group.create_task(desk.promises.run())
        await eventually(lambda: world.clock.sleepers)
        world.clock.turn(2 * 3600)
        await eventually(overdue)
        running.cancel()
    assert await told(world) == [FactKind.PROMISE_OPENED, FactKind.PROMISE_OVERDUE]


async def test_the_answer_crosses_out_the_callback(world: FloorWorld) -> None:
    """And only its owner or a supervisor may say so, once."""
    desk, call = await desk_of(world), await world.arrives()
    made = await desk.promises.make(call, "shebao", "id-li")
    with pytest.raises(Unknown):
        await desk.promises.done(world.operators["wang"], made.id, "")
    done = await desk.promises.done(world.operators["chen"], made.id, "已回电")
    assert done.state is PromiseState.KEPT
    callback = await world.store.callback(made.callback_id)
    assert callback
    assert callback.state is CallbackState.DONE
    assert not world.floor.callbacks
    with pytest.raises(IllegalMove):
        await desk.promises.done(world.operators["chen"], made.id, "")


@pytest.mark.parametrize("restarted", [False, True])
async def test_the_callback_keeps_the_promise(world: FloorWorld, *, restarted: bool) -> None:
    """Whoever was called back by any operator has their answer, also when we died in between."""
    desk, call = await desk_of(world), await world.arrives()
    made = await desk.promises.make(call, "shebao", "id-li")
    await Callbacks(world.floor).done(world.operators["wang"], made.callback_id, "已回电")
    if restarted:
        desk = await desk_of(world)
    await desk.promises.look()
    kept = await world.store.promise(made.id)
    assert kept
    assert (kept.state, kept.done_by) == (PromiseState.KEPT, "id-wang")
    assert not desk.promises.concerning(world.operators["chen"])


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_expert_who_was_not_reached_owes_an_answer(
    world: FloorWorld, *, restarted: bool
) -> None:
    """By itself and once for each department, also when we died between the failure and it."""
    desk, call = await desk_of(world), await world.arrives()
    wish = a_reach("r1", call.id, target="e1", by="id-li", state=ReachState.FAILED)
    wish = replace(wish, ended_at=world.clock.now())
    again = replace(wish, id="r2", target="shebao")
    await world.store.record(wish, again)
    if restarted:
        desk = await desk_of(world)
    await desk.promises.owe()
    (made,) = desk.promises.concerning(world.operators["li"])
    assert (made.department_id, made.reach_id, made.owner_id) == ("shebao", "r1", "id-li")
    world.clock.turn(60)
    await desk.promises.done(world.operators["li"], made.id, "")
    desk = await desk_of(world)
    await desk.promises.owe()
    assert not desk.promises.concerning(world.operators["chen"])


async def test_a_promise_by_hand_is_for_ones_own_call(world: FloorWorld) -> None:
    """And for a department or expert that is there."""
    desk, call = await desk_of(world), await world.arrives()
    with pytest.raises(Unknown):
        await desk.promises.make_by_hand(world.operators["li"], call.id, "shebao")
    made = await desk.promises.make_by_hand(world.operators["chen"], call.id, "shebao")
    assert made.owner_id == "id-chen"
    with pytest.raises(Unknown):
        await desk.promises.make_by_hand(world.operators["chen"], call.id, "nobody")

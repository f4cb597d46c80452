"""Who is cut off is listed, once; who cannot be called is not."""

import pytest

from gateway.core.call import Call, CallState, Outcome
from gateway.core.callback import CallbackReason
from gateway.core.errors import IllegalMove
from gateway.core.facts import FactKind
from gateway.core.line import CallArrived, CallGone, Origin
from gateway.core.seat import SeatState
from gateway.intake.callbacks import Callbacks
from gateway.intake.floor import Floor
from tests.gateway.intake.floor_world import FloorWorld


async def cut(world: FloorWorld, *calls: Call) -> None:
    """Asterisk goes down under these, in one moment."""
    now = world.clock.now()
    await world.hear(
        *(
            CallGone(hotline_id=one.hotline_id, at=now, cause=0, by_citizen=False, cut=True)
            for one in calls
        )
    )


async def test_each_who_was_cut_off_is_listed_once(world: FloorWorld) -> None:
    """Two calls of one number are one callback; what is written says where each of them stood."""
    await world.seated("li", "8001")
    talking = await world.arrives("13800000001")
    await world.rings(talking, "8001")
    await world.answers(talking, "8001")
    twice = [await world.arrives("13800000002"), await world.arrives("+8613800000002")]
    await cut(world, talking, *twice)
    listed = Callbacks(world.floor).open()
    assert sorted((one.number, one.reason) for one in listed) == [
        ("13800000001", CallbackReason.CUT),
        ("13800000002", CallbackReason.CUT),
    ]
    lost = [fact for fact in await world.store.facts() if fact.kind is FactKind.CALL_LOST]
    assert [(fact.data["state"], fact.data["reachable"]) for fact in lost] == [
        ("talking", True),
        ("waiting", True),
        ("waiting", True),
    ]
    for call in (talking, *twice):
        stored = await world.store.call(call.id)
        assert stored
        assert (stored.state, stored.outcome) == (CallState.ENDED, Outcome.LOST)


async def test_the_operator_sees_it(world: FloorWorld) -> None:
    """The talk's screen says that it was cut and what is owed; the seat is in wrap-up."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    await cut(world, call)
    assert world.state("8001") is SeatState.WRAPPING_UP
    (callback,) = Callbacks(world.floor).open()
    picture = world.floor.picture(world.operators["li"])
    assert picture["callbacks"] == 1
    assert picture["call"]["outcome"] == "lost"
    assert picture["call"]["callback_id"] == callback.id
    await Callbacks(world.floor).done(world.operators["li"], callback.id, "已回拨")
    picture = world.floor.picture(world.operators["li"])
    assert (picture["callbacks"], picture["call"]["callback_id"]) == (0, "")


async def test_without_a_number_the_fact_says_so(world: FloorWorld) -> None:
    """Nobody can be called: lost, not reachable, not listed."""
    call = await world.arrives("")
    await cut(world, call)
    assert Callbacks(world.floor).open() == ()
    (lost,) = [fact for fact in await world.store.facts() if fact.kind is FactKind.CALL_LOST]
    assert lost.data["reachable"] is False


async def test_a_caller_in_the_greeting_is_listed_too(world: FloorWorld) -> None:
    """They had not reached a queue, and are owed a call all the same."""
    now = world.clock.now()
    greeted = CallArrived(
        hotline_id="Ht-90",
        at=now,
        channel="PJSIP/trunk-local-00000090",
        number="13800000090",
        did="12345",
        origin=Origin.TRUNK,
    )
    await world.hear(greeted)
    call = world.floor.call_by_hotline_id("Ht-90")
    assert call
    await cut(world, call)
    (listed,) = Callbacks(world.floor).open()
    assert (listed.number, listed.contact_id) == ("13800000090", call.id)
    facts = await world.store.facts(contact_id=call.id)
    assert [fact.data["state"] for fact in facts if fact.kind is FactKind.CALL_LOST] == ["greeting"]


async def test_the_list_outlives_the_gateway(world: FloorWorld) -> None:
    """Open ones are read again at the next start; a second person listed stays one."""
    call = await world.arrives()
    await cut(world, call)
    again = Floor(world.store, world.clock)
    await again.open()
    (callback,) = Callbacks(again).open()
    assert callback.contact_id == call.id
    finished = await Callbacks(again).done(world.operators["wang"], callback.id, "")
    assert finished.done_by == "id-wang"
    with pytest.raises(IllegalMove):
        await Callbacks(again).done(world.operators["li"], callback.id, "")

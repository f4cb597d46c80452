"""Who is listed to be called back, and when nothing is owed any more."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from gateway.core import line, line_guests
from gateway.core.callback import Callback, CallbackReason, CallbackState
from gateway.core.dialling import CallbackTry, First, TryState
from gateway.core.facts import FactKind
from gateway.core.guest_kind import GuestEnd
from gateway.intake.floor import Floor
from tests.gateway.intake.floor_world import FloorWorld

NUMBER = "13800001234"


def listed(world: FloorWorld) -> Mapping[CallbackReason, Callback]:
    """By reason; each is there once."""
    found = {one.reason: one for one in world.floor.callbacks.values()}
    assert len(found) == len(world.floor.callbacks)
    return found


async def keeps_place(world: FloorWorld, number: str = NUMBER) -> Callback:
    """Somebody waits, presses the key and hangs up."""
    call = await world.arrives(number)
    world.clock.turn(30)
    wanted = line_guests.CallbackWanted(hotline_id=call.hotline_id, at=world.clock.now())
    await world.hear(wanted)
    await world.hangs_up(call)
    (one,) = [one for one in world.floor.callbacks.values() if one.number == number]
    return one


async def test_a_key_keeps_the_place_of_this_wait(world: FloorWorld) -> None:
    """With the queue, the number they dialled, and since they began to wait; one entry."""
    began = world.clock.now()
    kept = await keeps_place(world)
    assert (kept.reason, kept.since, kept.queue, kept.did) == (
        CallbackReason.KEPT_PLACE,
        began,
        "civil",
        "12345",
    )
    again = Floor(world.store, world.clock)
    await again.open()
    assert again.callbacks == {kept.id: kept}


async def test_who_hangs_up_after_a_real_wait_is_listed_once(world: FloorWorld) -> None:
    """Not after a moment, not twice, not without a number."""
    await world.hangs_up(await world.arrives())
    assert not world.floor.callbacks
    for number in (NUMBER, "+8613800001234", ""):
        call = await world.arrives(number)
        world.clock.turn(world.floor.dial_rules.abandoned_seconds)
        await world.hangs_up(call)
    (one,) = world.floor.callbacks.values()
    assert (one.reason, one.number) == (CallbackReason.ABANDONED, NUMBER)


async def test_whom_the_queue_let_go_was_missed(world: FloorWorld) -> None:
    """They stood in no queue any more when their call ended."""
    call = await world.arrives()
    world.clock.turn(60)
    id_: dict[str, Any] = {"hotline_id": call.hotline_id, "at": world.clock.now()}
    left = line.QueueExit.TIMED_OUT
    await world.hear(
        line.CallerLeftQueue(**id_, queue="civil", why=left, position=1, hold_seconds=60),
        line.CallGone(**id_, cause=38, by_citizen=False),
    )
    assert listed(world).keys() == {CallbackReason.MISSED}


async def test_a_place_that_is_kept_swallows_a_wait_in_vain(world: FloorWorld) -> None:
    """One person, one entry: what they wanted last."""
    call = await world.arrives()
    world.clock.turn(60)
    await world.hangs_up(call)
    (before,) = world.floor.callbacks.values()
    kept = await keeps_place(world)
    assert (kept.id, kept.reason) == (before.id, CallbackReason.KEPT_PLACE)


async def test_whoever_calls_again_and_is_answered_is_owed_nothing(world: FloorWorld) -> None:
    """Linked to the call in which they were talked to; the others stay."""
    mine, other = await keeps_place(world), await keeps_place(world, "13900005678")
    await world.seated("li", "8001")
    call = await world.arrives("+8613800001234")
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    assert world.floor.callbacks == {other.id: other}
    over = await world.store.callback(mine.id)
    assert over
    assert (over.state, over.done_contact_id, over.done_by) == (
        CallbackState.DONE,
        call.id,
        "id-li",
    )
    (fact,) = [one for one in await world.store.facts() if one.kind is FactKind.CALLBACK_DONE]
    assert fact.data["called_again"] is True
    assert NUMBER not in str(await world.store.facts())


def a_try(callback: Callback, world: FloorWorld, **more: object) -> CallbackTry:
    """We are calling them."""
    tried = CallbackTry(
        id="a" * 32,
        callback_id=callback.id,
        first=First.SEAT,
        seat="8001",
        operator_id="id-li",
        shown="12345",
        trunk="out",
        at=world.clock.now(),
    )
    return replace(tried, **more)  # type: ignore[arg-type]  # its own fields


@pytest.mark.parametrize("seat", ["", "8001"])
async def test_a_call_that_nobody_took_is_tried_again_later(world: FloorWorld, seat: str) -> None:
    """Counted against the citizen only when it came to calling them."""
    kept = await keeps_place(world)
    tried = a_try(kept, world)
    await world.floor.commit(tried, must=True)
    failed = line_guests.CallOutFailed(
        hotline_id=tried.hotline_id,
        at=world.clock.now(),
        end=GuestEnd.NO_ANSWER,
        cause=19,
        seat=seat,
    )
    await world.hear(failed, failed)
    now = world.floor.callbacks[kept.id]
    assert (now.tries, now.next_try_at is None) == ((0, True) if seat else (1, False))
    assert now.since == kept.since
    (stored,) = await world.store.tries_of(kept.id)
    assert (stored.state, stored.end, stored.cause) == (TryState.FAILED, GuestEnd.NO_ANSWER, 19)
    assert not world.floor.tries


async def test_a_call_that_they_took_settles_it(world: FloorWorld) -> None:
    """Across a restart of ours in between, too: it is done, once, with the new contact."""
    kept = await keeps_place(world)
    await world.floor.commit(tried := a_try(kept, world), must=True)
    world.floor.tries.clear()
    world.floor.callbacks.clear()
    await world.floor.open()
    await world.seated("li", "8001")
    id_: dict[str, Any] = {"hotline_id": tried.hotline_id, "at": world.clock.now()}
    await world.hear(
        line.CallArrived(
            **id_, channel="PJSIP/trunk-out-1", number="", did="12345", origin=line.Origin.OUT
        ),
        line.CallerQueued(**id_, queue="civil", position=1),
        line.SeatAnswered(
            **id_, seat="8001", leg="PJSIP/seat-8001-1", queue="", hold_seconds=0, ring_seconds=0
        ),
    )
    assert not world.floor.callbacks
    over = await world.store.callback(kept.id)
    (stored,) = await world.store.tries_of(kept.id)
    assert over
    assert over.state is CallbackState.DONE
    assert (stored.state, stored.contact_id) == (TryState.ANSWERED, over.done_contact_id)
    call = world.floor.call_by_hotline_id(tried.hotline_id)
    assert call
    await world.hangs_up(call)
    assert not world.floor.callbacks

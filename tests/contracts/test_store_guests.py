"""What every store promises about guests of calls and the wishes to bring them in."""

from dataclasses import replace
from datetime import timedelta

from gateway.core.guest import Guest, GuestState
from gateway.core.guest_kind import GuestEnd, GuestMode, GuestRole
from gateway.core.reach import Reach, ReachState, Try
from tests.store_world import NOON, StorePlace, a_call

CALLED = Guest(
    id="a" * 32,
    contact_id="c1",
    reach_id="b" * 32,
    role=GuestRole.EXPERT,
    target_id="e1",
    title="社保局 王老师",
    mode=GuestMode.CONSULT,
    by="op-1",
    asked_at=NOON,
)
WISH = Reach(
    id="b" * 32,
    contact_id="c1",
    role=GuestRole.EXPERT,
    target="social",
    title="社保局",
    tries=(
        Try(target_id="e1", title="王老师", number="13900001234", trunk="city"),
        Try(target_id="e2", title="李老师", seat="8003", ring_seconds=15),
    ),
    mode=GuestMode.CONSULT,
    by="op-1",
    asked_at=NOON,
    state=ReachState.TRYING,
    at=1,
    consent=True,
    reason="问养老金怎么算",
    undo_until=NOON,
)


async def test_guests_and_reaches_come_back_as_they_were_written(place: StorePlace) -> None:
    """Every field survives a restart; what is over is not open, but still the contact's."""
    later = NOON + timedelta(seconds=9)
    gone = replace(
        CALLED,
        id="c" * 32,
        state=GuestState.GONE,
        end=GuestEnd.LEFT,
        cause=16,
        channel="PJSIP/trunk-city-1",
        muted=True,
        answered_at=NOON,
        ended_at=later,
        asked_at=later,
    )
    done = replace(
        WISH,
        id="d" * 32,
        state=ReachState.DONE,
        leaves=True,
        asked_at=later,
        joined_at=NOON,
        verified_at=NOON,
        ended_at=later,
    )
    async with place.open() as store:
        await store.record(a_call("c1"), CALLED, gone, WISH, done)
    async with place.open() as store:
        assert await store.guests_open() == (CALLED,)
        assert await store.reaches_open() == (WISH,)
        assert await store.guests_of("c1") == (CALLED, gone)
        assert await store.reaches_of("c1") == (WISH, done)
        assert await store.guests_of("c2") == ()


async def test_a_guest_of_a_new_call_needs_no_order(place: StorePlace) -> None:
    """Call and guest in one transaction, in whatever order."""
    async with place.open() as store:
        await store.record(CALLED, WISH, a_call("c1", recording_paused=True))
        assert await store.guests_open() == (CALLED,)
        call = await store.call("c1")
        assert call
        assert call.recording_paused

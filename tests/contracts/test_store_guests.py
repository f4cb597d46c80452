"""What every store promises about guests of calls and the wishes to bring them in."""

from dataclasses import replace
from datetime import timedelta

from gateway.core.guest import GuestState
from gateway.core.guest_kind import GuestEnd
from gateway.core.reach import ReachState
from tests.guest_rows import a_guest, a_reach
from tests.store_world import NOON, StorePlace, a_call

CALLED = a_guest("a" * 32, "c1")
WISH = a_reach("b" * 32, "c1", at=1, consent=True, reason="问养老金怎么算", undo_until=NOON)


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

"""What every store promises about due process: SQLite or PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

from gateway.core.misconduct import MisconductState, looked_at
from gateway.core.retention import DataClass, Shredded
from gateway.core.standing import (
    Proposal,
    Standing,
    StandingAppeal,
    StandingAppealState,
    StandingState,
)
from tests.standing_rows import a_misconduct, a_standing
from tests.store_world import NOON, StorePlace, a_call

LATER = NOON + timedelta(days=400)


def a_whole_standing(id: str = "6" * 32) -> Standing:
    """Every field is set."""
    return a_standing(
        id,
        state=StandingState.RESTRICTED,
        told="请说明诉求",
        reminded_at=NOON,
        reminded_by="op-1",
        grace_until=NOON + timedelta(hours=1),
        again_at=NOON + timedelta(hours=2),
        proposal=Proposal(by="sup-1", at=NOON, days=3, reason="又来了"),
        reason="多次占用",
        proposed_by="sup-1",
        approved_by="sup-2",
        measured_at=NOON,
        until=NOON + timedelta(days=3),
        appeal=StandingAppeal(
            state=StandingAppealState.DENIED,
            at=NOON,
            contact_id="c-2",
            decided_by="sup-3",
            decided_at=NOON,
            answer="维持",
        ),
        deciders=("sup-1", "sup-2"),
    )


async def test_procedures_outlive_a_restart(place: StorePlace) -> None:
    """Every field comes back; what is over is listed apart, the newest first."""
    first, second = a_standing("5" * 32), a_whole_standing()
    over = replace(first, closed_at=NOON, closed_by="sup-1", state=StandingState.LIFTED)
    async with place.open() as store:
        await store.record(first, second)
    async with place.open() as store:
        assert await store.standings_open() == (first, second)
        await store.record(over)
        assert await store.standings_open() == (second,)
        assert await store.standings_over(10) == (over,)
        assert set(await store.standings_of("i-1")) == {over, second}
        assert await store.standings_of("i-2") == ()


async def test_records_are_found_by_whom_they_are_about(place: StorePlace) -> None:
    """The newest first; what nobody has looked at is listed until somebody has."""
    seen = a_misconduct("m-2", by="", state=MisconductState.PROPOSED, at=NOON + timedelta(1))
    async with place.open() as store:
        await store.record(a_call("c-1"), a_misconduct("m-1"), seen)
        assert [one.id for one in await store.misconducts_of("i-1")] == ["m-2", "m-1"]
        assert await store.misconducts_proposed() == (seen,)
        done = looked_at(seen, "sup-1", NOON, holds=False)
        await store.record(done)
        assert await store.misconducts_proposed() == ()
        assert await store.misconduct("m-2") == done
        assert await store.misconduct("m-3") is None


async def test_evidence_is_kept_while_a_procedure_rests_on_it_and_no_longer(
    place: StorePlace,
) -> None:
    """Then it goes with the words of its contact; that there was a record stays."""
    call = replace(a_call("c-1"), ended_at=NOON)
    going_on = a_standing()
    async with place.open() as store:
        await store.record(call, a_misconduct(), going_on)
        assert await store.expired(DataClass.TRANSCRIPTS, LATER) == ()
        await store.record(replace(going_on, state=StandingState.NORMAL, closed_at=NOON))
        assert await store.expired(DataClass.TRANSCRIPTS, LATER) == ("c-1",)
        await store.record(Shredded(contact_id="c-1", what=DataClass.TRANSCRIPTS, at=NOON))
        (left,) = await store.misconducts_of("i-1")
        assert left == replace(a_misconduct(), evidence="")

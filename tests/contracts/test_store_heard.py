"""What every store promises about what was heard: SQLite or PostgreSQL."""

from dataclasses import replace

import pytest

from gateway.core.transcript import AlarmState, JobState, Source
from gateway.ports import Row
from gateway.store.errors import RowRefused
from tests.heard_rows import SECOND, a_corrected_segment, a_job, a_privacy, a_segment, an_alarm
from tests.store_world import NOON, StorePlace, a_call


async def test_a_segment_comes_back_as_it_was_written(place: StorePlace) -> None:
    """Every field of it, set or not, survives a restart."""
    first, second = a_segment("s1", "c1", 1), a_corrected_segment("s2", "c1", 2)
    async with place.open() as store:
        await store.record(a_call("c1"), a_call("c2"), first, second, a_segment("s3", "c2", 1))
    async with place.open() as store:
        assert await store.segments("c1") == (first, second)
        assert await store.segment("s2") == second
        assert await store.segment("s4") is None


async def test_segments_are_read_by_their_number(place: StorePlace) -> None:
    """Whoever has seen up to n gets those after n, in order, as many as asked for."""
    rows = [a_segment(f"s{seq}", "c1", seq) for seq in (3, 1, 2, 4)]
    async with place.open() as store:
        await store.record(a_call("c1"), *rows)
        assert [one.seq for one in await store.segments("c1")] == [1, 2, 3, 4]
        assert [one.seq for one in await store.segments("c1", after_seq=1, limit=2)] == [2, 3]
        assert await store.segments("c1", after_seq=4) == ()


async def test_a_correction_replaces_the_row(place: StorePlace) -> None:
    """What was heard stays, beside what an operator made of it."""
    heard = a_corrected_segment("s1", "c1", 1, corrected="", corrected_by="", corrected_at=None)
    mended = replace(heard, corrected="好的", corrected_by="op-1", corrected_at=NOON)
    async with place.open() as store:
        await store.record(a_call("c1"), heard)
        await store.record(mended)
        assert await store.segments("c1") == (mended,)
        assert mended.shown == "好的"


@pytest.mark.parametrize(
    "row",
    [a_segment("s9", "c1", 1), a_segment("s9", "c9", 2), a_job("j9", "c9"), a_privacy("c9")],
    ids=["a number that is taken", "of no contact", "a job of no contact", "a wish of no contact"],
)
async def test_a_row_that_breaks_a_rule_is_refused(place: StorePlace, row: Row) -> None:
    """A contact's segments have one number each, and everything belongs to a contact."""
    async with place.open() as store:
        await store.record(a_call("c1"), a_segment("s1", "c1", 1))
        with pytest.raises(RowRefused):
            await store.record(row)
        assert await store.segments("c1") == (a_segment("s1", "c1", 1),)


async def test_jobs_wait_in_order_until_they_are_done(place: StorePlace) -> None:
    """The oldest first; what is done or failed waits no more, of all and of one contact."""
    full = a_job(
        "j0",
        "c1",
        source=Source.MESSAGE,
        begin_seconds=1.5,
        end_seconds=9.25,
        offset_seconds=0.5,
        operator_id="op-1",
        message_id="m1",
        since=NOON - SECOND,
        tries=2,
        reason="the ear died",
    )
    others = [a_job(f"j{n}", f"c{n % 2 + 1}", since=NOON + n * SECOND) for n in (3, 1, 2)]
    async with place.open() as store:
        await store.record(a_call("c1"), a_call("c2"), full, *others)
    async with place.open() as store:
        waiting = await store.jobs_waiting()
        assert [job.id for job in waiting] == ["j0", "j1", "j2", "j3"]
        assert waiting[0] == full
        assert [job.id for job in await store.jobs_waiting(limit=2)] == ["j0", "j1"]
        done, failed = waiting[:2]
        await store.record(
            replace(done, state=JobState.DONE), replace(failed, state=JobState.FAILED)
        )
        assert [job.id for job in await store.jobs_waiting()] == ["j2", "j3"]
        assert [job.id for job in await store.jobs_waiting_of("c2")] == ["j3"]
        assert [job.id for job in await store.jobs_waiting_of("c1")] == ["j2"]


async def test_an_alarm_is_open_until_somebody_saw_it(place: StorePlace) -> None:
    """The oldest first; one that was seen is still found by its id."""
    full = an_alarm("a2", "c1", operator_id="op-1", seat="8001")
    seen = replace(full, state=AlarmState.SEEN, seen_by="op-1", seen_at=NOON + SECOND)
    async with place.open() as store:
        await store.record(a_call("c1"), full, an_alarm("a1", "c1", at=NOON - SECOND))
        assert [one.id for one in await store.alarms_open()] == ["a1", "a2"]
        await store.record(seen)
        assert [one.id for one in await store.alarms_open()] == ["a1"]
        assert await store.alarm("a2") == seen
        assert await store.alarm("a3") is None


async def test_privacy_is_known_once_somebody_asked(place: StorePlace) -> None:
    """The last word counts."""
    async with place.open() as store:
        await store.record(a_call("c1"))
        assert await store.privacy("c1") is None
        await store.record(a_privacy("c1"))
        assert await store.privacy("c1") == a_privacy("c1")
        await store.record(a_privacy("c1", confidential=False))
        assert await store.privacy("c1") == a_privacy("c1", confidential=False)

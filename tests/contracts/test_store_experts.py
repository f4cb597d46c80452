"""What every store promises about departments, experts and promises: SQLite or PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.core.guest_kind import GuestRole
from gateway.core.promise import PromiseKind, PromiseState
from gateway.core.reach import ReachState
from gateway.store.errors import RowRefused
from tests.expert_rows import a_department, a_promise, an_expert
from tests.guest_rows import a_guest, a_reach
from tests.store_world import NOON, StorePlace, a_call


async def test_departments_and_experts_come_back_as_they_were_written(place: StorePlace) -> None:
    """Every field, the rota included, survives a restart; removed ones are still told."""
    gone = a_department("old", focus=True, ring_seconds=9, removed=True)
    seated = an_expert("e2", number="", trunk="", seat="8002", duties=(), skills=(), active=False)
    async with place.open() as store:
        await store.record(gone, a_department(), seated, an_expert())
    async with place.open() as store:
        assert await store.departments() == (gone, a_department())
        assert await store.experts() == (an_expert(), seated)
        await store.record(replace(seated, removed=True, name=""))
        assert (await store.experts())[1] == replace(seated, removed=True, name="")


async def test_an_expert_belongs_to_a_department(place: StorePlace) -> None:
    """Nobody stands in a department that is not there, and no promise in no contact."""
    async with place.open() as store:
        with pytest.raises(RowRefused):
            await store.record(an_expert())
        with pytest.raises(RowRefused):
            await store.record(a_promise("p1", "c9"))


async def test_promises_are_owed_until_they_are_kept(place: StorePlace) -> None:
    """Who is due first comes first; one that was kept is still found by its id."""
    full = a_promise(
        "p2",
        "c1",
        kind=PromiseKind.FOCUS,
        callback_id="b1",
        reach_id="r1",
        due_at=NOON + timedelta(hours=2),
        warned_at=NOON + timedelta(minutes=90),
        overdue_at=NOON + timedelta(hours=2),
    )
    kept = replace(full, state=PromiseState.LATE, done_by="op-2", done_at=NOON, note="已回电")
    async with place.open() as store:
        await store.record(a_call("c1"), a_promise("p1", "c1"), full)
    async with place.open() as store:
        assert await store.promises_open() == (full, a_promise("p1", "c1"))
        await store.record(kept)
        assert await store.promises_open() == (a_promise("p1", "c1"),)
        assert await store.promise("p2") == kept
        assert await store.promise("p3") is None


async def test_an_expert_is_not_readable_in_the_file(sqlite_place: StorePlace) -> None:
    """Neither name nor number nor what was noted of a promise stands in it."""
    async with sqlite_place.open() as store:
        await store.record(a_call("c1"), a_department(), an_expert())
        await store.record(a_promise("p1", "c1", note="回电已打"))
    files = [path for path in sqlite_place.data_dir.iterdir() if path.is_file()]
    written = b"".join(path.read_bytes() for path in files)
    assert "人社局".encode() in written
    for secret in ("赵专家", "13700000001", "回电已打"):
        assert secret.encode() not in written


async def test_who_was_asked_is_read_in_pages_of_a_time(place: StorePlace) -> None:
    """Experts only, in order, from the first moment on and before the last; after a known one."""
    minute = timedelta(minutes=1)
    asked = [a_guest(f"g{n}", "c1", asked_at=NOON + n * minute) for n in range(4)]
    police = a_guest("p", "c1", role=GuestRole.DISPATCHER, asked_at=NOON)
    async with place.open() as store:
        await store.record(a_call("c1"), *reversed(asked), police)
        found = await store.experts_asked(NOON, NOON + 3 * minute)
        assert found == tuple(asked[:3])
        assert await store.experts_asked(NOON, NOON + 3 * minute, after=asked[1]) == (asked[2],)


async def test_a_wish_that_failed_is_owed_until_it_is_promised(place: StorePlace) -> None:
    """Of experts, lately; what is promised in a contact is found by the contact."""
    failed = a_reach("r1", "c1", state=ReachState.FAILED, ended_at=NOON)
    others = (
        a_reach("r2", "c1", state=ReachState.DONE, ended_at=NOON),
        a_reach("r3", "c1", state=ReachState.FAILED, ended_at=NOON - timedelta(days=2)),
        a_reach("r4", "c1", state=ReachState.FAILED, ended_at=NOON, role=GuestRole.DISPATCHER),
    )
    async with place.open() as store:
        await store.record(a_call("c1"), failed, *others)
        since = NOON - timedelta(days=1)
        assert await store.experts_owing(since) == (failed,)
        promise = a_promise("p1", "c1", reach_id="r1")
        await store.record(promise)
        assert await store.experts_owing(since) == ()
        assert await store.promises_of("c1") == (promise,)
        assert await store.promises_of("c2") == ()

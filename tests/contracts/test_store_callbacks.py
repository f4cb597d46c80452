"""What every store promises about people who are to be called back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.core.callback import CallbackReason, CallbackState, done
from gateway.core.dialling import CallbackTry, First, TryState, ended
from gateway.core.guest_kind import GuestEnd
from gateway.store.errors import RowRefused
from tests.store_world import NOON, StorePlace, a_call, a_callback


async def test_a_callback_comes_back_as_it_was_written(place: StorePlace) -> None:
    """Every field, open or done, survives a restart."""
    cut = a_callback("b1", "c1")
    over = done(
        a_callback("b2", "c1", reason=CallbackReason.OVERFLOW, number="+8613900005678"),
        "op-1",
        NOON + timedelta(minutes=4),
        "已回电, 13900005678",
    )
    async with place.open() as store:
        await store.record(cut, over, a_call("c1"))
    async with place.open() as store:
        assert await store.callback("b1") == cut
        assert await store.callback("b2") == over
        assert await store.callback("b3") is None
        assert await store.callbacks(state=CallbackState.DONE) == (over,)


async def test_open_callbacks_are_read_oldest_first(place: StorePlace) -> None:
    """Who waits longest stands first; what is done stands there no more; a limit cuts the end."""
    many = [a_callback(f"b{n}", "c1", since=NOON + timedelta(seconds=7 * n % 5)) for n in range(5)]
    async with place.open() as store:
        await store.record(a_call("c1"), *many)
        in_order = tuple(sorted(many, key=lambda one: one.since))
        assert await store.callbacks(state=CallbackState.OPEN) == in_order
        assert await store.callbacks(state=CallbackState.OPEN, limit=2) == in_order[:2]
        await store.record(done(in_order[0], "op-1", NOON))
        assert await store.callbacks(state=CallbackState.OPEN) == in_order[1:]


async def test_callbacks_are_found_by_number(place: StorePlace) -> None:
    """However the number is written; a number that is none finds nothing."""
    one, other = a_callback("b1", "c1"), a_callback("b2", "c1", number="13900005678")
    async with place.open() as store:
        await store.record(a_call("c1"), one, other)
        found = await store.callbacks(state=CallbackState.OPEN, number="+86 138-0000-1234")
        assert found == (one,)
        assert await store.callbacks(state=CallbackState.OPEN, number="anonymous") == ()


@pytest.mark.parametrize("number", ["", "anonymous"])
async def test_nobody_without_a_number_is_listed(place: StorePlace, number: str) -> None:
    """A callback that cannot be called is refused, and so is one of no contact."""
    async with place.open() as store:
        await store.record(a_call("c1"))
        with pytest.raises(RowRefused, match="number"):
            await store.record(a_callback("b1", "c1", number=number))
        with pytest.raises(RowRefused):
            await store.record(a_callback("b1", "nobody"))
        assert await store.callbacks(state=CallbackState.OPEN) == ()


async def test_a_message_may_have_no_number(place: StorePlace) -> None:
    """It is listed all the same, and found by no number."""
    nameless = a_callback("b1", "c1", reason=CallbackReason.VOICEMAIL, number="")
    async with place.open() as store:
        await store.record(a_call("c1", number=""), nameless)
        assert await store.callbacks(state=CallbackState.OPEN) == (nameless,)
        assert await store.callbacks(state=CallbackState.OPEN, number="anonymous") == ()


async def test_number_and_note_are_not_on_disk(sqlite_place: StorePlace) -> None:
    """Neither who is to be called nor what was written about it is legible in the database."""
    mine = done(a_callback("b1", "c1", number="13977778888"), "op-1", NOON, "住在和平路")
    async with sqlite_place.open() as store:
        await store.record(a_call("c1", number=""), mine)
    bytes_ = b"".join(
        path.read_bytes() for path in sqlite_place.data_dir.rglob("hotline.db*") if path.is_file()
    )
    assert b"b1" in bytes_
    assert b"13977778888" not in bytes_
    assert "和平路".encode() not in bytes_


async def test_one_that_is_done_is_replaced_by_its_id(place: StorePlace) -> None:
    """The later row stands, and its note opens in its own place only."""
    async with place.open() as store:
        first = a_callback("b1", "c1")
        await store.record(a_call("c1"), first)
        later = replace(done(first, "op-2", NOON, "第二次接通"), since=NOON + timedelta(seconds=9))
        await store.record(later)
        assert await store.callback("b1") == later


async def test_a_kept_place_and_its_tries_survive_a_restart(place: StorePlace) -> None:
    """Every column of a place and of the calls that tried to reach them, in order."""
    kept = a_callback(
        "b1",
        "c1",
        reason=CallbackReason.KEPT_PLACE,
        queue="civil",
        did="12345",
        emergency=True,
        tries=2,
        next_try_at=NOON + timedelta(minutes=20),
        state=CallbackState.FAILED,
    )
    first = CallbackTry(
        id="1" * 32,
        callback_id="b1",
        first=First.SEAT,
        seat="8001",
        operator_id="op-1",
        shown="12345",
        trunk="local",
        at=NOON,
    )
    under_way = replace(first, id="2" * 32, first=First.CITIZEN, at=NOON + timedelta(seconds=1))
    over = ended(first, TryState.FAILED, NOON, end=GuestEnd.BUSY, cause=17, contact_id="c2")
    async with place.open() as store:
        await store.record(under_way, first, kept, a_call("c1"))
        await store.record(over)
    async with place.open() as store:
        assert await store.callbacks(state=CallbackState.FAILED) == (kept,)
        assert await store.tries_of("b1") == (over, under_way)
        assert await store.tries_dialling() == (under_way,)
        assert await store.tries_of("b2") == ()


async def test_a_try_belongs_to_a_callback(place: StorePlace) -> None:
    """One of nobody is refused."""
    nobody = CallbackTry(
        id="3" * 32,
        callback_id="b9",
        first=First.SEAT,
        seat="8001",
        operator_id="op-1",
        shown="12345",
        trunk="local",
        at=NOON,
    )
    async with place.open() as store:
        with pytest.raises(RowRefused):
            await store.record(nobody)

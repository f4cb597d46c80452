"""What every store promises about hand-overs to emergency lines: SQLite or PostgreSQL."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.core.handover import OrderState
from gateway.core.retention import DataClass, Shredded
from gateway.store.errors import RowRefused
from tests.handover_rows import a_handover
from tests.store_world import NOON, StorePlace, a_call

GIVEN = a_handover()
FULL = replace(
    GIVEN,
    id="r2",
    version=3,
    taken=3,
    tries=2,
    fault="unreachable",
    their_id="JQ-7",
    taken_at=NOON,
    order=OrderState.DONE,
    order_at=NOON,
)


async def test_a_handover_comes_back_as_it_was_written(place: StorePlace) -> None:
    """Every field of it, set or not, survives a restart; by id, by day and line."""
    async with place.open() as store:
        await store.record(a_call("c1"), GIVEN, FULL)
    async with place.open() as store:
        assert await store.handover("r1") == GIVEN
        assert await store.handover("r2") == FULL
        assert await store.handover("r3") is None
        assert await store.handovers_on("110", "2026-03-02") == (GIVEN, FULL)
        assert await store.handovers_on("119", "2026-03-02") == ()
        assert await store.handovers_on("110", "2026-03-03") == ()


async def test_open_is_what_is_owed_or_has_no_end(place: StorePlace) -> None:
    """Whoever was told and is done needs nobody; a done one that has news does."""
    received = replace(FULL, id="r3", order=OrderState.RECEIVED)
    owed = replace(FULL, id="r4", version=4)
    async with place.open() as store:
        await store.record(a_call("c1"), GIVEN, FULL, received, owed)
        assert {one.id for one in await store.handovers_open()} == {"r1", "r3", "r4"}
        await store.record(replace(received, order=OrderState.RETURNED))
        assert {one.id for one in await store.handovers_open()} == {"r1", "r4"}


async def test_a_handover_of_no_contact_is_refused(place: StorePlace) -> None:
    """Everything belongs to a contact."""
    async with place.open() as store:
        with pytest.raises(RowRefused):
            await store.record(GIVEN)


async def test_what_was_handed_over_is_shredded_with_the_words(place: StorePlace) -> None:
    """The packet holds words and a number: it goes with the transcript, the rest stays true."""
    async with place.open() as store:
        await store.record(a_call("c1"), GIVEN)
        gone = Shredded(contact_id="c1", what=DataClass.TRANSCRIPTS, at=NOON)
        await store.record(gone)
        assert await store.handover("r1") == replace(GIVEN, body="")
        assert not replace(GIVEN, body="").owed

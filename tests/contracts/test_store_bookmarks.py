"""What every store promises about records that others write."""

from dataclasses import replace

from gateway.core.gap import TELEPHONE, Bookmark
from tests.store_world import StorePlace, a_call, an_ended_call


async def test_the_last_place_is_kept(place: StorePlace) -> None:
    """One place for each name, the later one; large files and file numbers fit."""
    first = Bookmark(run="2026-11-21 11:48:01", file=2**63 - 1, offset=2**40)
    async with place.open() as store:
        assert await store.bookmark(TELEPHONE) is None
        await store.record(first)
    async with place.open() as store:
        assert await store.bookmark(TELEPHONE) == first
        await store.record(replace(first, offset=0), replace(first, name="other"))
        assert await store.bookmark(TELEPHONE) == replace(first, offset=0)


async def test_calls_are_known_by_the_telephone_systems_id(place: StorePlace) -> None:
    """Open and ended ones alike; of a thousand ids the known ones come back."""
    asked = [f"H{n}" for n in range(998)] + ["Hc1", "Hc2"]
    async with place.open() as store:
        await store.record(a_call("c1"), an_ended_call("c2"))
        assert await store.hotline_ids(asked) == {"Hc1", "Hc2"}
        assert await store.hotline_ids([]) == frozenset()

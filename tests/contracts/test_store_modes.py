"""What every store promises about announced incidents: SQLite or PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

from gateway.core.incident import ended
from tests.gateway.core.test_incident import an_incident
from tests.store_world import NOON, StorePlace


async def test_incidents_outlive_a_restart_until_they_are_over(place: StorePlace) -> None:
    """Every field comes back; who ends first is first; the list has the newest first."""
    first = an_incident("a1", dids=("12345", "12315"), recorded=True, until=NOON)
    second = replace(an_incident("a2"), begun_at=first.begun_at + timedelta(seconds=1), text_en="")
    async with place.open() as store:
        await store.record(second, first)
    async with place.open() as store:
        assert await store.incidents_open() == (first, second)
        over = ended(first, NOON, "op-2")
        await store.record(over)
        assert await store.incidents_open() == (second,)
        assert await store.incidents(10) == (second, over)
        assert await store.incidents(1) == (second,)

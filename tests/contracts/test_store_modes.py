"""What every store promises about special modes: SQLite or PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

from gateway.core.facts import Fact, FactKind
from gateway.core.incident import ended
from gateway.core.leader_day import cancelled
from tests.expert_rows import a_promise
from tests.gateway.core.test_incident import an_incident
from tests.gateway.core.test_leader_day import HOUR, NINE, a_day
from tests.store_world import NOON, StorePlace, a_call, a_callback


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


async def test_leaders_days_come_back_until_they_are_over(place: StorePlace) -> None:
    """Every field; who begins first is first; of those over or called off nothing is ahead."""
    first = a_day("a1", changed_by="op-2", changed_at=NINE, dids=("12345", "12315"))
    second = a_day("b2", begins_at=NINE + HOUR)
    off = cancelled(a_day("c3"), NINE, "op-1")
    async with place.open() as store:
        await store.record(second, first, off)
    async with place.open() as store:
        assert await store.leader_days_ahead(NINE) == (first, second)
        assert await store.leader_days_ahead(NINE + 2 * HOUR) == ()
        assert await store.leader_days(2) == (second, off)
        assert await store.leader_day("a1") == first
        assert await store.leader_day("none") is None


async def test_who_came_to_a_queue_in_a_time_is_found_wherever_they_went(place: StorePlace) -> None:
    """By the fact that they were queued there; with what was promised and who is called back."""

    def queued(contact: str, queue: str, minutes: int) -> Fact:
        at = NOON + timedelta(minutes=minutes)
        return Fact(
            kind=FactKind.CALL_QUEUED,
            at=at,
            contact_id=contact,
            data={"queue": queue, "position": 1},
        )

    calls = [a_call(id_, hotline_id=f"H{id_}", queue="civil") for id_ in ("a", "b", "c", "d")]
    facts = [
        queued("a", "leaders", 0),
        queued("a", "civil", 1),
        queued("b", "leaders", 59),
        queued("c", "leaders", 60),
        queued("d", "civil", 5),
    ]
    owed = [a_promise("p1", "b"), a_promise("p2", "d")]
    back = [a_callback("k1", "a"), a_callback("k2", "c")]
    async with place.open() as store:
        await store.record(*calls, *facts, *owed, *back)
        asked = ("leaders", NOON, NOON + HOUR)
        assert sorted(one.id for one in await store.contacts_queued(*asked)) == ["a", "b"]
        assert [one.id for one in await store.promises_queued(*asked)] == ["p1"]
        assert [one.id for one in await store.callbacks_queued(*asked)] == ["k1"]

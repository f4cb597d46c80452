"""What every store promises about looking for contacts."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.core.call import Call, Outcome
from gateway.core.contact import ContactQuery
from gateway.store import SqlStore
from tests.store_world import NOON, StorePlace, an_ended_call


def history() -> list[Call]:
    """Forty contacts, three in each minute, of several numbers, people, queues and outcomes."""
    return [
        an_ended_call(
            f"c{n:02}",
            minutes=n // 3,
            number=("13800001234", "+8613900005678", "")[n % 3],
            operator_id=f"op-{n % 4}",
            queue=("civil", "enterprise")[n % 2],
            outcome=(Outcome.ANSWERED, Outcome.ABANDONED, Outcome.LOST, Outcome.OPEN)[n % 4],
        )
        for n in range(40)
    ]


async def found(store: SqlStore, **query: Any) -> list[str]:
    """The ids that a query finds."""
    return [record.id for record in await store.contacts(ContactQuery(**query))]


QUERIES: dict[str, tuple[dict[str, Any], Any]] = {
    "everything": ({}, lambda _call: True),
    "number": ({"number": "13800001234"}, lambda call: call.number == "13800001234"),
    "number, written otherwise": (
        {"number": "139-0000-5678"},
        lambda call: call.number == "+8613900005678",
    ),
    "part of a number": ({"number": "1380000"}, lambda _call: False),
    "no number at all": ({"number": "anonymous"}, lambda _call: False),
    "receipt": ({"receipt": "c1"}, lambda call: call.id.startswith("c1")),
    "operator": ({"operator_id": "op-2"}, lambda call: call.operator_id == "op-2"),
    "queue": ({"queue": "enterprise"}, lambda call: call.queue == "enterprise"),
    "outcome": ({"outcome": "lost"}, lambda call: call.outcome is Outcome.LOST),
    "since, included": (
        {"since": NOON + timedelta(minutes=5)},
        lambda call: call.arrived_at >= NOON + timedelta(minutes=5),
    ),
    "until, not included": (
        {"until": NOON + timedelta(minutes=5)},
        lambda call: call.arrived_at < NOON + timedelta(minutes=5),
    ),
    "all at once": (
        {
            "number": "13800001234",
            "operator_id": "op-0",
            "queue": "civil",
            "outcome": "answered",
            "since": NOON + timedelta(minutes=1),
            "until": NOON + timedelta(minutes=13),
        },
        lambda call: call.id in ("c12", "c24", "c36"),
    ),
}


@pytest.mark.parametrize("name", QUERIES)
async def test_each_filter_finds_exactly_its_contacts(place: StorePlace, name: str) -> None:
    """What is asked for is found, nothing else, newest first (in one moment: by id)."""
    query, wanted = QUERIES[name]
    newest_first = sorted(history(), key=lambda call: (call.arrived_at, call.id), reverse=True)
    async with place.open() as store:
        await store.record(*history())
        assert await found(store, **query) == [call.id for call in newest_first if wanted(call)]


@pytest.mark.parametrize("query", [{}, {"queue": "civil"}, {"number": "13800001234"}])
async def test_pages_have_no_holes_and_no_repeats(place: StorePlace, query: dict[str, Any]) -> None:
    """Page after page gives every contact once, even while new ones arrive."""
    async with place.open() as store:
        await store.record(*history())
        everything = await found(store, **query)
        seen: list[str] = []
        while page := await found(store, **query, limit=4, before=seen[-1] if seen else ""):
            assert len(page) <= 4
            seen += page
            newcomer = an_ended_call(f"new{len(seen)}", minutes=1000, number="13800001234")
            await store.record(newcomer)
        assert seen == everything


async def test_a_page_is_never_empty_or_endless(place: StorePlace) -> None:
    """The limit is kept within 1 and 200, whatever is asked."""
    async with place.open() as store:
        await store.record(*(an_ended_call(f"c{n:03}") for n in range(203)))
        assert len(await found(store, limit=0)) == 1
        assert len(await found(store, limit=10_000)) == 200


async def test_an_unknown_cursor_finds_nothing(place: StorePlace) -> None:
    """A cursor that is no contact gives an empty page, not the first one again."""
    async with place.open() as store:
        await store.record(*history())
        assert await found(store, before="nobody") == []

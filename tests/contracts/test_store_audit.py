"""What every store promises about reading the audit."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.core.facts import Fact, FactKind
from gateway.store import SqlStore
from tests.store_world import NOON, StorePlace, a_fact

WANTED = (FactKind.LOGGED_IN, FactKind.NUMBER_REVEALED, FactKind.LINK_LOST)


def deeds() -> list[Fact]:
    """Sixty facts, three in each minute, of several people; every second one is not wanted."""
    kinds = (*WANTED, *(FactKind.CALL_ENDED, FactKind.LOGGED_OUT, FactKind.CALL_ARRIVED))
    return [
        a_fact(
            f"c{n}",
            kind=kinds[n % 6],
            at=NOON + timedelta(minutes=n // 3),
            operator_id=("op-1", "op-2", "", "op-3")[n % 4],
            data={"n": n},
        )
        for n in range(60)
    ]


async def found(store: SqlStore, **query: Any) -> list[Any]:
    """The numbers that a query finds."""
    query.setdefault("kinds", WANTED)
    return [fact.data["n"] for fact in await store.audit(**query)]


QUERIES: dict[str, tuple[dict[str, Any], Any]] = {
    "everything": ({}, lambda _fact: True),
    "one kind": (
        {"kinds": [FactKind.NUMBER_REVEALED]},
        lambda fact: fact.kind is FactKind.NUMBER_REVEALED,
    ),
    "a person": ({"operator_id": "op-2"}, lambda fact: fact.operator_id == "op-2"),
    "nobody": ({"operator_id": "op-9"}, lambda _fact: False),
    "since, included": (
        {"since": NOON + timedelta(minutes=5)},
        lambda fact: fact.at >= NOON + timedelta(minutes=5),
    ),
    "until, not included": (
        {"until": NOON + timedelta(minutes=5)},
        lambda fact: fact.at < NOON + timedelta(minutes=5),
    ),
    "all at once": (
        {
            "kinds": {FactKind.LOGGED_IN},
            "operator_id": "op-1",
            "since": NOON + timedelta(minutes=1),
            "until": NOON + timedelta(minutes=13),
        },
        lambda fact: fact.data["n"] in (12, 24, 36),
    ),
}


@pytest.mark.parametrize("name", QUERIES)
async def test_each_filter_finds_exactly_its_facts(place: StorePlace, name: str) -> None:
    """Of the kinds that are asked for and no other, newest first (in one moment: by seq), whole."""
    query, wanted = QUERIES[name]
    kept = [fact for fact in reversed(deeds()) if fact.kind in WANTED and wanted(fact)]
    newest_first = sorted(kept, key=lambda fact: fact.at, reverse=True)
    async with place.open() as store:
        await store.record(*deeds())
        read = await store.audit(**{"kinds": WANTED} | query)
    assert [replace(fact, seq=0) for fact in read] == newest_first


async def test_no_kind_is_nothing(place: StorePlace) -> None:
    """Who may read no kind of fact reads no fact."""
    async with place.open() as store:
        await store.record(*deeds())
        assert await store.audit(kinds=()) == ()


async def test_what_was_written_late_stands_at_its_time(place: StorePlace) -> None:
    """A fact that was owed to the store for a while is found where it happened."""
    late = a_fact(kind=FactKind.LINK_LOST, at=NOON + timedelta(minutes=3, seconds=30))
    async with place.open() as store:
        await store.record(*deeds())
        await store.record(replace(late, data={"n": 99}))
        read = await found(store, until=NOON + timedelta(minutes=6))
    assert read == [14, 13, 12, 99, 8, 7, 6, 2, 1, 0]


@pytest.mark.parametrize("query", [{}, {"kinds": {FactKind.LINK_LOST}}, {"operator_id": "op-1"}])
async def test_pages_have_no_holes_and_no_repeats(place: StorePlace, query: dict[str, Any]) -> None:
    """Page after page gives every fact once, even while new ones are written."""
    async with place.open() as store:
        await store.record(*deeds())
        everything = await found(store, **query)
        seen: list[Fact] = []
        before = 0
        while page := await store.audit(**{"kinds": WANTED} | query, limit=4, before_seq=before):
            assert len(page) <= 4
            seen += page
            before = page[-1].seq
            await store.record(*deeds()[-6:])
        assert [fact.data["n"] for fact in seen] == everything


async def test_a_page_is_never_empty_or_endless(place: StorePlace) -> None:
    """The limit is kept within 1 and 200, whatever is asked; an unknown cursor finds nothing."""
    async with place.open() as store:
        facts = [a_fact(kind=FactKind.LOGGED_IN, data={"n": n}) for n in range(203)]
        await store.record(*facts)
        assert len(await found(store, limit=0)) == 1
        assert len(await found(store, limit=10_000)) == 200
        assert await found(store, before_seq=10_000) == []

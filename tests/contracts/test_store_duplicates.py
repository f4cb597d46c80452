"""What every store promises about a thing that is delivered again: it is one thing."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from gateway.core.errors import AlreadyTaken
from gateway.core.outbound import InboundEvent
from gateway.ports import Row
from gateway.store import SqlStore
from gateway.store.duplicates import MOST_KEYS
from gateway.store.errors import RowRefused
from tests.message_rows import (
    ACCOUNT,
    a_chat,
    a_delivery,
    a_message,
    an_event,
    an_identity,
)
from tests.store_world import NOON, StorePlace, a_disposition, a_fact

Outcome = str | None
"""None when it was recorded, else what was refused."""


async def outcome(store: SqlStore, *rows: Row) -> Outcome:
    """Record, and say what came of it."""
    try:
        await store.record(*rows)
    except AlreadyTaken as taken:
        return f"{taken.kind} {taken.id}"
    except RowRefused:
        return "refused"
    return None


@contextmanager
def statements_of(store: SqlStore) -> Iterator[list[str]]:
    """What the writer asks of its database."""
    seen: list[str] = []
    engine = store._writer.engine.sync_engine

    def execute(_c: object, _k: object, text: str, _p: object, _x: object, _m: object) -> None:
        seen.append(text)

    event.listen(engine, "before_cursor_execute", execute)
    yield seen
    event.remove(engine, "before_cursor_execute", execute)


async def test_an_event_is_known_without_what_came_with_it(place: StorePlace) -> None:
    """By account and key; the raw bytes are not read."""
    async with place.open() as store:
        await store.record(an_event("e1", "gh_1:o-1:1700000000", contact_id="k1"))
        known = await store.event(ACCOUNT, "gh_1:o-1:1700000000")
        assert known == InboundEvent(
            id="e1",
            account=ACCOUNT,
            key="gh_1:o-1:1700000000",
            received_at=NOON,
            raw=b"",
            contact_id="k1",
        )
        assert await store.event("wechat:other", "gh_1:o-1:1700000000") is None
        assert await store.event(ACCOUNT, "gh_1:o-1:1700000001") is None


async def test_what_is_delivered_again_is_refused_whole(place: StorePlace) -> None:
    """By its key, whatever its own id; nothing of the second unit is written, not even the fact."""
    async with place.open() as store:
        assert await outcome(store, *a_delivery(1)) is None
        for try_ in (1, 2):
            assert await outcome(store, *a_delivery(1, try_)) == f"event e1-{try_}"
        other = an_event("e9", "gh_1:1", account="wechat:other")
        assert await outcome(store, other) is None
        assert [one.id for one in await store.messages("k1")] == ["m1-1"]
        assert [one.id for one in await store.attachments("k1")] == ["f1-1"]
        assert [one.id for one in await store.grants("i1", NOON)] == ["g1-1"]
        assert len(await store.facts()) == 1


async def test_a_message_of_the_same_key_is_refused_whole(place: StorePlace) -> None:
    """Of one conversation; the same message again replaces, one without a key is never known."""
    async with place.open() as store:
        await store.record(an_identity("i1"), a_chat("k1", "i1"), a_chat("k2", "i1"))
        first = a_message("m1", "k1", 1, client_key="c")
        assert await outcome(store, first) is None
        assert await outcome(store, first, a_fact("again")) is None
        again = (a_chat("k1", "i1", last_seq=2), a_message("m2", "k1", 2, client_key="c"))
        assert await outcome(store, *again) == "message m2"
        assert await outcome(store, a_message("m3", "k2", 1, client_key="c")) is None
        assert await outcome(store, a_message("m4", "k1", 2), a_message("m5", "k1", 3)) is None
        assert await store.chat("k1") == a_chat("k1", "i1")
        assert await store.message_by_key("k1", "c") == first


async def test_of_three_deliveries_at_once_one_is_kept(place: StorePlace) -> None:
    """Whoever is first in line wins, the others hear it was known, and all others are kept."""
    tries = [(number, try_) for try_ in (1, 2, 3) for number in range(100)]
    async with place.open() as store:
        with statements_of(store) as seen:
            async with asyncio.TaskGroup() as tasks:
                told = [
                    tasks.create_task(outcome(store, *a_delivery(*delivery))) for delivery in tries
                ]
        wanted = [None if try_ == 1 else f"event e{number}-{try_}" for number, try_ in tries]
        assert [one.result() for one in told] == wanted
        assert [fact.data for fact in await store.facts()] == [{"try": 1}] * 100
        assert {len(await store.messages(f"k{n}")) for n in range(100)} == {1}
        assert not [text for text in seen if "SAVEPOINT" in text], "repeats cost the whole group"
        assert len([text for text in seen if text.startswith("SELECT inbound_event")]) == 1


async def test_a_repeat_counts_when_the_first_was_refused(place: StorePlace) -> None:
    """A unit that breaks a rule takes no key, also when its repeat shares the commit."""
    bad = (*a_delivery(1), a_disposition("nowhere"))
    async with place.open() as store:
        async with asyncio.TaskGroup() as tasks:
            told = [
                tasks.create_task(outcome(store, *rows))
                for rows in (bad, a_delivery(2), a_delivery(1, 2), a_delivery(2, 2), bad)
            ]
        assert [one.result() for one in told] == [
            "refused",
            None,
            None,
            "event e2-2",
            "event e1-1",
        ]
        assert [one.id for one in await store.messages("k1")] == ["m1-2"]
        assert [one.id for one in await store.messages("k2")] == ["m2-1"]


async def test_two_of_one_key_in_one_unit_are_refused(place: StorePlace) -> None:
    """A unit cannot know itself: neither its events nor its messages may share a key."""
    async with place.open() as store:
        await store.record(an_identity("i1"), a_chat("k1", "i1"))
        twice = (an_event("e1", "same"), an_event("e2", "same"))
        assert await outcome(store, *twice) == "event e2"
        twins = (a_message(f"m{n}", "k1", n, client_key="c") for n in (1, 2))
        assert await outcome(store, *twins) == "message m2"
        assert await store.event(ACCOUNT, "same") is None
        assert await store.messages("k1") == ()


@pytest.mark.parametrize("most_keys", [0, MOST_KEYS], ids=["blind", "asking"])
async def test_the_unique_indexes_are_the_truth(place: StorePlace, most_keys: int) -> None:
    """Without the question that is asked before, the answer is the same, only dearer."""
    async with place.open(most_keys=most_keys) as store:
        async with asyncio.TaskGroup() as tasks:
            told = [
                tasks.create_task(outcome(store, *a_delivery(number, try_)))
                for number, try_ in ((1, 1), (1, 2), (2, 1), (1, 3))
            ]
        assert [one.result() for one in told] == [None, "event e1-2", None, "event e1-3"]
        again = a_message("m9", "k1", 2, client_key="gh_1:1")
        assert await outcome(store, again) == "message m9"


async def test_a_stranger_to_the_keys_costs_no_question(place: StorePlace) -> None:
    """Rows without keys, as calls bring them, are written without asking anything before."""
    async with place.open() as store:
        with statements_of(store) as seen:
            await store.record(a_fact("c1"))
        assert not [text for text in seen if text.startswith("SELECT inbound")]

"""What every store promises about what leaves: rights to reply, the outbox, receipts."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.core.message import Direction
from gateway.core.outbound import OutRoute, OutState
from gateway.store import SqlStore
from gateway.store.errors import RowRefused
from tests.message_rows import (
    ACCOUNT,
    SECOND,
    a_chat,
    a_grant,
    a_message,
    a_receipt,
    an_identity,
    an_out_entry,
)
from tests.store_world import NOON, StorePlace


async def said(store: SqlStore, count: int) -> None:
    """A conversation in which we said something ``count`` times: m1, m2, ..."""
    messages = [a_message(f"m{n}", "k1", n, direction=Direction.OUT) for n in range(1, count + 1)]
    await store.record(an_identity("i1"), a_chat("k1", "i1"), *messages)


async def test_rights_to_reply_are_read_until_they_are_over(place: StorePlace) -> None:
    """Newest first, the spent ones included; at their last moment they are over."""
    async with place.open() as store:
        old = a_grant("g1", "i1", used=5)
        new = a_grant("g2", "i1", granted_at=NOON + SECOND, quota=0)
        short = a_grant("g3", "i1", expires_at=NOON + SECOND)
        await store.record(an_identity("i1"), an_identity("i2"), old, new, short)
        assert await store.grants("i1", NOON) == (new, short, old)
        assert await store.grants("i1", NOON + SECOND) == (new, old)
        assert await store.grants("i2", NOON) == ()


async def test_one_event_opens_one_right_to_reply(place: StorePlace) -> None:
    """A second for the same trigger is left out, what was spent stays spent; of others it may."""
    async with place.open() as store:
        await store.record(an_identity("i1"), an_identity("i2"), a_grant("g1", "i1", trigger="t"))
        await store.record(a_grant("g1", "i1", trigger="t", used=3))
        await store.record(a_grant("g2", "i1", trigger="t"), a_chat("k1", "i1"))
        await store.record(a_grant("g3", "i2", trigger="t"))
        assert await store.grants("i1", NOON) == (a_grant("g1", "i1", trigger="t", used=3),)
        assert await store.grants("i2", NOON) == (a_grant("g3", "i2", trigger="t"),)
        assert await store.chat("k1") == a_chat("k1", "i1")
        async with asyncio.TaskGroup() as tasks:
            for n in range(20):
                tasks.create_task(store.record(a_grant(f"h{n}", "i1", trigger="u")))
        assert len(await store.grants("i1", NOON)) == 2
        with pytest.raises(RowRefused):
            await store.record(a_grant("g4", "nobody"))


async def test_what_leaves_is_read_back_in_the_order_it_was_said(place: StorePlace) -> None:
    """Every field, after a restart; recorded again it is replaced."""
    left = an_out_entry(
        "m1",
        "k1",
        "i1",
        route=OutRoute.NOTICE,
        state=OutState.SENT,
        tries=2,
        provider_ids=("1", "二"),
        code="45047",
    )
    async with place.open() as store:
        await said(store, 2)
        await store.record(an_out_entry("m2", "k1", "i1"), an_out_entry("m1", "k1", "i1"))
        await store.record(left)
    async with place.open() as store:
        assert await store.out_entries("k1") == (left, an_out_entry("m2", "k1", "i1"))
        assert await store.out_entries("k2") == ()
        with pytest.raises(RowRefused):
            await store.record(an_out_entry("m9", "k1", "i1"))


async def test_what_is_due_comes_in_the_order_it_was_said(place: StorePlace) -> None:
    """Over all conversations; what waits for its time, or is on its way, is left out."""
    async with place.open() as store:
        await said(store, 4)
        early = a_message("n1", "k2", 1, stored_at=NOON, direction=Direction.OUT)
        await store.record(a_chat("k2", "i1"), early, an_out_entry("n1", "k2", "i1"))
        later = an_out_entry("m2", "k1", "i1", next_at=NOON + SECOND)
        sent = an_out_entry("m4", "k1", "i1", state=OutState.SENT)
        await store.record(later, sent)
        await store.record(an_out_entry("m3", "k1", "i1"), an_out_entry("m1", "k1", "i1"))
        due = await store.out_due(NOON)
        assert [one.message_id for one in due] == ["n1", "m1", "m3"]
        assert due[1] == an_out_entry("m1", "k1", "i1")
        due = await store.out_due(NOON + SECOND)
        assert [one.message_id for one in due] == ["n1", "m1", "m2", "m3"]
        assert [one.message_id for one in await store.out_due(NOON, limit=2)] == ["n1", "m1"]


async def test_a_message_is_found_by_each_of_the_platforms_ids(place: StorePlace) -> None:
    """On its account only, and as soon as the ids are known."""
    async with place.open() as store:
        await said(store, 2)
        first, second = an_out_entry("m1", "k1", "i1"), an_out_entry("m2", "k1", "i1")
        await store.record(first, second)
        assert await store.out_by_provider(ACCOUNT, "p1") is None
        first = replace(first, state=OutState.SENT, provider_ids=("p1", "p2"))
        await store.record(first, replace(second, provider_ids=("p3",)))
        assert await store.out_by_provider(ACCOUNT, "p1") == first
        assert await store.out_by_provider(ACCOUNT, "p2") == first
        assert await store.out_by_provider("wechat:other", "p1") is None
        await store.record(replace(first, state=OutState.READ))
        assert await store.out_by_provider(ACCOUNT, "p1") == replace(first, state=OutState.READ)


async def test_receipts_are_kept_also_of_what_we_do_not_know_yet(place: StorePlace) -> None:
    """All words of the platform on these ids, in the order we heard them; on this account."""
    async with place.open() as store:
        late = a_receipt("r1", "p1", received_at=NOON + timedelta(seconds=2), part=2)
        soon = a_receipt("r2", "p2", state=OutState.FAILED, code="43101", at=NOON - SECOND)
        other = a_receipt("r3", "p1", account="sms:main")
        await store.record(late, soon, other)
        await store.record(late)
        assert await store.receipts_of(ACCOUNT, ["p1", "p2", "p3"]) == (soon, late)
        assert await store.receipts_of("sms:main", {"p1"}) == (other,)
        assert await store.receipts_of(ACCOUNT, []) == ()

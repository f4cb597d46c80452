"""What every store promises about who writes: identities, links, and their contacts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.core.contact import ChatRecord, ContactQuery, ContactRecord
from gateway.core.errors import AlreadyTaken
from gateway.core.identity import Evidence, Identity, LinkState, connected
from gateway.store import SqlStore
from gateway.store.errors import RowRefused
from tests.message_rows import (
    ACCOUNT,
    a_chat,
    a_closed_chat,
    a_link,
    a_message,
    an_identity,
)
from tests.store_world import NOON, StorePlace, an_ended_call

PHONE = Identity(id="p1", account="", scheme="phone", value="13800001234", first_seen=NOON)


async def test_an_identity_is_found_on_its_account_only(place: StorePlace) -> None:
    """By account, scheme and value together; recorded again, its name is the new one."""
    async with place.open() as store:
        one = an_identity("i1", value="same")
        other_account = an_identity("i2", account="wechat:other", value="same")
        other_scheme = an_identity("i3", scheme="unionid", value="same", name="")
        await store.record(one, other_account, other_scheme)
        assert await store.identity(ACCOUNT, "openid", "same") == one
        assert await store.identity("wechat:other", "openid", "same") == other_account
        assert await store.identity(ACCOUNT, "unionid", "same") == other_scheme
        assert await store.identity(ACCOUNT, "openid", "Same") is None
        renamed = replace(one, name="老李")
        await store.record(renamed)
        found = await store.identities(["i3", "i1", "nobody"])
        assert sorted(found, key=lambda one: one.id) == [renamed, other_scheme]
        assert await store.identities([]) == ()


async def test_one_value_is_one_identity(place: StorePlace) -> None:
    """A second identity with the same value is refused by name, and the first stays."""
    async with place.open() as store:
        await store.record(an_identity("i1"))
        with pytest.raises(AlreadyTaken) as taken:
            await store.record(an_identity("i2", value="o-i1"), a_chat("k1", "i2"))
        assert (taken.value.kind, taken.value.id) == ("identity", "i2")
        assert "o-i1" not in str(taken.value)
        assert await store.identities(["i1", "i2"]) == (an_identity("i1"),)
        assert await store.chat("k1") is None


async def test_who_called_is_an_identity_among_others(place: StorePlace) -> None:
    """A caller's number is found however it is written, and a call never makes a second of it."""
    async with place.open() as store:
        await store.record(an_ended_call("c1", number="+8613800001234"))
        caller = await store.identity("", "phone", "138-0000-1234")
        assert caller
        assert (caller.account, caller.value, caller.name) == ("", "13800001234", "")
        await store.record(replace(caller, name="王女士"), an_ended_call("c2", minutes=1))
        assert await store.identity("", "phone", "13800001234") == replace(caller, name="王女士")
        assert [one.id for one in await store.contacts_of([caller.id])] == ["c2", "c1"]
        assert await store.identity("", "phone", "anonymous") is None
        with pytest.raises(RowRefused):
            await store.record(replace(PHONE, value="anonymous"))


async def test_a_number_that_wrote_first_is_the_caller_later(place: StorePlace) -> None:
    """The identity that a form left is the one that the call then belongs to."""
    async with place.open() as store:
        await store.record(PHONE, a_chat("k1", "p1"))
        await store.record(an_ended_call("c1", minutes=5, number="+86 138 0000 1234"))
        assert await store.identity("", "phone", "13800001234") == PHONE
        assert [one.id for one in await store.contacts_of(["p1"])] == ["c1", "k1"]
        assert [one.id for one in await store.contacts(ContactQuery(number=PHONE.value))] == [
            "c1",
            "k1",
        ]


async def test_links_lead_to_everybody_whom_confirmed_ones_connect(place: StorePlace) -> None:
    """Asked from any end; a proposed or revoked link is told, and leads no further."""
    confirmed = {"state": LinkState.CONFIRMED, "decided_at": NOON, "decided_by": "op-1"}
    ab = a_link("l1", "a", "b", evidence=Evidence.UNION, **confirmed)
    bc = a_link("l2", "b", "c", evidence=Evidence.PHONE, note="留言里的号码", **confirmed)
    cd = a_link("l3", "c", "d", at=NOON + timedelta(seconds=1))
    de = a_link("l4", "d", "e", **confirmed)
    ring = a_link("l5", "a", "c", at=NOON + timedelta(seconds=2), **confirmed)
    async with place.open() as store:
        await store.record(*(an_identity(id_) for id_ in "abcdef"), ab, bc, cd, de, ring)
        for end in "abc":
            assert await store.links(end) == (ab, bc, cd, ring)
            assert connected(end, await store.links(end)) == {"a", "b", "c"}
        assert await store.links("d") == (de, cd)
        assert await store.links("f") == ()
        revoked = replace(bc, state=LinkState.REVOKED, decided_by="op-2")
        await store.record(revoked, replace(ring, state=LinkState.REVOKED))
        assert connected("a", await store.links("a")) == {"a", "b"}
        assert await store.link("l2") == revoked
        assert await store.link("l9") is None
        with pytest.raises(RowRefused):
            await store.record(a_link("l6", "a", "nobody"))


async def _of_all_channels(store: SqlStore) -> None:
    await store.record(
        *(an_identity("i1"), PHONE),
        an_ended_call("c1", minutes=0),
        a_closed_chat("k1", "i1", minutes=1),
        a_message("m1", "k1", 1),
        an_ended_call("c2", minutes=2, number="13900005678"),
        a_chat("k2", "i1", channel="web", opened_at=NOON + timedelta(minutes=3)),
        an_ended_call("c3", minutes=4),
    )


async def test_the_past_of_a_citizen_is_told_over_all_channels(place: StorePlace) -> None:
    """Calls and conversations of all their identities, newest first, no more than asked for."""
    async with place.open() as store:
        await _of_all_channels(store)
        found = await store.contacts_of({"i1", "p1"})
        assert [one.id for one in found] == ["c3", "k2", "k1", "c1"]
        assert found[0] == ContactRecord(call=an_ended_call("c3", minutes=4))
        assert found[2] == ChatRecord(
            chat=a_closed_chat("k1", "i1", minutes=1), last_text="第 1 句"
        )
        assert [one.id for one in await store.contacts_of({"i1", "p1"}, 2)] == ["c3", "k2"]
        assert [one.id for one in await store.contacts_of(["i1"], 10_000)] == ["k2", "k1"]
        assert await store.contacts_of([]) == ()
        assert await store.contacts_of(["nobody"]) == ()


async def test_the_history_is_of_all_channels_or_of_one(place: StorePlace) -> None:
    """Pages hold both kinds in one order; a channel, a queue, a person restrict both alike."""
    async with place.open() as store:
        await _of_all_channels(store)

        async def ids(**query: object) -> list[str]:
            found = await store.contacts(ContactQuery(**query))  # type: ignore[arg-type]
            return [one.id for one in found]

        assert await ids() == ["c3", "k2", "c2", "k1", "c1"]
        assert await ids(limit=2, before="k2") == ["c2", "k1"]
        assert await ids(channel="wechat") == ["k1"]
        assert await ids(channel="web") == ["k2"]
        assert await ids(channel="phone", limit=1) == ["c3"]
        assert await ids(channel="pigeon") == []
        assert await ids(operator_id="op-1", outcome="answered") == ["c3", "c2", "k1", "c1"]
        assert await ids(number=PHONE.value) == ["c3", "c1"]

"""What every store promises about the line by which a contact came."""

from dataclasses import replace
from datetime import timedelta

from gateway.core.contact import ContactQuery
from gateway.core.dialling import CallbackTry, First
from gateway.core.number import Number
from gateway.core.tag_statistics import counted_call, counted_chat
from gateway.core.tags import Tags
from tests.message_rows import a_chat, an_identity
from tests.store_world import NOON, StorePlace, a_call, a_callback, an_ended_call

ENTERPRISE = Tags(tag="enterprise")
MERGED = Tags(tag="consumer", origin="12315")


async def test_tags_come_back_as_they_were_written(place: StorePlace) -> None:
    """Of a number, a call, a conversation, whoever is owed a call, and that call; to the end."""
    number = Number(did="12315", queue="civil", tag=MERGED.tag, origin=MERGED.origin)
    callback = a_callback("b1", "c1", tags=MERGED)
    tried = CallbackTry(
        id="t1",
        callback_id="b1",
        first=First.SEAT,
        seat="8001",
        operator_id="op-1",
        shown="12345",
        trunk="out",
        at=NOON,
        tags=MERGED,
    )
    call = an_ended_call("c1", tags=MERGED)
    chat = a_chat("k1", "i1", tags=ENTERPRISE)
    async with place.open() as store:
        await store.record(number, an_identity("i1"), call, chat, callback, tried)
        await store.record(replace(call, operator_id="op-2"))
    async with place.open() as store:
        assert await store.numbers() == (number,)
        found = await store.call("c1")
        assert found
        assert (found.tags, found.operator_id) == (MERGED, "op-2")
        assert [one.tags for one in await store.open_chats()] == [ENTERPRISE]
        assert await store.callback("b1") == callback
        assert await store.tries_dialling() == (tried,)


async def test_history_is_filtered_by_tag_and_origin(place: StorePlace) -> None:
    """Calls and conversations alike, and nothing else."""
    async with place.open() as store:
        await store.record(
            an_identity("i1"),
            a_call("c1"),
            a_call("c2", tags=ENTERPRISE),
            a_call("c3", tags=MERGED),
            a_chat("k1", "i1", tags=ENTERPRISE),
        )

        async def ids(tag: str = "", origin_tag: str = "") -> set[str]:
            return {
                one.id for one in await store.contacts(ContactQuery(tag=tag, origin_tag=origin_tag))
            }

        assert await ids(tag="enterprise") == {"c2", "k1"}
        assert await ids(origin_tag="12315") == {"c3"}
        assert await ids(tag="enterprise", origin_tag="12315") == set()
        assert len(await ids()) == 4


async def test_contacts_are_counted_page_by_page(place: StorePlace) -> None:
    """Those of the time, in their order, each once, with what is counted and nothing personal."""
    call = an_ended_call("c1", tags=MERGED)
    chat = a_chat("k1", "i1", tags=ENTERPRISE)
    later = a_call("c2", arrived_at=NOON + timedelta(hours=1))
    async with place.open() as store:
        await store.record(an_identity("i1"), call, chat, later)
        since = min(call.arrived_at, chat.opened_at)
        found = await store.contacts_counted(since, NOON + timedelta(hours=1))
        assert {one.id: one for one in found} == {
            "c1": counted_call(call),
            "k1": counted_chat(chat),
        }
        assert list(found) == sorted(found, key=lambda one: (one.opened_at, one.id))
        rest = await store.contacts_counted(since, NOON + timedelta(hours=1), after=found[0])
        assert rest == found[1:]
        assert await store.contacts_counted(since, since) == ()

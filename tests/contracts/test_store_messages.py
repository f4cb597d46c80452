"""What every store promises about conversations: what was recorded is read back, in order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.core.chat import ChatState
from gateway.core.contact import ChatRecord, ContactRecord
from gateway.core.message import Direction, FileState, MessageKind
from gateway.core.place import Datum, Place
from gateway.store import SqlStore
from gateway.store.errors import RowRefused
from tests.message_rows import (
    a_chat,
    a_closed_chat,
    a_message,
    a_viewable_file,
    an_attachment,
    an_identity,
)
from tests.store_world import NOON, StorePlace, a_call, a_disposition, a_recording

PLACE = Place(
    latitude=31.8206,
    longitude=117.2272,
    datum=Datum.GCJ02,
    accuracy_m=12.5,
    address="长江中路 1 号",
    source="exif",
)
EVERYTHING = a_message(
    "m2",
    "k1",
    2,
    direction=Direction.OUT,
    kind=MessageKind.LOCATION,
    fields={"title": "路灯", "url": "https://example.org/灯"},
    event="subscribe",
    place=PLACE,
    operator_id="op-1",
    provider_id="6054768590064713728",
    reply_to="m1",
    client_key="key-2",
)


async def with_chat(store: SqlStore) -> None:
    """One conversation with one message."""
    await store.record(an_identity("i1"), a_chat("k1", "i1"), a_message("m1", "k1", 1))


@pytest.mark.parametrize("chat", [a_chat("k1", "i1"), a_closed_chat("k1", "i1")])
async def test_a_conversation_is_read_back_whole(place: StorePlace, chat: object) -> None:
    """Every field, and after a restart; a second record of it replaces the first."""
    async with place.open() as store:
        await store.record(an_identity("i1"), a_chat("k1", "i1", queue="other"))
        await store.record(chat)  # type: ignore[arg-type]
    async with place.open() as store:
        assert await store.chat("k1") == chat
        assert await store.chat("k2") is None


async def test_only_conversations_that_live_are_open(place: StorePlace) -> None:
    """The oldest first; what was closed is left out, what is offered or open is not."""
    async with place.open() as store:
        await store.record(an_identity("i1"))
        later = a_chat("k1", "i1", opened_at=NOON + timedelta(seconds=1), state=ChatState.OPEN)
        first = a_chat("k2", "i1", state=ChatState.OFFERED)
        await store.record(later, first, a_closed_chat("k3", "i1"), a_call("c1"))
        assert await store.open_chats() == (first, later)
        await store.record(replace(first, state=ChatState.CLOSED, closed_at=NOON))
        assert await store.open_chats() == (later,)


async def test_a_form_is_found_by_its_code(place: StorePlace) -> None:
    """By exactly its code; no code opens anything when it is empty, and no two have the same."""
    async with place.open() as store:
        form = a_closed_chat("k1", "i1")
        await store.record(an_identity("i1"), form, a_chat("k2", "i1"), a_chat("k3", "i1"))
        assert await store.chat_by_query_code("hash-k1") == form
        assert await store.chat_by_query_code("hash-k2") is None
        assert await store.chat_by_query_code("") is None
        with pytest.raises(RowRefused):
            await store.record(a_closed_chat("k4", "i1", query_code_hash="hash-k1"))


async def test_messages_are_read_in_order_after_a_number(place: StorePlace) -> None:
    """Every field; whoever has seen up to n gets those after n, and no more than asked for."""
    async with place.open() as store:
        await with_chat(store)
        third = a_message("m3", "k1", 3, text="", kind=MessageKind.IMAGE)
        await store.record(third, EVERYTHING)
        await store.record(a_chat("k2", "i1"), a_message("m4", "k2", 1))
    async with place.open() as store:
        first = a_message("m1", "k1", 1)
        assert await store.messages("k1") == (first, EVERYTHING, third)
        assert await store.messages("k1", after_seq=1, limit=1) == (EVERYTHING,)
        assert await store.messages("k1", after_seq=3) == ()
        assert await store.messages("k1", limit=0) == (first,)
        assert await store.messages("nobody") == ()
        assert await store.message(EVERYTHING.id) == EVERYTHING
        assert await store.message("nobody") is None
        assert await store.message_by_key("k1", "key-2") == EVERYTHING
        assert await store.message_by_key("k2", "key-2") is None
        assert await store.message_by_key("k1", "") is None


async def test_no_two_messages_have_the_same_number(place: StorePlace) -> None:
    """A contact's messages count without a double; the second is refused with all its rows."""
    async with place.open() as store:
        await with_chat(store)
        with pytest.raises(RowRefused):
            await store.record(a_chat("k1", "i1", last_seq=9), a_message("m2", "k1", 1))
        assert await store.messages("k1") == (a_message("m1", "k1", 1),)
        assert await store.chat("k1") == a_chat("k1", "i1")


async def test_a_message_belongs_to_a_contact(place: StorePlace) -> None:
    """Without one it is refused; so is a file without a message, and a chat without a citizen."""
    async with place.open() as store:
        await with_chat(store)
        for orphan in (
            a_message("m2", "k2", 1),
            an_attachment("f1", "m2", "k1"),
            a_chat("k3", "i2"),
        ):
            with pytest.raises(RowRefused):
                await store.record(orphan)


async def test_files_are_read_back_with_the_oldest_message_first(place: StorePlace) -> None:
    """Every field; what is recorded again replaces."""
    async with place.open() as store:
        await with_chat(store)
        await store.record(a_message("m2", "k1", 2))
        waiting = an_attachment("f1", "m2", "k1")
        seen = a_viewable_file("f2", "m1", "k1")
        await store.record(waiting, an_attachment("f2", "m1", "k1"))
        await store.record(seen)
    async with place.open() as store:
        assert await store.attachments("k1") == (seen, waiting)
        assert await store.attachments("k2") == ()
        assert await store.attachment("f1") == waiting
        assert await store.attachment("f3") is None


async def test_files_are_due_until_they_can_be_seen_or_never_will(place: StorePlace) -> None:
    """Of those whose time has come the oldest are first; ready, refused and failed are done."""
    async with place.open() as store:
        await with_chat(store)
        await store.record(a_message("m2", "k1", 2))
        new = an_attachment("f1", "m2", "k1")
        stored = an_attachment("f2", "m1", "k1", state=FileState.STORED, next_at=NOON)
        later = an_attachment("f3", "m1", "k1", next_at=NOON + timedelta(microseconds=1))
        done = [
            an_attachment(f"f-{state}", "m1", "k1", state=state)
            for state in (FileState.READY, FileState.REFUSED, FileState.FAILED)
        ]
        await store.record(new, stored, later, *done)
        assert await store.attachments_due(NOON) == (stored, new)
        assert await store.attachments_due(NOON, limit=1) == (stored,)
        assert await store.attachments_due(NOON + timedelta(seconds=1)) == (stored, later, new)
        await store.record(replace(stored, state=FileState.READY))
        assert await store.attachments_due(NOON) == (new,)


async def test_a_contact_by_messages_is_a_contact(place: StorePlace) -> None:
    """With its disposition and the newest words of a person, cut: no note, picture, or receipt."""
    async with place.open() as store:
        await with_chat(store)
        chat, words = a_chat("k1", "i1"), "长" * 200
        assert await store.contact("k1") == ChatRecord(chat=chat, last_text="第 1 句")
        await store.record(
            a_message("m2", "k1", 2, direction=Direction.OUT, operator_id="op-1", text=words),
            a_message("m3", "k1", 3, direction=Direction.NOTE, text="不给市民看"),
            a_message("m4", "k1", 4, kind=MessageKind.IMAGE, text=""),
            a_message("m5", "k1", 5, direction=Direction.OUT, text="您的留言已收到"),
            a_disposition("k1"),
        )
        found = await store.contact("k1")
        assert isinstance(found, ChatRecord)
        assert (found.chat, found.disposition) == (chat, a_disposition("k1"))
        assert found.last_text
        assert words.startswith(found.last_text)
        assert len(found.last_text) < 100
        await store.record(a_call("c1"), a_recording("c1"))
        assert await store.contact("c1") == ContactRecord(
            call=a_call("c1"), recording=a_recording("c1")
        )
        assert await store.call("k1") is None
        assert await store.chat("c1") is None
        assert [call.id for call in await store.open_calls()] == ["c1"]

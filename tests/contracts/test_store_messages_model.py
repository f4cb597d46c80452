"""Conversations in the store against dictionaries in memory."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.core.chat import Chat, ChatForm, ChatOutcome, ChatState
from gateway.core.contact import ChatRecord, ContactQuery
from gateway.core.errors import HotlineError
from gateway.core.message import Attachment, Direction, FileState, Message, MessageKind
from gateway.core.outbound import InboundEvent, OutEntry, OutRoute, OutState, ReplyGrant
from gateway.core.place import Datum, Place
from gateway.store import SqlStore
from tests.message_rows import ACCOUNT, an_identity
from tests.store_world import NOON, NewPlace

PEOPLE = ("i1", "i2")
CHATS = st.sampled_from(["k1", "k2"])
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
ANY_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
MAYBE = st.none() | TIMES
KEYS = st.sampled_from(["a", "b", "甲"])
DEGREES = st.floats(-180, 180)

CHAT_ROWS = st.builds(
    Chat,
    id=CHATS,
    channel=st.sampled_from(["wechat", "web"]),
    account=WORDS,
    identity_id=st.sampled_from(PEOPLE),
    form=st.sampled_from(ChatForm),
    state=st.sampled_from(ChatState),
    queue=WORDS,
    emergency=st.booleans(),
    opened_at=TIMES,
    waiting_since=MAYBE,
    due_at=MAYBE,
    closed_at=MAYBE,
    answered_seconds=st.floats(0, 1e6),
    last_seq=st.integers(0, 2**63 - 1),
    operator_id=WORDS,
    outcome=st.sampled_from(ChatOutcome),
)
MESSAGES = st.builds(
    Message,
    id=st.sampled_from(["m1", "m2", "m3", "m4"]),
    contact_id=CHATS,
    seq=st.integers(1, 3),
    direction=st.sampled_from(Direction),
    kind=st.sampled_from(MessageKind),
    at=TIMES,
    stored_at=TIMES,
    text=ANY_WORDS,
    fields=st.dictionaries(ANY_WORDS, ANY_WORDS, max_size=2),
    place=st.none()
    | st.builds(
        Place,
        latitude=DEGREES,
        longitude=DEGREES,
        datum=st.sampled_from(Datum),
        address=ANY_WORDS,
    ),
    provider_id=ANY_WORDS,
    client_key=st.just("") | KEYS,
)
FILES = st.builds(
    Attachment,
    id=st.sampled_from(["f1", "f2"]),
    message_id=st.sampled_from(["m1", "m2", "m3"]),
    contact_id=CHATS,
    kind=st.sampled_from(MessageKind),
    ref=ANY_WORDS,
    name=ANY_WORDS,
    state=st.sampled_from(FileState),
    next_at=MAYBE,
)
GRANTS = st.builds(
    ReplyGrant,
    id=st.sampled_from(["g1", "g2"]),
    identity_id=st.sampled_from(PEOPLE),
    trigger=KEYS,
    granted_at=TIMES,
    expires_at=TIMES,
    quota=st.integers(0, 5),
    used=st.integers(0, 5),
)
OUT = st.builds(
    OutEntry,
    message_id=st.sampled_from(["m1", "m2", "m3"]),
    contact_id=CHATS,
    identity_id=st.sampled_from(PEOPLE),
    account=st.just(ACCOUNT),
    route=st.sampled_from(OutRoute),
    state=st.sampled_from(OutState),
    next_at=TIMES,
    not_after=TIMES,
    changed_at=TIMES,
)
EVENTS = st.builds(
    InboundEvent,
    id=st.uuids().map(str),
    account=st.just(ACCOUNT),
    key=KEYS,
    received_at=TIMES,
    raw=st.binary(max_size=8),
)
UNITS = st.lists(
    st.lists(CHAT_ROWS | MESSAGES | FILES | GRANTS | OUT | EVENTS, min_size=1, max_size=3),
    max_size=14,
)
EVERYBODY = [an_identity(id_) for id_ in PEOPLE]


class Model:
    """A store of dictionaries that refuses what the port says is refused."""

    def __init__(self) -> None:
        self.rows: dict[type, dict[Any, Any]] = {
            kind: {} for kind in (Chat, Message, Attachment, ReplyGrant, OutEntry, InboundEvent)
        }

    def record(self, unit: Sequence[Any]) -> str:
        """Keep the unit and say nothing, or keep nothing and say why."""
        before = {kind: dict(rows) for kind, rows in self.rows.items()}
        refused = self._taken(unit)
        if not refused:
            order = list(self.rows)
            for row in sorted(unit, key=lambda row: order.index(type(row))):
                refused = refused or self._keep(row)
        if refused:
            self.rows = before
        return refused

    def _taken(self, unit: Sequence[Any]) -> str:
        """What was delivered before, looked at in the order of the unit."""
        events = set(self.rows[InboundEvent])
        keys = {
            (one.contact_id, one.client_key): one.id
            for one in self.rows[Message].values()
            if one.client_key
        }
        for row in unit:
            if isinstance(row, InboundEvent):
                if row.key in events:
                    return "already-taken"
                events.add(row.key)
            elif (
                isinstance(row, Message)
                and row.client_key
                and keys.setdefault((row.contact_id, row.client_key), row.id) != row.id
            ):
                return "already-taken"
        return ""

    def _keep(self, row: Any) -> str:
        rows = self.rows[type(row)]
        match row:
            case Chat():
                rows[row.id] = row
            case Message():
                others = [one for one in rows.values() if one.id != row.id]
                if row.contact_id not in self.rows[Chat]:
                    return "row-refused"
                if any((o.contact_id, o.seq) == (row.contact_id, row.seq) for o in others):
                    return "row-refused"
                rows[row.id] = row
            case Attachment() | OutEntry():
                if row.message_id not in self.rows[Message]:
                    return "row-refused"
                if row.contact_id not in self.rows[Chat]:
                    return "row-refused"
                rows[row.id if isinstance(row, Attachment) else row.message_id] = row
            case ReplyGrant():
                return self._keep_grant(row)
            case InboundEvent():
                rows[row.key] = row
        return ""

    def _keep_grant(self, row: ReplyGrant) -> str:
        rows = self.rows[ReplyGrant]
        key = (row.identity_id, row.trigger)
        if key in rows:
            if rows[key].id == row.id:
                rows[key] = row
            return ""
        if any(one.id == row.id for one in rows.values()):
            return "row-refused"
        rows[key] = row
        return ""


def comparable(units: list[list[Any]]) -> bool:
    """Whether what is refused does not hang on the order of rows within a unit's table."""
    for unit in units:
        messages = [row for row in unit if isinstance(row, Message)]
        if len({row.id for row in messages}) < len(messages):
            return False
    return True


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(units=UNITS.filter(comparable), at_once=st.booleans())
def test_any_sequence_of_units_reads_like_dictionaries(
    new_place: NewPlace, units: list[list[Any]], *, at_once: bool
) -> None:
    """Whatever is recorded, one after the other or all at once: the same is kept, and refused."""
    asyncio.run(_compare(new_place, units, at_once=at_once))


async def _compare(new_place: NewPlace, units: list[list[Any]], *, at_once: bool) -> None:
    place, model = new_place(), Model()
    async with place.open() as store:
        await store.record(*EVERYBODY)
        if at_once:
            async with asyncio.TaskGroup() as tasks:
                told = [tasks.create_task(_refusal(store, unit)) for unit in units]
            outcomes = [task.result() for task in told]
        else:
            outcomes = [await _refusal(store, unit) for unit in units]
        assert outcomes == [model.record(unit) for unit in units]
        await _same(store, model)


async def _refusal(store: SqlStore, unit: list[Any]) -> str:
    try:
        await store.record(*unit)
    except HotlineError as error:
        return error.code
    return ""


async def _same(store: SqlStore, model: Model) -> None:
    chats = list(model.rows[Chat].values())
    messages = sorted(model.rows[Message].values(), key=lambda one: (one.contact_id, one.seq))
    files = model.rows[Attachment].values()
    alive = [chat for chat in chats if chat.state is not ChatState.CLOSED]
    alive.sort(key=lambda chat: (chat.opened_at, chat.id))
    assert list(await store.open_chats()) == alive
    chats.sort(key=lambda chat: (chat.opened_at, chat.id), reverse=True)
    history = await store.contacts(ContactQuery())
    assert [replace(one, last_text="") for one in history if isinstance(one, ChatRecord)] == [
        ChatRecord(chat=chat) for chat in chats
    ]
    assert await store.contacts_of(PEOPLE, 50) == history
    for chat in chats:
        assert await store.chat(chat.id) == chat
        own = [one for one in messages if one.contact_id == chat.id]
        assert list(await store.messages(chat.id)) == own
        said = [one.text for one in own if one.text and one.by_a_person]
        (record,) = (one for one in history if isinstance(one, ChatRecord) and one.chat == chat)
        assert record.last_text == (said[-1] if said else "")
        found = await store.attachments(chat.id)
        assert sorted(found, key=lambda one: one.id) == sorted(
            (one for one in files if one.contact_id == chat.id), key=lambda one: one.id
        )
        entries = [one for one in model.rows[OutEntry].values() if one.contact_id == chat.id]
        assert {one.message_id: one for one in await store.out_entries(chat.id)} == {
            one.message_id: one for one in entries
        }
    due = [
        one
        for one in files
        if one.state in (FileState.PENDING, FileState.STORED) and (one.next_at or NOON) <= NOON
    ]
    assert {one.id for one in await store.attachments_due(NOON)} == {one.id for one in due}
    leaving = [
        one
        for one in model.rows[OutEntry].values()
        if one.state is OutState.QUEUED and one.next_at <= NOON
    ]
    assert {one.message_id for one in await store.out_due(NOON)} == {
        one.message_id for one in leaving
    }
    for person in PEOPLE:
        grants = [
            one
            for one in model.rows[ReplyGrant].values()
            if one.identity_id == person and one.expires_at > NOON
        ]
        grants.sort(key=lambda one: (one.granted_at, one.id), reverse=True)
        assert list(await store.grants(person, NOON)) == grants
    for key in ("a", "b", "甲"):
        event = model.rows[InboundEvent].get(key)
        assert await store.event(ACCOUNT, key) == (event and replace(event, raw=b""))

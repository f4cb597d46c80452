"""What was delivered before is found before it is written.

Platforms deliver a thing again while we still answer the first time; of three deliveries two may be
repeats. Left to the unique indexes, each of them would undo its whole group. So the writer, which
holds the only right to write, first asks once for all keys of a group; the indexes stay the truth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from gateway.core.errors import AlreadyTaken
from gateway.store.change import Change, How
from gateway.store.tables_messages import HAS_KEY, inbound_event, message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

MOST_KEYS = 10_000
"""In one question; the rows of a larger group are left to the unique indexes."""

EVENTS = sa.select(inbound_event.c.account, inbound_event.c.key_index).where(
    inbound_event.c.account.in_(sa.bindparam("accounts", expanding=True)),
    inbound_event.c.key_index.in_(sa.bindparam("keys", expanding=True)),
)
MESSAGES = sa.select(message.c.contact_id, message.c.client_key, message.c.id).where(
    HAS_KEY,
    message.c.contact_id.in_(sa.bindparam("contacts", expanding=True)),
    message.c.client_key.in_(sa.bindparam("keys", expanding=True)),
)


class _Key(NamedTuple):
    """Whose key it is (an account, a contact), and the key."""

    of: str
    key: str | bytes


class Known:
    """The keys that are taken: in the database, and by the units looked at so far."""

    def __init__(self, events: Iterable[_Key], messages: Iterable[tuple[_Key, str]]) -> None:
        self._events = set(events)
        self._messages = dict(messages)

    def refusal(self, unit: Iterable[Change]) -> AlreadyTaken | None:
        """Why this unit must not be written; None: it is written, and its keys are taken."""
        events: set[_Key] = set()
        messages: dict[_Key, str] = {}
        for change, key in _keys(unit):
            if change.table is inbound_event:
                if key in self._events or key in events:
                    return AlreadyTaken("event", change.name, "")
                events.add(key)
            else:
                id_ = change.values["id"]
                if self._messages.get(key, messages.get(key, id_)) != id_:
                    return AlreadyTaken("message", change.name, "")
                messages[key] = id_
        self._events |= events
        self._messages |= messages
        return None


async def known(
    connection: AsyncConnection, units: Sequence[Sequence[Change]], most_keys: int = MOST_KEYS
) -> Known | None:
    """What is taken of the keys that these units bring; None when they bring none, or too many."""
    events: set[_Key] = set()
    messages: set[_Key] = set()
    for unit in units:
        for change, key in _keys(unit):
            (events if change.table is inbound_event else messages).add(key)
    if (not events and not messages) or len(events) + len(messages) > most_keys:
        return None
    taken_events: list[_Key] = []
    taken_messages: list[tuple[_Key, str]] = []
    if events:
        asked = {"accounts": sorted({k.of for k in events}), "keys": [k.key for k in events]}
        taken_events = [
            _Key(row.account, row.key_index) for row in await connection.execute(EVENTS, asked)
        ]
    if messages:
        asked = {"contacts": sorted({k.of for k in messages}), "keys": [k.key for k in messages]}
        taken_messages = [
            (_Key(row.contact_id, row.client_key), row.id)
            for row in await connection.execute(MESSAGES, asked)
        ]
    return Known(taken_events, taken_messages)


def _keys(unit: Iterable[Change]) -> Iterator[tuple[Change, _Key]]:
    for change in unit:
        if change.how is not How.WRITE:
            continue
        if change.table is inbound_event:
            yield change, _Key(change.values["account"], change.values["key_index"])
        elif change.table is message and change.values["client_key"]:
            yield change, _Key(change.values["contact_id"], change.values["client_key"])

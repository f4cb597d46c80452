"""What a detector reads again when it starts: the last calls and messages, at most so many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.core.chat import Chat
from gateway.core.contact import ChatRecord, ContactQuery, ContactRecord
from gateway.core.message import Direction, Message
from gateway.intake.floor import Floor

PAGE = 200
MOST_CONTACTS, MOST_CHATS, MOST_MESSAGES = 5_000, 500, 200
"""The newest; of messages, in each conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """The oldest first."""

    calls: tuple[ContactRecord, ...]
    messages: tuple[tuple[Chat, Message], ...]


async def recalled(
    floor: Floor, since: datetime, until: datetime, *, messages_since: datetime
) -> Recalled:
    """Calls that began after ``since`` and are over, and messages; both from before ``until``.

    Raises StoreUnavailable.
    """
    calls: list[ContactRecord] = []
    chats = dict(floor.chats.open)
    before, read = "", 0
    while read < MOST_CONTACTS:
        query = ContactQuery(since=since, until=until, before=before, limit=PAGE)
        page = await floor.store.contacts(query)
        for one in page:
            if isinstance(one, ChatRecord):
                chats.setdefault(one.id, one.chat)
            elif one.call.ended_at is not None and one.call.ended_at < until:
                calls.append(one)
        if len(page) < PAGE:
            break
        before, read = page[-1].id, read + len(page)
    said: list[tuple[Chat, Message]] = []
    lately = [one for one in chats.values() if one.last_in_at and one.last_in_at >= messages_since]
    newest = sorted(lately, key=lambda one: (one.last_in_at or until, one.id))[-MOST_CHATS:]
    for chat in newest:
        first = max(0, chat.last_seq - MOST_MESSAGES)
        found = await floor.store.messages(chat.id, after_seq=first, limit=MOST_MESSAGES)
        said += [
            (chat, one)
            for one in found
            if one.direction is Direction.IN and messages_since <= one.stored_at < until
        ]
    said.sort(key=lambda pair: (pair[1].stored_at, pair[1].id))
    calls.sort(key=lambda one: (one.call.ended_at or until, one.id))
    return Recalled(calls=tuple(calls), messages=tuple(said))

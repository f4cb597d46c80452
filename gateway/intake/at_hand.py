"""Whom an operator deals with now, on whatever channel, and everybody these are linked to.

Whoever may see only their own contacts also sees those of these citizens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.core.citizen import normalise_number
from gateway.core.contact import ChatRecord, ContactRecord
from gateway.core.identity import connected
from gateway.core.operator import Operator
from gateway.ports import Store

PHONE = "phone"
"""The scheme of an identity that is a telephone number."""


@dataclass(frozen=True, slots=True)
class AtHand:
    """Normal numbers, and identities; a withheld number is none, for it says nothing of whom."""

    numbers: frozenset[str]
    identities: frozenset[str]

    def has(self, record: ContactRecord | ChatRecord) -> bool:
        """Whether this contact is with one of them."""
        if isinstance(record, ChatRecord):
            return record.chat.identity_id in self.identities
        return normalise_number(record.number) in self.numbers


async def at_hand(store: Store, operator: Operator) -> AtHand:
    """The callers that ring at, talk with or are wrapped up by this person, and who writes to them.

    Raises StoreUnavailable.
    """
    numbers = await _calling(store, operator)
    writing = {c.identity_id for c in await store.open_chats() if c.operator_id == operator.id}
    calling = [await store.identity("", PHONE, number) for number in sorted(numbers)]
    start = writing | {one.id for one in calling if one}
    everybody = set(start)
    for one in sorted(start):
        everybody |= connected(one, await store.links(one))
    linked = await store.identities(everybody - start) if everybody - start else ()
    phones = (one.value for one in linked if one.scheme == PHONE)
    return AtHand(numbers | _normal(phones), frozenset(everybody))


async def _calling(store: Store, operator: Operator) -> frozenset[str]:
    calls = [c for c in await store.open_calls() if c.operator_id == operator.id]
    for seat in await store.seats():
        if seat.operator_id == operator.id and seat.contact_id:
            call = await store.call(seat.contact_id)
            if call:
                calls.append(call)
    return _normal(call.number for call in calls)


def _normal(numbers: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(normalise_number, numbers)))

"""What is known of who is here before anybody speaks: marks, and earlier contacts of every channel.

Kept for calls that are on the floor; a slow store leaves it empty, and the call rings all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from gateway.core.call import Call
from gateway.core.chat import Chat
from gateway.core.citizen import CallerFlag, normalise_number, with_flag
from gateway.core.contact import ChatRecord, ContactQuery, ContactRecord
from gateway.core.errors import StoreUnavailable
from gateway.core.facts import Fact, FactKind
from gateway.core.identity import connected
from gateway.intake.at_hand import PHONE
from gateway.ports import Clock, Store

EARLIER_CONTACTS = 5
LEARN_SECONDS = 1.0
AnyRecord = ContactRecord | ChatRecord


def begun(record: AnyRecord) -> float:
    """When it began, to sort by."""
    at = record.call.arrived_at if isinstance(record, ContactRecord) else record.chat.opened_at
    return at.timestamp()


class Callers:
    """By the call's id."""

    def __init__(self, store: Callable[[], Store], clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.flags: dict[str, tuple[CallerFlag, ...]] = {}
        self.earlier: dict[str, tuple[AnyRecord, ...]] = {}
        self.throttled: dict[str, str] = {}
        """The limit that this call was over; see ``core.throttle``."""

    async def learn(self, call: Call) -> None:
        """Fetch what is known of this caller."""
        if not call.number:
            return
        try:
            async with asyncio.timeout(LEARN_SECONDS):
                self.flags[call.id] = await self._store().flags(call.number, self._clock.now())
                found = await self._earlier(call.number)
        except (StoreUnavailable, TimeoutError):
            return
        others = [record for record in found if record.id != call.id]
        self.earlier[call.id] = tuple(others[:EARLIER_CONTACTS])

    async def recall(self, call: Call) -> None:
        """What a gateway before us wrote down of this call. Raises StoreUnavailable."""
        for fact in await self._store().facts(contact_id=call.id):
            self.told(fact)

    def told(self, fact: Fact) -> tuple[str, ...]:
        """This call is over a limit; the calls whose screens change."""
        if fact.kind is not FactKind.CALL_THROTTLED:
            return ()
        self.throttled[fact.contact_id] = str(fact.data.get("limit", ""))
        return (fact.contact_id,)

    async def _earlier(self, number: str) -> tuple[AnyRecord, ...]:
        query = ContactQuery(number=number, limit=EARLIER_CONTACTS + 1)
        found = await self._store().contacts(query)
        identity = await self._store().identity("", PHONE, normalise_number(number))
        if identity is None:
            return found
        links = await self._store().links(identity.id)
        more = await self._store().contacts_of(
            connected(identity.id, links), limit=EARLIER_CONTACTS + 1
        )
        known = {record.id: record for record in (*found, *more)}
        return tuple(sorted(known.values(), key=begun, reverse=True))

    def flagged(self, flag: CallerFlag, calls: dict[str, Call]) -> set[str]:
        """Every call of this number that is here now has the mark, or has it no more; their ids."""
        number = normalise_number(flag.number)
        marked = {one.id for one in calls.values() if normalise_number(one.number) == number}
        for id_ in marked:
            self.flags[id_] = with_flag(self.flags.get(id_, ()), flag, self._clock.now())
        return marked

    def forget(self, call_id: str) -> None:
        """The call is over and wrapped up."""
        self.flags.pop(call_id, None)
        self.earlier.pop(call_id, None)
        self.throttled.pop(call_id, None)

    async def history(self, chat: Chat, limit: int) -> tuple[AnyRecord, ...]:
        """The contacts of whoever is behind this conversation, on every channel, newest first."""
        links = await self._store().links(chat.identity_id)
        return await self._store().contacts_of(connected(chat.identity_id, links), limit=limit)

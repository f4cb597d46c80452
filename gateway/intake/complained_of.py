"""Who is complained of: by a number, by the receipt of an earlier contact, or who served lately."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.core.chat import Chat
from gateway.core.citizen import normalise_number
from gateway.core.contact import ChatRecord, ContactQuery, ContactRecord, receipt_of
from gateway.core.facts import Fact, FactKind, Scalar
from gateway.core.identity import Identity, connected
from gateway.core.operator import Operator
from gateway.core.staff_complaint import (
    MOST_CONCERNED,
    ComplaintSource,
    StaffComplaint,
    lately,
)
from gateway.intake.at_hand import PHONE
from gateway.intake.floor import Floor
from gateway.intake.ids import new_id
from gateway.ports import Row

STAFF, STAFF_NUMBER, STAFF_RECEIPT = "staff", "staff_number", "staff_receipt"
"""Fields of a form: that it complains about staff, and whom it names."""
MOST_LATELY, MOST_FACTS = 50, 200
SERVED = frozenset({FactKind.CALL_ANSWERED, FactKind.CHAT_ACCEPTED, FactKind.CHAT_TAKEN})
"""Somebody has the citizen from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Operators' ids, and how they are known."""

    concerned: tuple[str, ...]
    source: ComplaintSource


class ComplainedOf:
    """Finds them, and makes the rows of a complaint. Everything raises StoreUnavailable."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor

    def complains(self, fields: Mapping[str, str]) -> bool:
        """Whether a form with these fields is a complaint about staff."""
        return fields.get(STAFF) == "yes"

    async def of_form(
        self, chat: Chat, fields: Mapping[str, str], made: Iterable[Row], now: datetime
    ) -> list[Row]:
        """The complaint that this form is, with its fact; nothing when it is none.

        ``made`` are the rows that are recorded with it: who wrote may be new in them.
        """
        if not self.complains(fields):
            return []
        phone = normalise_number(fields.get("phone", ""))
        who = {chat.identity_id}
        who |= {one.id for one in made if isinstance(one, Identity) and one.scheme == PHONE}
        known = await self.floor.store.identity("", PHONE, phone) if phone else None
        who |= {known.id} if known else set()
        found = await self.named(
            fields.get(STAFF_NUMBER, ""), fields.get(STAFF_RECEIPT, ""), phone, who, now
        )
        complaint = begun(chat.id, who, found, now)
        return [complaint, begun_fact(complaint, now)]

    async def named(
        self, number: str, receipt: str, phone: str, identities: Collection[str], now: datetime
    ) -> Found:
        """Whoever the citizen names; when that leads to nobody, who served them lately."""
        served = await self._served(phone, identities)
        since = now - timedelta(days=self.floor.complaint_rules.days)
        people = await self.floor.store.operators()  # the floor's may be those of a while ago
        known = {one.id for one in people}
        by_number = self._of_number(number, people, served, since)
        by_receipt = await self._of_receipt(receipt)
        concerned = _in(known, (*by_number, *by_receipt))
        if concerned:
            source = ComplaintSource.NUMBER if by_number else ComplaintSource.RECEIPT
            return Found(concerned=concerned, source=source)
        latest = lately([(at, who) for at, who, _seat in served], since)
        return Found(concerned=_in(known, latest), source=ComplaintSource.LATELY)

    def _of_number(
        self,
        number: str,
        staff: Iterable[Operator],
        served: Iterable[tuple[datetime, str, str]],
        since: datetime,
    ) -> tuple[str, ...]:
        """By login; by a seat: who served this citizen there lately, and who sits there now."""
        said = "".join(number.split()).casefold().strip("号")
        if not said:
            return ()
        people = [one.id for one in staff if said in (one.login.casefold(), one.name.casefold())]
        if said in self.floor.seats:
            people += [who for at, who, seat in served if seat == said and at >= since]
            people.append(self.floor.seats[said].operator_id)
        return tuple(who for who in people if who)

    async def _of_receipt(self, receipt: str) -> tuple[str, ...]:
        """Everybody who had that contact."""
        begin = receipt_of(receipt)
        if not begin:
            return ()
        people: list[str] = []
        for record in await self.floor.store.contacts(ContactQuery(receipt=begin, limit=1)):
            facts = await self.floor.store.facts(contact_id=record.id, limit=MOST_FACTS)
            people += [one.operator_id for one in facts if one.kind in SERVED]
            people.append(record.operator_id)
        return tuple(who for who in people if who)

    async def _served(
        self, phone: str, identities: Collection[str]
    ) -> list[tuple[datetime, str, str]]:
        """When, by whom and at which seat this citizen was served, on every channel."""
        store = self.floor.store
        found: dict[str, ContactRecord | ChatRecord] = {}
        if phone:
            asked = ContactQuery(number=phone, limit=MOST_LATELY)
            found |= {one.id: one for one in await store.contacts(asked)}
        everybody = set(identities)
        for one in sorted(identities):
            everybody |= connected(one, await store.links(one))
        if everybody:
            more = await store.contacts_of(everybody, limit=MOST_LATELY)
            found |= {one.id: one for one in more}
        return [(_begun(one), one.operator_id, _seat(one)) for one in found.values()]


def begun(
    contact_id: str, identities: Collection[str], found: Found, now: datetime, by: str = ""
) -> StaffComplaint:
    """A new complaint of this contact."""
    return StaffComplaint(
        id=new_id(now),
        contacts=(contact_id,),
        identities=tuple(sorted(identities)),
        concerned=found.concerned,
        source=found.source,
        since=now,
        by=by,
    )


def begun_fact(complaint: StaffComplaint, now: datetime) -> Fact:
    """That it begins; about whom stands in the complaint."""
    data: dict[str, Scalar] = {
        "complaint_id": complaint.id,
        "source": complaint.source.value,
        "concerned": len(complaint.concerned),
    }
    return Fact(
        kind=FactKind.STAFF_COMPLAINT_BEGUN,
        at=now,
        contact_id=complaint.contacts[0],
        operator_id=complaint.by,
        data=data,
    )


async def shielded(floor: Floor, operator_id: str, identity_id: str) -> bool:
    """Whether an open complaint keeps this person from burdening whoever this identity is.

    Raises StoreUnavailable.
    """
    mine = [one for one in floor.complaints.values() if operator_id in one.concerned]
    if not mine:
        return False
    everybody = connected(identity_id, await floor.store.links(identity_id))
    return any(one.shields(operator_id, everybody) for one in mine)


def _in(known: Collection[str], operators: Iterable[str]) -> tuple[str, ...]:
    there = dict.fromkeys(who for who in operators if who in known)
    return tuple(there)[:MOST_CONCERNED]


def _begun(record: ContactRecord | ChatRecord) -> datetime:
    return record.call.arrived_at if isinstance(record, ContactRecord) else record.chat.opened_at


def _seat(record: ContactRecord | ChatRecord) -> str:
    return record.call.seat if isinstance(record, ContactRecord) else record.chat.seat

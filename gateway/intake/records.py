"""Looking back: contacts, their facts, their numbers, their sound. Who may, and that it is noted.

Whoever may see only their own contacts also sees those of the citizens they deal with now (see
``at_hand``); any other contact answers them exactly like one that does not exist. What is shown
beyond one's own work is noted as a fact *before* it is shown.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from gateway.core.call import Call
from gateway.core.citizen import hide_numbers, normalise_number
from gateway.core.consultation import Consultation, consultations
from gateway.core.contact import ChatRecord, ContactQuery, ContactRecord, Recording
from gateway.core.errors import Gone, Invalid, NotAllowed, Problem, Unknown
from gateway.core.facts import Fact, FactKind, Scalar
from gateway.core.operator import Operator, Right, may
from gateway.core.tag_statistics import TagReport
from gateway.core.voicemail import file_of
from gateway.intake.at_hand import at_hand
from gateway.intake.tag_figures import counted
from gateway.ports import Clock, Store

FILE_SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}\.wav")
SHORTEST_REASON, LONGEST_REASON = 2, 200
MOST_REMEMBERED = 4096
FACTS_PER_CONTACT = 500
OF_COMPLAINTS = frozenset(
    {
        FactKind.STAFF_COMPLAINT_BEGUN,
        FactKind.STAFF_COMPLAINT_NAMED,
        FactKind.STAFF_COMPLAINT_FOLLOWED,
        FactKind.STAFF_COMPLAINT_CLOSED,
    }
)


class Records:
    """The past, for those who may see it.

    ``barred``: whether a contact does not exist for a person (``Floor.barred``).
    """

    def __init__(
        self, store: Store, clock: Clock, recordings_dir: Path, barred: Callable[[str, str], bool]
    ) -> None:
        self._store = store
        self._clock = clock
        self._recordings_dir = recordings_dir
        self.barred = barred
        self._noted: OrderedDict[tuple[str, ...], None] = OrderedDict()

    async def search(
        self, operator: Operator, query: ContactQuery
    ) -> tuple[ContactRecord | ChatRecord, ...]:
        """Newest first; raises NotAllowed for one who may see no contacts at all."""
        query = replace(query, not_for=operator.id)
        if not may(operator.role, Right.SEE_ALL_CONTACTS):
            self._must(operator, Right.SEE_OWN_CONTACTS)
            dealing_with = await at_hand(self._store, operator)
            if normalise_number(query.number) not in dealing_with.numbers:
                query = replace(query, operator_id=operator.id)
        return await self._store.contacts(query)

    async def by_line(self, since: datetime, until: datetime) -> TagReport:
        """How each special line and merged hotline did. Raises Invalid and StoreUnavailable."""
        return await counted(self._store, since, until)

    async def contact(
        self, operator: Operator, contact_id: str, session: str = ""
    ) -> tuple[ContactRecord | ChatRecord, tuple[Fact, ...]]:
        """One contact and what happened in it; looking at another's is noted once a session.

        Raises Unknown, also for one that ``operator`` may not see.
        """
        record = await self.visible(operator, contact_id)
        facts = await self._store.facts(contact_id=contact_id, limit=FACTS_PER_CONTACT)
        if record.operator_id != operator.id:
            await self.note_once(FactKind.CONTACT_VIEWED, operator, contact_id, session)
        return record, await self._untold(operator, contact_id, facts)

    async def _untold(
        self, operator: Operator, contact_id: str, facts: tuple[Fact, ...]
    ) -> tuple[Fact, ...]:
        """Without that it is a complaint about whoever looks, while they are still in the call."""
        if not any(one.kind in OF_COMPLAINTS for one in facts):
            return facts
        complaint = await self._store.staff_complaint_of(contact_id)
        if complaint is None or operator.id not in complaint.concerned:
            return facts
        return tuple(one for one in facts if one.kind not in OF_COMPLAINTS)

    async def consultations(self, contact_id: str) -> tuple[Consultation, ...]:
        """Who was consulted in a contact; whoever asks may see it. Raises StoreUnavailable."""
        reaches = await self._store.reaches_of(contact_id)
        return consultations(reaches, await self._store.guests_of(contact_id))

    async def visible(self, operator: Operator, contact_id: str) -> ContactRecord | ChatRecord:
        """A contact that ``operator`` may see; what is shown of it must be noted by who asks.

        Raises Unknown, also for one that ``operator`` may not see.
        """
        record = await self._store.contact(contact_id)
        if record is None or self.barred(operator.id, contact_id):
            raise Unknown("contact", contact_id)
        if may(operator.role, Right.SEE_ALL_CONTACTS):
            return record
        self._must(operator, Right.SEE_OWN_CONTACTS)
        if record.operator_id == operator.id:
            return record
        if (await at_hand(self._store, operator)).has(record):
            return record
        raise Unknown("contact", contact_id)

    async def reveal(self, operator: Operator, contact_id: str, reason: str) -> str:
        """The whole number, noted with the reason each time.

        Raises Invalid, and Unknown also for a contact by messages, which has no number.
        """
        self._must(operator, Right.REVEAL_NUMBER)
        reason = checked_reason(reason)
        record = await self.visible(operator, contact_id)
        if isinstance(record, ChatRecord):
            raise Unknown("number", contact_id)
        await self._note(FactKind.NUMBER_REVEALED, operator, contact_id, {"reason": reason})
        return record.number

    async def recording(
        self, operator: Operator, contact_id: str, session: str = ""
    ) -> tuple[Recording, Path]:
        """The recording and its file, noted once a session (a player asks many times).

        Raises Unknown when there is none, or its file is away; Gone when it was shredded.
        """
        self._must(operator, Right.PLAY_RECORDING)
        record = await self.visible(operator, contact_id)
        stored = record.recording
        if stored is not None and not stored.file:
            raise Gone("recording", contact_id)
        if stored is None or not FILE_SHAPE.fullmatch(stored.file):
            raise Unknown("recording", contact_id)
        path = self._recordings_dir / stored.file
        if not await asyncio.to_thread(_is_plain_file, path):
            raise Unknown("recording", contact_id)
        await self.note_once(FactKind.RECORDING_PLAYED, operator, contact_id, session)
        return stored, path

    async def voicemail(self, operator: Operator, call: Call, session: str = "") -> Path:
        """The file of a message, noted once a session; whether ``operator`` may is asked before.

        Raises Unknown when the file is gone.
        """
        self._must(operator, Right.PLAY_RECORDING)
        path = self._recordings_dir / file_of(call)
        if not FILE_SHAPE.fullmatch(path.name) or not await asyncio.to_thread(_is_plain_file, path):
            raise Unknown("voicemail", call.id)
        kind = FactKind.RECORDING_PLAYED
        await self.note_once(kind, operator, call.id, session, what="voicemail")
        return path

    async def note_once(
        self, kind: FactKind, operator: Operator, contact_id: str, session: str, **data: str
    ) -> None:
        """Note that this was looked at, once a session; a player asks many times."""
        key = (kind.value, operator.id, contact_id, session, *data.values())
        if key in self._noted:
            return
        await self._note(kind, operator, contact_id, data)
        self._noted[key] = None
        while len(self._noted) > MOST_REMEMBERED:
            self._noted.popitem(last=False)

    def _must(self, operator: Operator, right: Right) -> None:
        if not may(operator.role, right):
            raise NotAllowed(right.value)

    async def _note(
        self, kind: FactKind, operator: Operator, contact_id: str, data: Mapping[str, Scalar]
    ) -> None:
        fact = Fact(
            kind=kind,
            at=self._clock.now(),
            contact_id=contact_id,
            operator_id=operator.id,
            data=data,
        )
        await self._store.record(fact)


def checked_reason(reason: str) -> str:
    """Why somebody wants to see a number, as it is noted: without numbers. Raises Invalid."""
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Invalid(
            Problem(
                "/reason",
                "reason-length",
                f"请填写查看原因（{SHORTEST_REASON} 至 {LONGEST_REASON} 字）",
                f"Give a reason of {SHORTEST_REASON} to {LONGEST_REASON} characters",
            )
        )
    return hide_numbers(reason)


def _is_plain_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()

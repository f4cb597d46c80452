"""Marks on callers' numbers: set, changed, taken back. Facts say which kind and in which contact.

A mark is on the number, not on the contact: the next call of that number is received by it, and
every seat that has such a call now sees it. One mark of each kind; a new one replaces the old.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.core.citizen import CallerFlag, FlagKind, with_flag
from gateway.core.contact import ChatRecord, ContactRecord
from gateway.core.errors import Invalid, NotAllowed, Problem, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Operator, Right, may
from gateway.intake.floor import Floor
from gateway.intake.records import Records

NOTE_CHARACTERS = 200
MOST_DAYS = 3650
UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
LANGUAGE = re.compile("[a-z]{2,8}")
WITHHELD = Problem(
    "/number",
    "number-withheld",
    "来电没有号码，无法标记。",
    "The caller's number is withheld: there is nothing to mark.",
)


def new_flag(number: str, kind: FlagKind, note: str, days: int, now: datetime) -> CallerFlag:
    """A mark that holds for ``days`` from ``now``, 0 until it is taken back.

    Raises Invalid with every problem; ``number`` is normalised, empty when withheld.
    """
    note = " ".join(note.split())
    problems = [] if number else [WITHHELD]
    if len(note) > NOTE_CHARACTERS:
        zh, en = f"备注最多 {NOTE_CHARACTERS} 字。", f"A note of at most {NOTE_CHARACTERS} letters."
        problems.append(Problem("/note", "too-long", zh, en))
    if UNWRITABLE.search(note):
        zh, en = "备注含有不允许的字符。", "Some characters of the note are not allowed."
        problems.append(Problem("/note", "characters", zh, en))
    if kind is FlagKind.LANGUAGE and not LANGUAGE.fullmatch(note):
        zh, en = "备注应为语言代码，如 en、yue。", "The note must be a language's code: en, yue."
        problems.append(Problem("/note", "not-a-language", zh, en))
    if not 0 <= days <= MOST_DAYS:
        zh, en = f"天数应为 0 至 {MOST_DAYS}（0 为长期）。", f"Days: 0 (for good) to {MOST_DAYS}."
        problems.append(Problem("/days", "not-in-range", zh, en))
    if problems:
        raise Invalid(*problems)
    until = now + timedelta(days=days) if days else None
    return CallerFlag(number=number, kind=kind, note=note, until=until)


def ended_flag(number: str, kind: FlagKind, now: datetime) -> CallerFlag:
    """The mark taken back; what was noted goes with it."""
    return CallerFlag(number=number, kind=kind, until=now)


def fact_of(what: FactKind, kind: FlagKind, now: datetime) -> Fact:
    """Which kind of mark; whose number it is stands nowhere in it."""
    return Fact(kind=what, at=now, data={"kind": kind.value})


class Marks:
    """What operators do with marks; only through a contact that they may see."""

    def __init__(self, floor: Floor, records: Records) -> None:
        self.floor = floor
        self._records = records

    async def of(self, number: str) -> tuple[CallerFlag, ...]:
        """The marks that this number has now, one of each kind."""
        return await self.floor.store.flags(number, self.floor.clock.now())

    async def mark(
        self, operator: Operator, contact_id: str, kind: FlagKind, note: str, days: int
    ) -> tuple[CallerFlag, ...]:
        """Mark the number of this contact; the marks that it has then.

        Raises NotAllowed, Unknown, Invalid, StoreUnavailable.
        """
        record = await self._contact(operator, contact_id)
        spoken = {one.language for one in self.floor.queues.values()} - {""}
        if kind is FlagKind.LANGUAGE and note.strip() not in spoken:
            zh, en = "没有这种语言的队列。", "There is no queue for this language."
            raise Invalid(Problem("/note", "unknown-language", zh, en))
        async with self.floor.turn:
            now = self.floor.clock.now()
            flag = new_flag(record.number, kind, note, days, now)
            before = await self.of(flag.number)
            fact = self._fact(FactKind.NUMBER_FLAGGED, record, operator, flag)
            await self.floor.commit(flag, fact, must=True)
        return with_flag(before, flag, now)

    async def unmark(
        self, operator: Operator, contact_id: str, kind: FlagKind
    ) -> tuple[CallerFlag, ...]:
        """Take a mark back; the marks that are left.

        Raises NotAllowed, Unknown (the contact, or no such mark), Invalid, StoreUnavailable.
        """
        record = await self._contact(operator, contact_id)
        number = record.number
        if not number:
            raise Invalid(WITHHELD)
        async with self.floor.turn:
            now = self.floor.clock.now()
            before = await self.of(number)
            if kind not in {flag.kind for flag in before}:
                raise Unknown("flag", kind.value)
            flag = ended_flag(number, kind, now)
            fact = self._fact(FactKind.NUMBER_UNFLAGGED, record, operator, flag)
            await self.floor.commit(flag, fact, must=True)
        return with_flag(before, flag, now)

    async def _contact(self, operator: Operator, contact_id: str) -> ContactRecord | ChatRecord:
        if not may(operator.role, Right.FLAG_NUMBER):
            raise NotAllowed(Right.FLAG_NUMBER.value)
        return await self._records.visible(operator, contact_id)

    def _fact(
        self,
        what: FactKind,
        record: ContactRecord | ChatRecord,
        operator: Operator,
        flag: CallerFlag,
    ) -> Fact:
        seat = self.floor.seat_of(operator.id)
        return replace(
            fact_of(what, flag.kind, self.floor.clock.now()),
            contact_id=record.id,
            seat=seat.number if seat else "",
            operator_id=operator.id,
        )

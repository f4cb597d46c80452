"""What operators hold against a contact, and the reminder. Evidence comes from what was said there.

A record made after the reminder says that they went on: the procedure moves by it. A detector's
proposal moves nothing until a supervisor has looked at it.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.core.contact import ChatRecord, ContactRecord
from gateway.core.errors import Invalid, NotAllowed, Problem, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.masking import masked
from gateway.core.misconduct import (
    Misconduct,
    MisconductKind,
    MisconductState,
    checked_evidence,
    looked_at,
)
from gateway.core.operator import Operator, Right, may
from gateway.core.standing import Standing, StandingMove, persisted, reminded
from gateway.intake.ids import new_id
from gateway.intake.marks import WITHHELD
from gateway.intake.records import Records
from gateway.intake.standings import Standings

MOST_TOLD = 500
"""Characters of a reminder."""


class Conduct:
    """What operators and supervisors do with records of misconduct."""

    def __init__(self, standings: Standings, records: Records) -> None:
        self.standings = standings
        self.floor = standings.floor
        self._records = records

    async def of(
        self, operator: Operator, contact_id: str
    ) -> tuple[Standing | None, tuple[Misconduct, ...]]:
        """The procedure against whoever this contact is with, and the records, newest first.

        Raises Unknown, NotAllowed, StoreUnavailable.
        """
        _record, identity_id = await self._contact(operator, contact_id)
        if not identity_id:
            return None, ()
        found = await self.floor.store.misconducts_of(identity_id)
        return self.standings.open_of(identity_id), self.visible(operator, found)

    async def mark(
        self,
        operator: Operator,
        contact_id: str,
        kind: MisconductKind,
        *,
        source: str,
        source_id: str = "",
        note: str = "",
    ) -> Misconduct:
        """Hold this against the contact; ``source``: ``segment``, ``message`` or ``note``.

        Raises Unknown (also the passage), NotAllowed, Invalid, StoreUnavailable.
        """
        _record, identity_id = await self._contact(operator, contact_id)
        if not identity_id:
            raise Invalid(WITHHELD)
        await self.standings.must_not_retaliate(operator, identity_id)
        text = note if source == "note" else await self._passage(contact_id, source, source_id)
        evidence = checked_evidence(masked(text))
        async with self.floor.turn:
            now = self.floor.clock.now()
            made = Misconduct(
                id=new_id(now),
                contact_id=contact_id,
                identity_id=identity_id,
                kind=kind,
                at=now,
                by=operator.id,
                source=source,
                source_id=source_id,
                evidence=evidence,
            )
            await self._keep(made, operator)
        return made

    async def evidence(
        self, operator: Operator, standing: Standing, session: str
    ) -> tuple[Misconduct, ...]:
        """All that is held against them; that it was looked at is noted in each contact.

        Raises NotAllowed, StoreUnavailable.
        """
        if not may(operator.role, Right.SUPERVISE):
            raise NotAllowed(Right.SUPERVISE.value)
        found = await self.floor.store.misconducts_of(standing.identity_id)
        found = self.visible(operator, found)
        for contact_id in sorted({one.contact_id for one in found}):
            viewed = FactKind.CONTACT_VIEWED
            await self._records.note_once(viewed, operator, contact_id, session)
        return found

    def visible(self, operator: Operator, records: Sequence[Misconduct]) -> tuple[Misconduct, ...]:
        """Those of contacts that exist for this person."""
        barred = self.floor.barred
        return tuple(one for one in records if not barred(operator.id, one.contact_id))

    async def look(self, operator: Operator, misconduct_id: str, *, holds: bool) -> Misconduct:
        """A supervisor confirms or dismisses a record. Raises as ``mark``, and IllegalMove."""
        if not may(operator.role, Right.SUPERVISE):
            raise NotAllowed(Right.SUPERVISE.value)
        known = await self.floor.store.misconduct(misconduct_id)
        if known is None or not self.visible(operator, (known,)):
            raise Unknown("misconduct", misconduct_id)
        if holds:
            await self.standings.must_not_retaliate(operator, known.identity_id)
        async with self.floor.turn:
            found = await self.floor.store.misconduct(misconduct_id) or known
            done = looked_at(found, operator.id, self.floor.clock.now(), holds=holds)
            if found.state is MisconductState.PROPOSED and holds:
                await self._keep(done, operator)
            else:
                await self.floor.commit(done, self._fact(done, operator), must=True)
        return done

    async def remind(self, operator: Operator, contact_id: str, told: str) -> Standing:
        """They were told to stop, in these words, just now. Raises as ``mark``, and IllegalMove."""
        _record, identity_id = await self._contact(operator, contact_id)
        if not identity_id:
            raise Invalid(WITHHELD)
        await self.standings.must_not_retaliate(operator, identity_id)
        if len(told) > MOST_TOLD:
            zh, en = f"提醒内容最多 {MOST_TOLD} 字。", f"At most {MOST_TOLD} letters."
            raise Invalid(Problem("/told", "too-long", zh, en))
        async with self.floor.turn:
            now = self.floor.clock.now()
            found = await self.floor.store.misconducts_of(identity_id)
            held = [one for one in found if one.state is MisconductState.NOTED]
            if not held:
                zh = "请先记录不当行为并附证据，再作提醒。"
                en = "Note the misconduct with its evidence first."
                raise Invalid(Problem("", "no-evidence", zh, en))
            fresh = Standing(
                id=new_id(now), identity_id=identity_id, kind=held[0].kind, opened_at=now
            )
            one = self.standings.open_of(identity_id) or fresh
            moved = reminded(one, operator.id, now, told)
            remind = StandingMove.REMIND
            await self.standings.keep(moved, remind, operator_id=operator.id, contact_id=contact_id)
        return moved

    async def _keep(self, made: Misconduct, operator: Operator) -> None:
        """Record it; a procedure that goes on moves with it."""
        fact = self._fact(made, operator)
        one = self.standings.open_of(made.identity_id)
        if one is None:
            await self.floor.commit(made, fact, must=True)
            return
        at = self.floor.clock.now()
        moved = persisted(one, made.kind, at, self.standings.rules)
        await self.standings.keep(
            moved,
            StandingMove.PERSIST,
            made,
            fact,
            operator_id=operator.id,
            contact_id=made.contact_id,
        )

    async def _contact(
        self, operator: Operator, contact_id: str
    ) -> tuple[ContactRecord | ChatRecord, str]:
        if not may(operator.role, Right.TAKE_CALLS):
            raise NotAllowed(Right.TAKE_CALLS.value)
        record = await self._records.visible(operator, contact_id)
        return record, await self.standings.identity_of(record)

    async def _passage(self, contact_id: str, source: str, source_id: str) -> str:
        """What was said there, as it is shown."""
        if source == "segment":
            for one in await self.floor.store.segments(contact_id):
                if one.id == source_id:
                    return one.shown
        elif source == "message":
            message = await self.floor.store.message(source_id)
            if message is not None and message.contact_id == contact_id:
                return message.text
        raise Unknown(source, source_id)

    def _fact(self, made: Misconduct, operator: Operator) -> Fact:
        seat = self.floor.seat_of(operator.id)
        return Fact(
            kind=FactKind.MISCONDUCT_NOTED,
            at=self.floor.clock.now(),
            contact_id=made.contact_id,
            seat=seat.number if seat else "",
            operator_id=operator.id,
            data={
                "misconduct_id": made.id,
                "kind": made.kind.value,
                "source": made.source,
                "state": made.state.value,
            },
        )

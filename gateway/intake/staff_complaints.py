"""投诉工作人员: marked by operators, listed and closed by supervisors who are not concerned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.core.chat import ChatState
from gateway.core.chat_moves import fact_of, released, withdrawn
from gateway.core.contact import ChatRecord
from gateway.core.errors import Invalid, NotAllowed, Problem, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Operator, Right, may
from gateway.core.staff_complaint import ComplaintSource, StaffComplaint, closed, named
from gateway.intake.complained_of import ComplainedOf, Found, begun, begun_fact
from gateway.intake.doors import complaint_queue
from gateway.intake.floor import Floor
from gateway.intake.records import Records
from gateway.intake.standings import Standings

MOST_OVER = 50
"""Of those that are closed, on the screen."""
REASON = "staff_complaint"


class StaffComplaints:
    """What operators and supervisors do with them."""

    def __init__(self, floor: Floor, records: Records, standings: Standings) -> None:
        self.floor = floor
        self._records = records
        self._standings = standings
        self._found = ComplainedOf(floor)

    async def staff(self) -> list[Operator]:
        """Whom a citizen may complain of, by name. Raises StoreUnavailable."""
        there = (one for one in await self.floor.store.operators() if not one.removed)
        serving = [one for one in there if may(one.role, Right.TAKE_CALLS)]
        return sorted(serving, key=lambda one: (one.name, one.login))

    async def of(self, operator: Operator, contact_id: str) -> StaffComplaint | None:
        """The complaint that is said in this contact. Raises Unknown, StoreUnavailable."""
        await self._records.visible(operator, contact_id)
        found = await self.floor.store.staff_complaint_of(contact_id)
        if found is not None and operator.id in found.concerned:
            return None  # they are in this very call
        return found

    async def mark(
        self, operator: Operator, contact_id: str, operator_ids: Sequence[str]
    ) -> StaffComplaint:
        """The citizen complains of these in this contact; nobody given: who served them lately.

        Raises Unknown (contact), Invalid (people), IllegalMove (closed), StoreUnavailable.
        """
        if not may(operator.role, Right.TAKE_CALLS):
            raise NotAllowed(Right.TAKE_CALLS.value)
        record = await self._records.visible(operator, contact_id)
        known_ids = {one.id for one in await self.floor.store.operators()}
        if not known_ids.issuperset(operator_ids):
            zh, en = (
                "没有这位工作人员，请从名单中选择。",
                "Nobody has this id: choose from the list.",
            )
            raise Invalid(Problem("/operator_ids", "unknown", zh, en))
        identity_id = await self._standings.identity_of(record)
        people = tuple(operator_ids)
        source = ComplaintSource.MARKED
        now = self.floor.clock.now()
        who = {identity_id} - {""}
        if not people:
            lately = await self._found.named("", "", record.number, who, now)
            people = tuple(one for one in lately.concerned if one != operator.id)
            source = ComplaintSource.LATELY
        async with self.floor.turn:
            known = await self.floor.store.staff_complaint_of(contact_id)
            if known is None:
                nobody = Found(concerned=(), source=source)
                fresh = begun(contact_id, who, nobody, now, operator.id)
                made = named(fresh, people, operator.id)
                fact = begun_fact(made, now)
            else:
                made = named(known, people, operator.id)
                fact = Fact(
                    kind=FactKind.STAFF_COMPLAINT_NAMED,
                    at=now,
                    contact_id=contact_id,
                    operator_id=operator.id,
                    data={"complaint_id": made.id, "concerned": len(made.concerned)},
                )
            await self.floor.commit(made, fact, must=True)
        if isinstance(record, ChatRecord):
            await self._hand_on(contact_id)
        return made

    async def _hand_on(self, contact_id: str) -> None:
        """A conversation leaves whoever may not have it, and goes where complaints go."""
        async with self.floor.chats.turn(contact_id):
            chat = self.floor.chats.open.get(contact_id)
            if chat is None:
                return
            wanted = complaint_queue(self.floor, chat.queue)
            queue = wanted if wanted != chat.queue else ""
            now = self.floor.clock.now()
            barred = self.floor.bars.bars(chat.operator_id, contact_id)
            if chat.state is ChatState.OFFERED and (barred or queue):
                chat, fact = withdrawn(chat, now, REASON)
                await self.floor.commit_chat(chat, fact)
            if chat.state is ChatState.OPEN and (barred or queue):
                await self.floor.commit_chat(*released(chat, now, reason=REASON, queue=queue))
            elif chat.state is ChatState.WAITING and queue:
                moved = FactKind.CHAT_TRANSFERRED
                fact = fact_of(moved, chat, now, reason=REASON, to_queue=queue)
                await self.floor.commit_chat(replace(chat, queue=queue), fact)

    # ---- supervisors ----

    def listed(self, operator: Operator) -> tuple[StaffComplaint, ...]:
        """The open ones that do not concern whoever looks, the oldest first."""
        mine = [o for o in self.floor.complaints.values() if operator.id not in o.concerned]
        return tuple(sorted(mine, key=lambda one: (one.since, one.id)))

    async def over(self, operator: Operator) -> tuple[StaffComplaint, ...]:
        """The last that were closed, as ``listed``. Raises StoreUnavailable."""
        found = await self.floor.store.staff_complaints_over(MOST_OVER)
        return tuple(one for one in found if operator.id not in one.concerned)

    async def close(self, operator: Operator, complaint_id: str, result: str) -> StaffComplaint:
        """What came of it. Raises Unknown (also who is concerned), IllegalMove, Invalid."""
        if not may(operator.role, Right.SUPERVISE):
            raise NotAllowed(Right.SUPERVISE.value)
        async with self.floor.turn:
            known = await self.floor.store.staff_complaint(complaint_id)
            if known is None or operator.id in known.concerned:
                raise Unknown("staff complaint", complaint_id)
            now = self.floor.clock.now()
            done = closed(known, operator.id, now, result)
            fact = Fact(
                kind=FactKind.STAFF_COMPLAINT_CLOSED,
                at=now,
                contact_id=done.contacts[0],
                operator_id=operator.id,
                data={"complaint_id": done.id},
            )
            await self.floor.commit(done, fact, must=True)
        return done

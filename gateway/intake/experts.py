"""专家: the roster as it is now, who is available, who is tried, and changes to it.

The roster is read from the store at the start and again every quarter of a minute, so that what
``hotline expert import`` writes beside a running gateway is known soon.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from gateway.core import expert as core
from gateway.core.errors import IllegalMove, Invalid, Problem, StoreUnavailable, Unknown
from gateway.core.expert import Department, Expert, Now, Reason
from gateway.core.facts import Fact, FactKind
from gateway.core.guest import GuestState
from gateway.core.guest_kind import GuestEnd, GuestRole
from gateway.core.operator import Operator
from gateway.core.reach import Try
from gateway.core.seat import SeatState
from gateway.core.workdays import WorkingTime
from gateway.intake.floor import Floor
from gateway.intake.roster_cells import Known, unreachable
from gateway.intake.roster_sheet import Roster, read_roster

READ_EVERY_SECONDS = 15.0
DECLINED_FOR = timedelta(minutes=5)
OPEN_GUEST = (GuestState.DIALLING, GuestState.IN)

Json = dict[str, Any]


class Experts:
    """``open`` it before calls come, ``run`` it; provides the targets of ``intake.directory``.

    ``trunks`` are those that lead out.
    """

    def __init__(self, floor: Floor, office: WorkingTime, trunks: Collection[str]) -> None:
        self.floor = floor
        self.departments: dict[str, Department] = {}
        self.experts: dict[str, Expert] = {}
        self._declined: dict[str, datetime] = {}
        self.office = office
        self._trunks = tuple(trunks)
        floor.listeners.append(self._hear)

    async def open(self) -> None:
        """Read the roster. Raises StoreUnavailable."""
        departments = await self.floor.store.departments()
        experts = await self.floor.store.experts()
        self.departments = {one.id: one for one in departments}
        self.experts = {one.id: one for one in experts}

    async def run(self) -> None:
        """Read it again and again; while the store is away what was read last goes on."""
        while True:
            await self.floor.clock.sleep(READ_EVERY_SECONDS)
            try:
                await self.open()
            except StoreUnavailable:
                continue

    # ---- who can be asked ----

    def _hear(self, fact: Fact) -> None:
        """An expert who was asked and did not come is asked after the others for a while."""
        if fact.kind is not FactKind.GUEST_FAILED:
            return
        guest = self.floor.guests.get(str(fact.data.get("guest")))
        if guest and guest.role is GuestRole.EXPERT and guest.end is not GuestEnd.WITHDRAWN:
            self._declined[guest.target_id] = fact.at

    def now(self, at: datetime) -> Now:
        """What is known of everybody at this moment."""
        self._declined = {id_: t for id_, t in self._declined.items() if at - t < DECLINED_FOR}
        seats = self.floor.seats.values()
        gone = {seat.number for seat in seats if seat.state is SeatState.SIGNED_OUT}
        talking = {seat.number for seat in seats if seat.contact_id}
        at_seats = {one.id for one in self.experts.values() if one.seat in talking}
        open_guests = (one for one in self.floor.guests.values() if one.state in OPEN_GUEST)
        called = {one.target_id for one in open_guests if one.role is GuestRole.EXPERT}
        return Now(
            local=at.astimezone(self.office.zone).replace(tzinfo=None),
            workday=self.office.workday,
            in_call=at_seats | called,
            declined=frozenset(self._declined),
            away=gone,
        )

    def people(self, department_id: str = "") -> list[Expert]:
        """Everybody who is still there, of one department or of all."""
        return [
            one
            for one in self.experts.values()
            if not one.removed and department_id in ("", one.department_id)
        ]

    def entries(self) -> list[Json]:
        """Experts to choose from; no number of anybody."""
        now = self.now(self.floor.clock.now())
        shown = []
        for one in self.people():
            why = core.availability(one, now)
            shown.append(
                {
                    "id": one.id,
                    "title": one.name,
                    "department_id": one.department_id,
                    "skills": list(one.skills),
                    "available": why is Reason.NONE,
                    "reason": why.value,
                }
            )
        return shown

    def department_entries(self) -> list[Json]:
        """Departments to choose from; ``available`` counts who could come now."""
        now = self.now(self.floor.clock.now())
        free = [
            one.department_id for one in self.people() if core.availability(one, now) is Reason.NONE
        ]
        return [
            {
                "id": one.id,
                "title_zh": one.title_zh,
                "title_en": one.title_en or one.title_zh,
                "available": free.count(one.id),
            }
            for one in self.departments.values()
            if not one.removed
        ]

    def title(self, target: str) -> str:
        """The name of a department or expert. Raises Unknown."""
        department, one = self._target(target)
        return one.name if one else department.title_zh

    def tries(self, target: str, region: str, now: datetime) -> tuple[Try, ...]:
        """Who is tried for a department or an expert; ``region`` is a skill, or empty.

        Whoever asks for one expert gets that one only, whatever the rota says. Raises Unknown.
        """
        department, one = self._target(target)
        if one is not None:
            tried: Iterable[Expert] = (one,) if one.active else ()
        else:
            tried = core.chain(self.people(department.id), self.now(now), skill=region)
        return tuple(
            Try(
                target_id=each.id,
                title=f"{department.title_zh} {each.name}",
                number=each.number,
                trunk=each.trunk,
                seat=each.seat,
                ring_seconds=department.ring_seconds,
            )
            for each in tried
        )

    def department_of(self, target: str) -> Department | None:
        """The department that a target is or belongs to; None when it is no more."""
        one = self.experts.get(target)
        return self.departments.get(one.department_id if one else target)

    def _target(self, target: str) -> tuple[Department, Expert | None]:
        one = self.experts.get(target)
        if one is not None and one.removed:
            one = None
        department = self.departments.get(one.department_id if one else target)
        if department is None or department.removed:
            raise Unknown("expert", target)
        return department, one

    def week(self, department_id: str, at: datetime | None) -> tuple[date, tuple[core.Slot, ...]]:
        """The Monday of the week of this moment (None: now), and who is on duty in it."""
        local = (at or self.floor.clock.now()).astimezone(self.office.zone)
        monday = local.date() - timedelta(days=local.weekday())
        return monday, core.week(self.people(department_id), monday, self.office.workday)

    # ---- changes ----

    def known(self) -> Known:
        """What a roster may speak of here."""
        return Known(
            trunks=self._trunks,
            seats=frozenset(self.floor.seats),
            departments=self.departments,
            experts=frozenset(self.experts),
        )

    async def keep_department(self, by: Operator, department: Department) -> None:
        """A new or changed department. Raises Invalid: an expert has this id."""
        if department.id in self.experts:
            raise Invalid(_taken("/id"))
        fact = self._fact(by, "department", department.id)
        await self.floor.store.record(department, fact)
        self.departments[department.id] = department

    async def drop_department(self, by: Operator, id_: str) -> None:
        """Remove an empty department. Raises Unknown; IllegalMove while it has experts."""
        department = self.departments.get(id_)
        if department is None or department.removed:
            raise Unknown("department", id_)
        if self.people(id_):
            raise IllegalMove("department", "has experts", "remove")
        await self.keep_department(by, replace(department, removed=True))

    async def keep(self, by: Operator, expert: Expert) -> None:
        """A new or changed expert. Raises Invalid with every problem."""
        problems = [
            Problem("/number", "not-reachable", zh, en)
            for zh, en in unreachable(expert, self.known())
        ]
        department = self.departments.get(expert.department_id)
        if department is None or department.removed:
            zh, en = "没有这个部门。", "There is no such department."
            problems.append(Problem("/department_id", "unknown-department", zh, en))
        if expert.id in self.departments:
            problems.append(_taken("/id"))
        if problems:
            raise Invalid(*problems)
        await self._keep(by, expert)

    async def drop(self, by: Operator, id_: str) -> None:
        """Remove an expert; name and number are forgotten. Raises Unknown."""
        one = self.experts.get(id_)
        if one is None or one.removed:
            raise Unknown("expert", id_)
        bare = replace(one, name="", number="", trunk="", seat="", duties=(), removed=True)
        await self._keep(by, bare)

    async def _keep(self, by: Operator, expert: Expert) -> None:
        await self.floor.store.record(expert, self._fact(by, "expert", expert.id))
        self.experts[expert.id] = expert

    async def take(self, by: Operator, text: str, *, dry_run: bool) -> Roster:
        """Read a CSV file; unless a line is faulty or it is a ``dry_run``, make it so."""
        roster = read_roster(text, self.known())
        if roster.bad or dry_run:
            return roster
        async with self.floor.turn:
            count = len(roster.experts)
            fact = imported(self.floor.clock.now(), by.id, count)
            await self.floor.store.record(*roster.departments, *roster.experts, fact)
            await self.open()
        return roster

    def _fact(self, by: Operator, what: str, id_: str) -> Fact:
        return Fact(
            kind=FactKind.EXPERT_CHANGED,
            at=self.floor.clock.now(),
            operator_id=by.id,
            data={"what": what, "id": id_},
        )


def imported(at: datetime, operator_id: str, count: int) -> Fact:
    """The fact of an import."""
    kind = FactKind.EXPERTS_IMPORTED
    return Fact(kind=kind, at=at, operator_id=operator_id, data={"count": count})


def _taken(pointer: str) -> Problem:
    zh = "此编号已被专家或部门使用。"
    return Problem(pointer, "taken", zh, "An expert or a department has this id.")

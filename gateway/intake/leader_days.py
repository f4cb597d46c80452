"""领导接听日: booked, changed, called off; seats are brought in line when one begins or ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from typing import Any

from gateway.core.call import CallState
from gateway.core.errors import AlreadyTaken, HotlineError, Invalid, Problem, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.leader_day import (
    KEYS,
    MOST_AHEAD,
    Choices,
    LeaderDay,
    cancelled,
    check,
    is_ahead,
    is_on,
    next_turn,
    reached_from,
    sound,
    words,
)
from gateway.core.operator import Operator
from gateway.core.queue import FALLBACK
from gateway.core.seat import SeatState
from gateway.intake.doors import taking
from gateway.intake.floor import Floor
from gateway.intake.ids import new_id
from gateway.intake.seating import Seating
from gateway.ports.modes import Announcements

LOOK_EVERY_SECONDS = 20.0
LAST_CALLERS_SECONDS = 1.0
"""How often it is looked whether those who waited at the end are answered."""
SHOWN = 200
IN_LINE = frozenset({CallState.WAITING, CallState.OFFERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A day as somebody wants it: the local date, and from when to when."""

    date: date
    begins: time
    ends: time
    name: str
    title: str
    department: str
    seat: str
    assistant: str
    queue: str
    key: str
    dids: Sequence[str]


class LeaderDays:
    """``open`` it first, ``run`` it. ``zone`` is the site's own time."""

    def __init__(
        self,
        floor: Floor,
        seating: Seating,
        sounds: Announcements,
        zone: tzinfo,
        emergency_keys: Collection[str] = (),
    ) -> None:
        self.floor = floor
        self.zone = zone
        self._seating = seating
        self._sounds = sounds
        self._emergency_keys = frozenset(emergency_keys)
        self._ahead: dict[str, LeaderDay] = {}
        self._serving: dict[str, LeaderDay] = {}
        self._changed = asyncio.Event()
        self.turned: list[Callable[[], None]] = []
        """Told when somebody else serves than before."""
        floor.reserved = self._reserved
        floor.booked = lambda queue: any(one.queue == queue for one in self._ahead.values())

    async def open(self) -> None:
        """Those that are on or to come; of the others nobody hears any more.

        Raises StoreUnavailable.
        """
        now = self.floor.clock.now()
        self._ahead = {one.id: one for one in await self.floor.store.leader_days_ahead(now)}
        self._serving = {one.id: one for one in self._ahead.values() if is_on(one, now)}
        for one in await self.floor.store.leader_days(SHOWN):
            if one.id not in self._ahead:
                await self._sounds.drop(sound(one))

    # ---- callers and seats ----

    def serving(self) -> tuple[LeaderDay, ...]:
        """Those that are on, and those whose last callers still wait."""
        return tuple(self._serving.values())

    def reached_from(self, did: str) -> tuple[LeaderDay, ...]:
        """Those that callers of this number can be led to: on, and somebody sits at the seat."""
        found = reached_from(self._ahead.values(), did, self.floor.clock.now())
        return tuple(one for one in found if self._is_there(one))

    def _is_there(self, day: LeaderDay) -> bool:
        seat = self.floor.seats.get(day.seat)
        there = seat is not None and seat.state is not SeatState.SIGNED_OUT
        return there and day.queue in taking(self.floor)

    def _reserved(self, number: str) -> Mapping[str, int] | None:
        """The leader's seat serves their queue, the assistant's none."""
        for day in self._serving.values():
            if number == day.seat:
                return {day.queue: 0}
            if number == day.assistant:
                return {}
        return None

    # ---- booked, changed, called off ----

    def choices(self) -> Choices:
        """What there is to book now."""
        floor, queues = self.floor, taking(self.floor)
        reached = {one.queue for one in floor.numbers.values()}
        reached |= {one.closed_queue for one in queues.values()} | {FALLBACK}
        keys = {one.key for one in queues.values()} | self._emergency_keys
        return Choices(
            dids=tuple(floor.numbers),
            seats=tuple(floor.seats),
            queues=[n for n, one in queues.items() if n not in reached and not one.key],
            keys=sorted(KEYS - keys),
        )

    async def book(self, operator: Operator, wanted: Wanted) -> LeaderDay:
        """Book it: what callers will hear is ready before it stands.

        Raises Invalid, AlreadyTaken (too many ahead), StoreUnavailable.
        """
        now = self.floor.clock.now()
        if len(self._ahead) >= MOST_AHEAD:
            raise AlreadyTaken("leader_day", str(MOST_AHEAD), "")
        made = LeaderDay(
            id=new_id(now), booked_by=operator.id, booked_at=now, **self._fields(wanted)
        )
        return await self._put(made, None, FactKind.LEADER_DAY_BOOKED, operator)

    async def change(self, operator: Operator, day_id: str, wanted: Wanted) -> LeaderDay:
        """Change all of it, also while it is on. Raises as ``book``, and Unknown (or over)."""
        before = self._known(day_id)
        changed = replace(
            before,
            changed_by=operator.id,
            changed_at=self.floor.clock.now(),
            **self._fields(wanted),
        )
        return await self._put(changed, before, FactKind.LEADER_DAY_CHANGED, operator)

    async def cancel(self, operator: Operator, day_id: str) -> None:
        """Call it off, or end it now. Raises Unknown (or over), StoreUnavailable."""
        async with self.floor.turn:
            now = self.floor.clock.now()
            over = cancelled(self._known(day_id), now, operator.id)
            fact = _fact(FactKind.LEADER_DAY_CANCELLED, over, now, operator.id)
            await self.floor.commit(over, fact, must=True)
            del self._ahead[day_id]
        await self._sounds.drop(sound(over))
        self._changed.set()

    async def _put(
        self, day: LeaderDay, before: LeaderDay | None, kind: FactKind, operator: Operator
    ) -> LeaderDay:
        check(day, self._ahead.values(), self.choices(), self.floor.clock.now())
        new_sound = before is None or sound(before) != sound(day)
        if new_sound:
            try:
                await self._sounds.spoken(sound(day), words(day))
            except Invalid as silent:
                zh = "姓名、职务、部门须能朗读，请只用汉字。"
                en = "Name, title and department are read to callers: Chinese characters only."
                raise Invalid(Problem("/name", "cannot-be-spoken", zh, en)) from silent
        try:
            async with self.floor.turn:
                now = self.floor.clock.now()
                if before is not None:
                    self._known(day.id)
                check(day, self._ahead.values(), self.choices(), now)
                await self.floor.commit(day, _fact(kind, day, now, operator.id), must=True)
                self._ahead[day.id] = day
        except HotlineError:
            if new_sound:
                await self._sounds.drop(sound(day))
            raise
        if before is not None and new_sound:
            await self._sounds.drop(sound(before))
        self._changed.set()
        return day

    def _fields(self, wanted: Wanted) -> dict[str, Any]:
        begins, ends = (
            datetime.combine(wanted.date, at, self.zone) for at in (wanted.begins, wanted.ends)
        )
        return {
            "begins_at": begins,
            "ends_at": ends,
            "name": wanted.name.strip(),
            "title": wanted.title.strip(),
            "department": wanted.department.strip(),
            "seat": wanted.seat,
            "assistant": wanted.assistant,
            "queue": wanted.queue,
            "key": wanted.key,
            "dids": tuple(dict.fromkeys(wanted.dids)),
        }

    def _known(self, day_id: str) -> LeaderDay:
        found = self._ahead.get(day_id)
        if found is None or not is_ahead(found, self.floor.clock.now()):
            raise Unknown("leader_day", day_id)
        return found

    # ---- over time ----

    async def run(self) -> None:
        """Bring seats in line when a day begins, changes or ends, for ever."""
        while True:
            self._changed.clear()
            await self.look()
            await self._sleep()

    async def look(self) -> None:
        """Who serves what now; a leader answers those who waited when the time was over."""
        now = self.floor.clock.now()
        before = self._serving
        on = {one.id: one for one in self._ahead.values() if is_on(one, now)}
        late = {id_: one for id_, one in before.items() if id_ not in on and self._waits(one)}
        self._serving = on | late
        for one in tuple(self._ahead.values()):
            if not is_ahead(one, now) and one.id not in self._serving:
                del self._ahead[one.id]
                await self._sounds.drop(sound(one))
        moved = {
            number
            for id_ in before.keys() | self._serving.keys()
            if before.get(id_) != self._serving.get(id_)
            for one in (before.get(id_), self._serving.get(id_))
            if one is not None
            for number in (one.seat, one.assistant)
        }
        if moved:
            for tell in self.turned:
                tell()
        for number in sorted(moved):
            seat = self.floor.seats.get(number)
            if seat is not None and seat.state is not SeatState.SIGNED_OUT:
                with suppress(HotlineError):  # the next login of the link brings all seats in line
                    await self._seating.enlist(seat)

    def _waits(self, day: LeaderDay) -> bool:
        calls = self.floor.calls.values()
        return any(one.queue == day.queue and one.state in IN_LINE for one in calls)

    async def _sleep(self) -> None:
        now = self.floor.clock.now()
        late = any(not is_on(one, now) for one in self._serving.values())
        seconds = LAST_CALLERS_SECONDS if late else LOOK_EVERY_SECONDS
        if at := next_turn(self._ahead.values(), now):
            seconds = min(seconds, max(0.05, (at - now).total_seconds()))
        async with asyncio.TaskGroup() as group:
            timer = group.create_task(self.floor.clock.sleep(seconds))
            changed = group.create_task(self._changed.wait())
            await asyncio.wait((timer, changed), return_when=asyncio.FIRST_COMPLETED)
            timer.cancel()
            changed.cancel()


def _fact(kind: FactKind, day: LeaderDay, at: datetime, operator_id: str) -> Fact:
    return Fact(
        kind=kind,
        at=at,
        seat=day.seat,
        operator_id=operator_id,
        data={
            "leader_day_id": day.id,
            "seat": day.seat,
            "queue": day.queue,
            "begins": day.begins_at.isoformat(timespec="minutes"),
        },
    )

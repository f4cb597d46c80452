"""The assistant of a leader hears each of the leader's calls, and may whisper.

It begins by itself when the leader has answered, if the assistant's seat is ready. Whatever fails
there, the call does not change: the assistant is a guest whom the citizen does not hear.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import structlog

from gateway.core.call import WITH_SEAT, Call
from gateway.core.errors import HotlineError, Invalid, NotAllowed, Problem
from gateway.core.guest import Guest
from gateway.core.guest_kind import GuestMode, GuestRole
from gateway.core.leader_day import LeaderDay
from gateway.core.operator import Operator
from gateway.core.seat import Seat, SeatState
from gateway.intake.floor import Floor
from gateway.intake.leader_days import LeaderDays
from gateway.intake.supervision import Supervision
from gateway.ports import Row

LOOK_EVERY_SECONDS = 2.0
WAYS = frozenset({GuestMode.LISTEN, GuestMode.WHISPER})

Json = dict[str, Any]
log = structlog.get_logger()


class LeaderShadow:
    """``run`` it beside reception."""

    def __init__(self, floor: Floor, days: LeaderDays, supervision: Supervision) -> None:
        self.floor = floor
        self._days = days
        self._supervision = supervision
        self._tried: set[str] = set()
        self._told: dict[str, Json | None] = {}
        self._news = asyncio.Event()
        floor.row_listeners.append(self._see)
        floor.pictures.append(self.picture)
        days.turned.append(self._tell)

    async def run(self) -> None:
        """Let assistants hear, for ever; also what was answered while the gateway was away."""
        while True:
            self._news.clear()
            await self.look()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_SECONDS):
                    await self._news.wait()

    async def look(self) -> None:
        """Each call once: an assistant who leaves it is not called again."""
        self._tried &= self.floor.calls.keys()
        for day in self._days.serving():
            call = self._call_of(day)
            seat = self.floor.seats.get(day.assistant)
            if call is None or seat is None or call.id in self._tried:
                continue
            operator = self.floor.operators.get(seat.operator_id)
            if seat.state is not SeatState.READY or operator is None:
                continue
            self._tried.add(call.id)
            try:
                await self._supervision.hear(operator, call.id, GuestMode.LISTEN)
            except HotlineError as fault:
                log.warning("assistant_hears_nothing", seat=seat.number, code=fault.code)

    async def act(self, by: Operator, contact_id: str, mode: GuestMode | None) -> None:
        """The assistant listens, whispers to the leader, or (None) hears no more.

        Raises NotAllowed for anybody else, Invalid for another way, Unknown, IllegalMove.
        """
        mine = self._mine(by)
        if mine is None or mine[1].id != contact_id:
            raise NotAllowed("shadow")
        if mode is None:
            await self._supervision.leave(by, contact_id)
            return
        if mode not in WAYS:
            wrong = Problem("/mode", "not-a-choice", "没有这种方式。", "There is no such way.")
            raise Invalid(wrong)
        await self._supervision.hear(by, contact_id, mode)

    # ---- screens ----

    def picture(self, operator: Operator) -> Json:
        """The leader's call that this assistant hears or may hear; None for everybody else."""
        return {"shadow": self._shown(operator)}

    def _shown(self, operator: Operator) -> Json | None:
        mine = self._mine(operator)
        if mine is None:
            return None
        day, call = mine
        guest = self._guest(operator, call)
        return {
            "contact_id": call.id,
            "leader": f"{day.title}{day.name}",
            "mode": guest.mode.value if guest else "",
            "state": guest.state.value if guest else "",
        }

    def _mine(self, operator: Operator) -> tuple[LeaderDay, Call] | None:
        seat = self.floor.seat_of(operator.id)
        for day in self._days.serving() if seat else ():
            call = self._call_of(day) if seat and day.assistant == seat.number else None
            if call is not None and not self.floor.barred(operator.id, call.id):
                return day, call
        return None

    def _guest(self, operator: Operator, call: Call) -> Guest | None:
        for guest in self.floor.guests_of(call.id):
            if guest.role is GuestRole.SUPERVISOR and guest.by == operator.id:
                return guest
        return None

    def _call_of(self, day: LeaderDay) -> Call | None:
        """The call that the leader has now."""
        seat = self.floor.seats.get(day.seat)
        call = self.floor.calls.get(seat.contact_id) if seat else None
        theirs = call is not None and call.seat == day.seat and call.queue == day.queue
        return call if theirs and call is not None and call.state in WITH_SEAT else None

    def _see(self, row: Row) -> None:
        """What may change an assistant's screen, or let one hear."""
        if self._days.serving() and isinstance(row, Call | Seat | Guest):
            self._news.set()
            self._tell()

    def _tell(self) -> None:
        """Tell assistants what is new to them, also that it is over."""
        seats = [self.floor.seats.get(day.assistant) for day in self._days.serving()]
        for id_ in {*self._told, *(one.operator_id for one in seats if one)}:
            operator = self.floor.operators.get(id_)
            shown = self._shown(operator) if operator else None
            if operator and shown != self._told.get(id_):
                self.floor.hub.tell(id_, "shadow", shown)
            self._told[id_] = shown
        self._told = {id_: one for id_, one in self._told.items() if one is not None}

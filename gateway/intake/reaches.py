"""Wishes to bring somebody into a call, walked over who may be tried until one is in.

``run`` it beside reception. A row is recorded before its device is dialled, so a gateway that dies
in between loses nobody: the next one finds who was dialled, and who is still to be tried.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from gateway.core.call import Call, CallState
from gateway.core.errors import HotlineError, IllegalMove, PhonesUnavailable
from gateway.core.facts import Fact, FactKind
from gateway.core.guest import CallIn, Device, Guest, GuestState, OutsideNumber, SeatPhone, moved
from gateway.core.guest_kind import GuestEnd, GuestRole
from gateway.core.reach import Reach, ReachState, Try
from gateway.core.seat import Seat, SeatMove, SeatState, heard_all, move
from gateway.intake.floor import Floor
from gateway.intake.seating import Seating
from gateway.ports import Phones, Row

TICK_SECONDS = 0.1
GRACE_SECONDS = 10.0
"""After its ring a guest of whom nothing was heard counts as not reached."""

log = structlog.get_logger()


class Reaches:
    """Walks every open wish."""

    def __init__(self, floor: Floor, phones: Phones, seating: Seating) -> None:
        self.floor = floor
        self.phones = phones
        self.seating = seating
        self.on_failed: list[Callable[[Reach], Awaitable[None]]] = []
        """Told of each wish for which nobody was left to try."""

    async def run(self) -> None:
        """Tick for ever."""
        while True:
            await self.tick()
            await self.floor.clock.sleep(TICK_SECONDS)

    async def tick(self) -> None:
        """Take each wish a step further, where one is due."""
        for reach in tuple(self.floor.reaches.values()):
            with suppress(HotlineError):  # the store or the telephone is away: again at once
                await self._step(reach.id)
        await self._give_up_silent()

    async def _step(self, id_: str) -> None:
        order: CallIn | None = None
        async with self.floor.turn:
            reach = self.floor.reaches.get(id_)
            call = self.floor.calls.get(reach.contact_id) if reach else None
            if reach is None or call is None or call.state is CallState.ENDED:
                return
            now = self.floor.clock.now()
            if reach.state is ReachState.UNDO and reach.undo_until and now >= reach.undo_until:
                reach = replace(reach, state=ReachState.TRYING)
            if reach.state is not ReachState.TRYING or self._dialling(reach):
                return
            order = await self._next(reach, call, now)
        if order is not None:
            await self.dial(order)
            return
        for told in self.on_failed:
            await told(self.floor.reaches[id_])

    def _dialling(self, reach: Reach) -> bool:
        return any(
            one.reach_id == reach.id and one.state in (GuestState.DIALLING, GuestState.IN)
            for one in self.floor.guests.values()
        )

    async def _next(self, reach: Reach, call: Call, now: datetime) -> CallIn | None:
        """Record who is dialled next, or that nobody is left."""
        for at in range(reach.at, len(reach.tries)):
            one = reach.tries[at]
            device, rows = self._device(one, call, now)
            if device is None:
                continue
            guest = Guest(
                id=secrets.token_hex(16),
                contact_id=call.id,
                reach_id=reach.id,
                role=reach.role,
                target_id=one.target_id,
                title=one.title,
                mode=reach.mode,
                by=reach.by,
                asked_at=now,
            )
            called = _fact(FactKind.GUEST_CALLED, reach, call, now, guest=guest.id, number=at + 1)
            tried = replace(reach, at=at + 1)
            await self.floor.commit(guest, tried, *rows, called, must=True)
            await self.seating.enforce(*(row.number for row in rows if isinstance(row, Seat)))
            return CallIn(
                guest=guest.id,
                hotline_id=call.hotline_id,
                channel=call.channel,
                role=reach.role,
                mode=reach.mode,
                to=device,
                ring_seconds=one.ring_seconds,
                shown=call.did,
                leaves=reach.leaves,
            )
        failed = replace(reach, at=len(reach.tries), state=ReachState.FAILED, ended_at=now)
        fact = _fact(FactKind.REACH_FAILED, reach, call, now, tries=len(reach.tries))
        await self.floor.commit(failed, fact, must=True)
        return None

    def _device(self, one: Try, call: Call, now: datetime) -> tuple[Device | None, list[Row]]:
        """What is dialled and which seat is kept for it; None when that seat is not free."""
        if not one.seat:
            return OutsideNumber(number=one.number, trunk=one.trunk), []
        seat = self.floor.seats.get(one.seat)
        if seat is None or seat.state is not SeatState.READY or self.floor.chats.full(seat.number):
            return None, []
        kept = replace(move(seat, SeatMove.RING, now), contact_id=call.id)
        return SeatPhone(seat=seat.number, phone=seat.phone), [kept]

    async def dial(self, order: CallIn) -> None:
        """Give the order; the guest's row is there already. One that is refused has failed."""
        try:
            if isinstance(order.to, SeatPhone):
                await self.phones.pause(order.to.seat, order.to.phone, "guest")
            await self.phones.call_in(order)
        except HotlineError as fault:
            log.warning("call_in_failed", code=fault.code, guest=order.guest)
            if not isinstance(fault, PhonesUnavailable):  # else it may have been heard: wait
                await self._not_reached(order.guest)

    async def _not_reached(self, guest_id: str) -> None:
        """Nothing will come of this one: the next is tried."""
        async with self.floor.turn:
            guest = self.floor.guests.get(guest_id)
            if guest is None or guest.state is not GuestState.DIALLING:
                return
            now = self.floor.clock.now()
            failed = replace(
                moved(guest, GuestState.FAILED), end=GuestEnd.UNREACHABLE, ended_at=now
            )
            rows: list[Row] = [failed]
            for seat in self.floor.seats.values():
                if guest.role is GuestRole.SUPERVISOR and seat.number == guest.target_id:
                    rows.append(heard_all(seat, now))
                elif self._kept_for(seat, guest):
                    free = move(seat, SeatMove.WITHDRAW, now)
                    rows.append(replace(free, contact_id="", next_break=""))
            await self.floor.commit(*rows, must=True)
        await self.seating.enforce(*(row.number for row in rows if isinstance(row, Seat)))

    def _kept_for(self, seat: Seat, guest: Guest) -> bool:
        """Whether this seat is offered this guest's part in a call that another seat has."""
        call = self.floor.calls.get(guest.contact_id)
        mine = seat.contact_id == guest.contact_id and seat.state is SeatState.OFFERED
        return mine and call is not None and call.seat != seat.number

    async def _give_up_silent(self) -> None:
        """A guest whom the telephone system never told of, also after a restart."""
        now = self.floor.clock.now()
        for guest in tuple(self.floor.guests.values()):
            if guest.state is not GuestState.DIALLING:
                continue
            limit = timedelta(seconds=self._ring_seconds(guest) + GRACE_SECONDS)
            if now - guest.asked_at > limit:
                with suppress(HotlineError):
                    await self.phones.drop(guest.id)
                    await self._not_reached(guest.id)

    def _ring_seconds(self, guest: Guest) -> int:
        reach = self.floor.reaches.get(guest.reach_id)
        tries = reach.tries if reach else ()
        return max((one.ring_seconds for one in tries), default=30)

    async def end(self, reach: Reach, state: ReachState, kind: FactKind) -> Reach:
        """Undo or withdraw; the caller holds ``turn``. Raises IllegalMove."""
        allowed = {ReachState.UNDO: ReachState.UNDONE, ReachState.TRYING: ReachState.WITHDRAWN}
        if allowed.get(reach.state) is not state:
            raise IllegalMove("reach", reach.state, state)
        call = self.floor.calls[reach.contact_id]
        now = self.floor.clock.now()
        over = replace(reach, state=state, ended_at=now)
        await self.floor.commit(over, _fact(kind, reach, call, now), must=True)
        return over


def _fact(kind: FactKind, reach: Reach, call: Call, at: datetime, **data: str | int | bool) -> Fact:
    return Fact(
        kind=kind,
        at=at,
        contact_id=call.id,
        seat=call.seat,
        operator_id=reach.by,
        data={"reach": reach.id, "role": reach.role.value, **data},
    )

"""What a supervisor does with others' calls and seats; each act is a fact."""

from __future__ import annotations

from dataclasses import replace

from gateway.core.call import WITH_SEAT, Call
from gateway.core.errors import IllegalMove, Invalid, Problem, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.guest import Guest, GuestState
from gateway.core.guest_kind import GuestMode, GuestRole
from gateway.core.operator import Operator
from gateway.core.seat import Seat, SeatMove, SeatState, move, to_hear
from gateway.intake.desk import Desk
from gateway.intake.floor import Floor
from gateway.intake.parking import FREE, called, own_leg, own_order
from gateway.intake.reaches import Reaches
from gateway.intake.records import checked_reason
from gateway.ports import Phones

FORCED = "forced"
"""Why a seat is not ready."""
SET_TO = {
    SeatState.READY: ("示闲", "ready"),
    SeatState.NOT_READY: ("示忙", "not ready"),
    SeatState.SIGNED_OUT: ("签出", "signed out"),
}
WAYS = frozenset({GuestMode.LISTEN, GuestMode.WHISPER, GuestMode.JOIN})
JOIN_LOOKS, LOOK_SECONDS = 30, 0.1
"""How long a supervisor's being let in is waited for before the seat goes."""


class Supervision:
    """Listening, whispering, joining, taking over; another seat's state."""

    def __init__(self, floor: Floor, phones: Phones, desk: Desk, reaches: Reaches) -> None:
        self.floor = floor
        self.phones = phones
        self.desk = desk
        self.reaches = reaches

    async def hear(self, by: Operator, contact_id: str, mode: GuestMode) -> None:
        """Hear a talk at one's own seat's phone, or take part in it in another way.

        Raises Invalid, also when that phone is not registered: nobody is to think that they hear.
        """
        if mode not in WAYS:
            wrong = Problem("/mode", "not-a-choice", "没有这种方式。", "There is no such way.")
            raise Invalid(wrong)
        if self._own(by, contact_id) is None:
            await self.desk.must_be_registered(self._seat(by))
        async with self.floor.turn:
            call = self._talk(contact_id)
            there = self._own(by, contact_id)
            seat = self._seat(by)
            listened = self._fact(FactKind.CALL_LISTENED, by, call, mode=mode.value)
            if there is not None:
                await self.floor.commit(listened, must=True)
            else:
                if seat.state not in FREE or seat.number == call.seat:
                    raise IllegalMove("seat", seat.state, "hear")
                there = None
                guest = own_leg(seat, call, GuestRole.SUPERVISOR, mode, self.floor)
                away = to_hear(seat, guest.asked_at)
                rows = (guest, away, listened, called(guest, call, seat))
                await self.floor.commit(*rows, must=True)
        if there is not None:
            await self.phones.move_guest(call.channel, there.id, mode)
            return
        await self.desk.seating.agree(away)
        await self.reaches.dial(own_order(guest, call, seat))

    async def leave(self, by: Operator, contact_id: str) -> None:
        """Hear it no more. Raises Unknown when one does not hear it."""
        there = self._own(by, contact_id)
        if there is None:
            raise Unknown("call", contact_id)
        await self.phones.drop(there.id)

    async def take_over(self, by: Operator, contact_id: str) -> None:
        """Be the call's seat: first in the talk, then the seat before goes."""
        call = self._talk(contact_id)
        guest = self._own(by, contact_id)
        if guest is None or guest.state is not GuestState.IN:
            raise IllegalMove("call", call.state, "take_over")
        if guest.mode is not GuestMode.JOIN:
            await self.phones.move_guest(call.channel, guest.id, GuestMode.JOIN)
            for _ in range(JOIN_LOOKS):
                if self.floor.guests[guest.id].mode is GuestMode.JOIN:
                    break
                await self.floor.clock.sleep(LOOK_SECONDS)
        call, guest = self._talk(contact_id), self.floor.guests[guest.id]
        if guest.state is not GuestState.IN or guest.mode is not GuestMode.JOIN:
            raise IllegalMove("guest", guest.mode, "take_over")
        await self.phones.leave(call.leg)

    async def force(self, by: Operator, number: str, state: SeatState, reason: str) -> Seat:
        """示闲 · 示忙 · 签出 for another's seat, with a reason that its operator is told.

        Raises Unknown, Invalid, and IllegalMove (in a call).
        """
        reason = checked_reason(reason)
        seat = self.floor.seats.get(number)
        if seat is None or seat.state is SeatState.SIGNED_OUT:
            raise Unknown("seat", number)
        whose = seat.operator_id
        match state:
            case SeatState.READY:
                done = await self.desk.make_ready(whose)
            case SeatState.SIGNED_OUT:
                done = await self.desk.sign_out(whose)
            case SeatState.NOT_READY:
                done = await self._not_ready(number)
            case _:
                wrong = Problem("/state", "not-a-choice", "不能这样设置。", "Not to be set.")
                raise Invalid(wrong)
        fact = Fact(
            kind=FactKind.SEAT_FORCED,
            at=self.floor.clock.now(),
            seat=number,
            operator_id=by.id,
            data={"state": state.value, "reason": reason, "whose": whose},
        )
        async with self.floor.turn:
            await self.floor.commit(fact, must=True)
        self.floor.hub.tell(whose, "notice", _told(by, state, reason))
        return done

    async def _not_ready(self, number: str) -> Seat:
        async with self.floor.turn:
            seat = self.floor.seats[number]
            now = self.floor.clock.now()
            away = move(seat, SeatMove.TAKE_BREAK, now, reason=FORCED)
            away = replace(away, contact_id="", next_break="", wrap_up_until=None)
            await self.floor.commit(away, must=True)
        await self.desk.seating.agree(away)
        return away

    def _talk(self, contact_id: str) -> Call:
        call = self.floor.calls.get(contact_id)
        if call is None:
            raise Unknown("call", contact_id)
        if call.state not in WITH_SEAT:
            raise IllegalMove("call", call.state, "watch")
        return call

    def _own(self, by: Operator, contact_id: str) -> Guest | None:
        for guest in self.floor.guests_of(contact_id):
            if guest.role is GuestRole.SUPERVISOR and guest.by == by.id:
                return guest
        return None

    def _seat(self, by: Operator) -> Seat:
        seat = self.floor.seat_of(by.id)
        if seat is None:
            raise IllegalMove("seat", SeatState.SIGNED_OUT, "hear")
        return seat

    def _fact(self, kind: FactKind, by: Operator, call: Call, **data: str) -> Fact:
        return Fact(
            kind=kind,
            at=self.floor.clock.now(),
            contact_id=call.id,
            seat=call.seat,
            operator_id=by.id,
            data=data,
        )


def _told(by: Operator, state: SeatState, reason: str) -> dict[str, str]:
    """What the operator reads whose seat was set."""
    zh, en = SET_TO[state]
    return {
        "level": "warning",
        "code": "seat-forced",
        "zh": f"班长{by.name}已将您的坐席改为{zh}：{reason}",
        "en": f"Supervisor {by.name} has set your seat to {en}: {reason}",
    }

"""What a batch of news does to seats, worked out on copies."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from gateway.core import line, line_guests
from gateway.core.call import WITH_SEAT, Call
from gateway.core.facts import Fact, FactKind
from gateway.core.seat import Seat, SeatMove, SeatState, move
from gateway.intake.floor import Floor

WRAP_UP_SECONDS = 60
"""For a call whose queue is gone."""


class SeatTurn:
    """The seats of one batch, and those to bring in line."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._calls: dict[str, Call] = {}
        self._seats: dict[str, Seat] = {}
        self._facts: list[Fact] = []
        self.enforce: set[str] = set()
        self.ghosts: set[str] = set()
        self.stray: list[str] = []

    def _seat(self, number: str) -> Seat | None:
        return self._seats.get(number) or self._floor.seats.get(number)

    def _seat_after(self, event: line.LineEvent, call: Call | None) -> None:
        number = getattr(event, "seat", "") or (call.seat if call else "")
        seat = self._seat(number)
        if seat is None:
            return
        if seat.state is SeatState.SIGNED_OUT:
            if isinstance(event, line.SeatRang):
                self.ghosts.add(number)  # a member nobody sits at must not be rung again
            return
        if isinstance(event, line.SeatDeclined):
            self._declined(seat, event)
        elif call is not None:
            self._seat_in(seat, call, event)

    def _seat_in(self, seat: Seat, call: Call, event: line.LineEvent) -> None:
        """What an event of a call, as that was before, does to a seat."""
        if seat.contact_id == call.id and _leaves(event, call):
            self._left(seat, call, event)
            return
        match event:
            case line.SeatRang():
                self._rang(seat, call, event)
            case line.SeatAnswered():
                self._answered(seat, call, event)
            case line.SeatLost() | line.SeatReturned():
                self._kept(seat, call, event)
            case line_guests.SeatTook():
                self._took(seat, call, event)

    def _rang(self, seat: Seat, call: Call, event: line.SeatRang) -> None:
        if event.phone is not seat.phone:
            self.stray.append(event.leg)  # the operator sits at the other phone
            return
        # A seat that asked for a break while the ring was on its way gets the break after it.
        waiting_break = seat.reason if seat.state is SeatState.NOT_READY else ""
        rung = move(seat, SeatMove.RING, event.at)
        self._put(replace(rung, contact_id=call.id, next_break=waiting_break))

    def _kept(self, seat: Seat, call: Call, event: line.SeatLost | line.SeatReturned) -> None:
        """A seat is kept for its citizen and gets no other call; a wrap-up came too early."""
        if seat.contact_id != call.id:
            if isinstance(event, line.SeatReturned):
                self._answered(seat, call, event)
        elif seat.state is SeatState.WRAPPING_UP:
            resumed = move(seat, SeatMove.RESUME, event.at)
            self._put(replace(resumed, wrap_up_until=None))
            self.enforce.add(seat.number)

    def _took(self, seat: Seat, call: Call, event: line_guests.SeatTook) -> None:
        """The seat before is done; this one talks."""
        before = self._seat(call.seat)
        if before and before.number != seat.number and before.contact_id == call.id:
            self._left(before, call, event)
        if seat.contact_id != call.id or seat.state is not SeatState.TALKING:
            self._answered(seat, call, event)

    def _answered(self, seat: Seat, call: Call, event: line.LineEvent) -> None:
        if seat.state is not SeatState.OFFERED:
            seat = move(seat, SeatMove.RING, event.at)  # the ring was lost with the link
        answered = move(seat, SeatMove.ANSWER, event.at)
        self._put(replace(answered, contact_id=call.id))
        self.enforce.add(seat.number)

    def _declined(self, seat: Seat, event: line.SeatDeclined) -> None:
        offered = self._calls.get(seat.contact_id) or self._floor.calls.get(seat.contact_id)
        mine = offered is not None and offered.hotline_id == event.hotline_id
        if seat.state is not SeatState.OFFERED or not mine:
            return
        if event.cause is not line.DeclineCause.WITHDRAWN:
            lost = move(seat, SeatMove.LOSE, event.at, reason=event.cause.value)
            self._put(replace(lost, contact_id="", next_break=""))
            self.enforce.add(seat.number)
            return
        free = move(seat, SeatMove.WITHDRAW, event.at)
        if seat.next_break:
            free = move(free, SeatMove.TAKE_BREAK, event.at, reason=seat.next_break)
        self._put(replace(free, contact_id="", next_break=""))
        self.enforce.add(seat.number)

    def _left(self, seat: Seat, call: Call, event: line.LineEvent) -> None:
        if seat.state is not SeatState.TALKING:
            return
        self._wrap_up(seat, call, event.at)

    def _wrap_up(self, seat: Seat, call: Call | None, at: datetime) -> None:
        queue = self._floor.queues.get(call.queue) if call else None
        seconds = queue.wrap_up_seconds if queue else WRAP_UP_SECONDS
        wrapping = move(seat, SeatMove.HANG_UP, at)
        self._put(replace(wrapping, wrap_up_until=at + timedelta(seconds=seconds)))
        self._facts.append(
            Fact(
                kind=FactKind.WRAP_UP_STARTED,
                at=at,
                contact_id=seat.contact_id,
                seat=seat.number,
                operator_id=seat.operator_id,
            )
        )

    def _put(self, seat: Seat) -> None:
        self._seats[seat.number] = seat


LEAVES = (
    line.SeatLeft,
    line.CallGone,
    line_guests.SeatHandedOver,
    line_guests.CallParked,
)


def _leaves(event: line.LineEvent, call: Call) -> bool:
    """Whether a talking seat is no longer in this call, which was so before the event."""
    return isinstance(event, LEAVES) or (
        isinstance(event, line.CallerQueued) and call.state in WITH_SEAT
    )

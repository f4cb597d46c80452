"""What a batch of news does to guests of calls and to the wishes that brought them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gateway.core import line, line_guests
from gateway.core.call import Call, CallState
from gateway.core.guest import Guest, GuestState, moved
from gateway.core.guest_kind import GuestEnd, GuestMode, GuestRole
from gateway.core.reach import OPEN, Reach, ReachState
from gateway.core.seat import Seat, SeatMove, SeatState, heard_all, move
from gateway.intake.floor import Floor
from gateway.intake.turn_seats import SeatTurn

OVER = {
    ReachState.UNDO: ReachState.UNDONE,
    ReachState.TRYING: ReachState.WITHDRAWN,
    ReachState.IN: ReachState.DONE,
}
"""What becomes of a wish whose call has ended."""
NOT_THEIR_FAULT = frozenset({GuestEnd.WITHDRAWN, GuestEnd.CALL_ENDED})

GuestEvent = (
    line_guests.GuestRang
    | line_guests.GuestFailed
    | line_guests.GuestJoined
    | line_guests.GuestMoved
    | line_guests.GuestLeft
    | line_guests.SeatTook
)


def seat_of(guest: Guest, reach: Reach | None) -> str:
    """The seat whose phone this guest is; empty for a line outside."""
    if reach is not None:
        return next((one.seat for one in reach.tries if one.target_id == guest.target_id), "")
    return guest.target_id if guest.role in (GuestRole.SEAT, GuestRole.SUPERVISOR) else ""


class GuestTurn(SeatTurn):
    """The guests and reaches of one batch."""

    def __init__(self, floor: Floor) -> None:
        super().__init__(floor)
        self._guests: dict[str, Guest] = {}
        self._reaches: dict[str, Reach] = {}

    def _company(self, contact_id: str) -> list[Guest]:
        """Who is dialled or in, as this batch has it."""
        there = (self._floor.guests | self._guests).values()
        open_ = (GuestState.DIALLING, GuestState.IN)
        return [one for one in there if one.contact_id == contact_id and one.state in open_]

    def _modes(self, contact_id: str) -> tuple[GuestMode, ...]:
        """How those take part who are in."""
        return tuple(one.mode for one in self._company(contact_id) if one.state is GuestState.IN)

    def _reach(self, id_: str) -> Reach | None:
        return self._reaches.get(id_) or self._floor.reaches.get(id_)

    def _guest_event(self, event: GuestEvent, call: Call) -> None:
        """Move the guest, their wish and their seat."""
        guest = self._guests.get(event.guest) or self._floor.guests.get(event.guest)
        if guest is None:
            if not isinstance(event, line_guests.GuestRang | line_guests.GuestJoined):
                return
            guest = _stranger(event, call)
        after = _after(guest, event)
        self._guests[after.id] = after
        self._wish(after, event)
        self._guest_seat(after, call, event)

    def _wish(self, guest: Guest, event: line.LineEvent) -> None:
        reach = self._reach(guest.reach_id)
        if reach is None or reach.state not in OPEN:
            return
        if guest.state is GuestState.IN and reach.state is ReachState.TRYING:
            joined = replace(reach, state=ReachState.IN, joined_at=event.at)
            self._reaches[reach.id] = joined
        elif guest.state is GuestState.GONE and reach.state is ReachState.IN:
            self._reaches[reach.id] = replace(reach, state=ReachState.DONE, ended_at=event.at)

    def _guest_seat(self, guest: Guest, call: Call, event: line.LineEvent) -> None:
        seat = self._seat(seat_of(guest, self._reach(guest.reach_id)))
        if guest.role is GuestRole.SUPERVISOR:
            self._hears_no_more(guest, event.at)
            return
        if seat is None or seat.contact_id != call.id:
            return
        match event:
            case line_guests.GuestJoined() if seat.state is SeatState.OFFERED:
                self._put(move(seat, SeatMove.ANSWER, event.at))
                self.enforce.add(seat.number)
            case line_guests.GuestFailed() if seat.state is SeatState.OFFERED:
                self._not_taken(seat, event)
            case line_guests.GuestLeft() if call.seat != seat.number:
                self._left(seat, call, event)
            case _:
                pass

    def _hears_no_more(self, guest: Guest, at: datetime) -> None:
        """Whoever heard another's call is again what they were before."""
        seat = self._seat(guest.target_id)
        over = guest.state in (GuestState.GONE, GuestState.FAILED)
        if seat is None or not over or guest.end is GuestEnd.BECAME_SEAT:
            return
        hears = (self._floor.guests | self._guests).values()
        open_ = (GuestState.DIALLING, GuestState.IN)
        if any(one.target_id == seat.number and one.state in open_ for one in hears):
            return
        if (free := heard_all(seat, at)) is not seat:
            self._put(free)
            self.enforce.add(seat.number)

    def _not_taken(self, seat: Seat, event: line_guests.GuestFailed) -> None:
        if event.end in NOT_THEIR_FAULT:
            free = move(seat, SeatMove.WITHDRAW, event.at)
            if seat.next_break:
                free = move(free, SeatMove.TAKE_BREAK, event.at, reason=seat.next_break)
        else:
            free = move(seat, SeatMove.LOSE, event.at, reason=event.end.value)
        self._put(replace(free, contact_id="", next_break=""))
        self.enforce.add(seat.number)

    def _all_gone(self, call: Call, event: line.LineEvent) -> None:
        """The call has ended: so have its guests, its wishes and its guests' talks."""
        for guest in self._company(call.id):
            was_in = guest.state is GuestState.IN
            self._guests[guest.id] = replace(
                moved(guest, GuestState.GONE if was_in else GuestState.FAILED),
                end=GuestEnd.CALL_ENDED if was_in else GuestEnd.WITHDRAWN,
                ended_at=event.at,
            )
            if guest.role is GuestRole.SUPERVISOR:
                self._hears_no_more(self._guests[guest.id], event.at)
                continue
            seat = self._seat(seat_of(guest, self._reach(guest.reach_id)))
            if seat is None or seat.contact_id != call.id or seat.number == call.seat:
                continue
            if seat.state is SeatState.OFFERED:
                free = move(seat, SeatMove.WITHDRAW, event.at)
                self._put(replace(free, contact_id="", next_break=""))
                self.enforce.add(seat.number)
            else:
                self._left(seat, call, event)
        for reach in (self._floor.reaches | self._reaches).values():
            if reach.contact_id == call.id and reach.state in OPEN:
                over = replace(reach, state=OVER[reach.state], ended_at=event.at)
                self._reaches[reach.id] = over


def _stranger(event: line_guests.GuestRang | line_guests.GuestJoined, call: Call) -> Guest:
    """Somebody whom the telephone system called in by itself: the chain of the greeting."""
    greeting = call.state is CallState.GREETING
    return Guest(
        id=event.guest,
        contact_id=call.id,
        reach_id="",
        role=GuestRole.DISPATCHER if greeting else GuestRole.LINE,
        target_id="",
        title="",
        mode=GuestMode.JOIN,
        by="",
        asked_at=event.at,
    )


def _after(guest: Guest, event: GuestEvent) -> Guest:
    """The guest after this; what is over stays over."""
    state = guest.state
    if state in (GuestState.GONE, GuestState.FAILED):
        return guest
    match event:
        case line_guests.GuestRang():
            guest = replace(guest, channel=event.channel)
        case line_guests.GuestFailed() if state is GuestState.DIALLING:
            guest = moved(guest, GuestState.FAILED)
            guest = replace(guest, end=event.end, cause=event.cause, ended_at=event.at)
        case line_guests.GuestJoined():
            since = guest.answered_at or event.at
            guest = _in(guest)
            guest = replace(guest, channel=event.channel, mode=event.mode, answered_at=since)
        case line_guests.GuestMoved():
            guest = replace(guest, mode=event.mode)
        case line_guests.GuestLeft() if state is GuestState.DIALLING:
            guest = moved(guest, GuestState.FAILED)
            guest = replace(guest, end=GuestEnd.UNREACHABLE, ended_at=event.at)
        case line_guests.GuestLeft():
            end = GuestEnd.LEFT if event.by_guest else GuestEnd.DROPPED
            guest = moved(guest, GuestState.GONE)
            guest = replace(guest, end=end, cause=event.cause, ended_at=event.at)
        case line_guests.SeatTook():
            guest = moved(_in(guest), GuestState.GONE)
            guest = replace(guest, end=GuestEnd.BECAME_SEAT, ended_at=event.at)
    return guest


def _in(guest: Guest) -> Guest:
    return guest if guest.state is GuestState.IN else moved(guest, GuestState.IN)

"""One batch of news, worked out on copies: nothing is so before it is recorded."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.core import call_moves, line, line_guests
from gateway.core.call import Call, CallState
from gateway.core.callback import Callback
from gateway.core.dialling import CallbackTry
from gateway.core.facts import Fact, FactKind
from gateway.core.guest import Guest
from gateway.core.reach import Reach
from gateway.core.reconcile import missed
from gateway.core.seat import Seat, SeatMove, SeatState, move
from gateway.core.staff_complaint import StaffComplaint, followed
from gateway.intake.floor import Floor
from gateway.intake.owing import Owing
from gateway.intake.tagging import tags_of_call
from gateway.intake.turn_guests import GuestEvent, GuestTurn, seat_of

PATIENCE_SECONDS = 45.0
"""How long phones may take to register again after a restart of the telephone system."""


class Turn(GuestTurn):
    """The changes of one batch, the calls that came and went, and the seats to bring in line."""

    def __init__(self, floor: Floor, cut_at: datetime | None = None) -> None:
        super().__init__(floor)
        self._cut_at = cut_at
        self._open = {  # by the telephone system's id; also those that this batch ends
            call.hotline_id: call.id
            for call in floor.calls.values()
            if call.state is not CallState.ENDED
        }
        self._owing = Owing(floor, self._facts)
        self.arrived: list[Call] = []
        self.ended: list[Call] = []
        self.everyone = False
        self._complaints: dict[str, StaffComplaint] = {}

    def rows(
        self,
    ) -> tuple[Call | Seat | Callback | CallbackTry | Guest | Reach | StaffComplaint | Fact, ...]:
        """What is to be recorded: final states, and every fact in order."""
        return (
            *self._calls.values(),
            *self._seats.values(),
            *self._owing.rows(),
            *self._guests.values(),
            *self._reaches.values(),
            *self._complaints.values(),
            *self._facts,
        )

    def apply(self, news: line.News) -> None:
        """Move what this news moves; raises IllegalMove."""
        match news:
            case line.LinkLost():
                self._facts.append(
                    Fact(kind=FactKind.LINK_LOST, at=news.at, data={"reason": news.reason})
                )
            case line.LinkRestored():
                self._restore(news)
            case line.SeatPhoneChanged():
                self._phone_changed(news)
            case line.CallArrived():
                self._arrive(news)
            case line_guests.CallOutFailed():
                self._owing.failed(news)
            case line_guests.CallbackWanted() | line_guests.StandingAppealSaid():
                self._pressed(news)
            case line.TapEnded():
                pass  # moves no call and no seat
            case _:
                self._move(news)

    # ---- calls ----

    def _pressed(self, news: line_guests.CallbackWanted | line_guests.StandingAppealSaid) -> None:
        """A key by which a caller asks for something of us."""
        call = self._call(news.hotline_id)
        if call is not None and isinstance(news, line_guests.CallbackWanted):
            self._owing.wanted(call, news.at)
        elif call is not None:
            self._facts.append(Fact(kind=FactKind.APPEAL_SAID, at=news.at, contact_id=call.id))

    def _call(self, hotline_id: str) -> Call | None:
        id_ = self._open.get(hotline_id, "")
        call = self._calls.get(id_) or self._floor.calls.get(id_)
        return None if call is None or call.state is CallState.ENDED else call

    def _arrive(self, event: line.CallArrived) -> None:
        if event.hotline_id in self._open:
            return  # a restart of the link told us already
        call, fact = call_moves.arrive(
            event, secrets.token_hex(16), tags_of_call(self._floor, event)
        )
        self._calls[call.id] = call
        self._open[call.hotline_id] = call.id
        self._facts.append(fact)
        self.arrived.append(call)
        self._go_on(call, event.at)

    def _go_on(self, call: Call, at: datetime) -> None:
        """A complaint about staff goes on where we call whoever complained."""
        tried = self._floor.tries.get(call.hotline_id)
        callback = self._floor.callbacks.get(tried.callback_id) if tried else None
        for one in self._floor.complaints.values() if callback else ():
            if callback and callback.contact_id in one.contacts:
                known = self._complaints.get(one.id, one)
                self._complaints[one.id] = followed(known, call.id)
                self._facts.append(
                    Fact(
                        kind=FactKind.STAFF_COMPLAINT_FOLLOWED,
                        at=at,
                        contact_id=call.id,
                        data={"complaint_id": one.id},
                    )
                )

    def _move(self, event: line.LineEvent) -> None:
        call = self._call(event.hotline_id)
        if call is None or call.id in {one.id for one in self.ended}:
            self._seat_after(event, None)  # e.g. the ring that ends after its caller is gone
            return
        seat = self._seat(getattr(event, "seat", "") or call.seat)
        operator_id = seat.operator_id if seat else ""
        if isinstance(event, GuestEvent):
            self._guest_event(event, call)
        moved, fact = call_moves.advance(call, event, operator_id, self._modes(call.id))
        self._calls[moved.id] = moved
        self._facts.append(fact)
        self._seat_after(event, call)
        if moved.state is CallState.ENDED:
            self.ended.append(moved)
            self._all_gone(call, event)
        self._owing.after(call, moved, event)

    # ---- link ----

    def _phone_changed(self, event: line.SeatPhoneChanged) -> None:
        seat = self._seat(event.seat)
        if seat is None or event.reachable or seat.phone is not event.phone:
            return
        restarted_at = self._floor.restarted_at
        if restarted_at and event.at - restarted_at < timedelta(seconds=PATIENCE_SECONDS):
            return  # after a restart phones come back in their own time; see homecoming
        if seat.state is SeatState.READY:
            lost = move(seat, SeatMove.LOSE, event.at, reason="unreachable")
            self._put(lost)
            self.enforce.add(seat.number)
            self._facts.append(
                Fact(
                    kind=FactKind.SEAT_UNREACHABLE,
                    at=event.at,
                    seat=seat.number,
                    operator_id=seat.operator_id,
                )
            )

    def _restore(self, news: line.LinkRestored) -> None:
        known = [
            call
            for call in ({**self._floor.calls, **self._calls}).values()
            if call.state is not CallState.ENDED
        ]
        self._facts.append(
            Fact(
                kind=FactKind.LINK_RESTORED,
                at=news.at,
                data={
                    "calls": len(news.snapshot.calls),
                    "restarted": self._cut_at is not None,
                },
            )
        )
        company = {call.hotline_id: tuple(self._company(call.id)) for call in known}
        for event in missed(known, news.snapshot, cut_at=self._cut_at, company=company):
            self.apply(event)
        self._seats_without_calls(news)
        self._seats_with_calls(news)
        self.everyone = True
        for member in news.snapshot.members:
            seat = self._seat(member.seat)
            if seat is None or seat.state is SeatState.SIGNED_OUT:
                self.ghosts.add(member.seat)

    def _seats_without_calls(self, news: line.LinkRestored) -> None:
        """A seat that believes in a call which is not there wraps it up, or is free again."""
        busy = {call.seat for call in news.snapshot.calls if call.leg}
        kept = {call.hotline_id for call in news.snapshot.calls if call.reconnecting}
        busy |= {call.seat for id_ in kept if (call := self._call(id_))}
        for live in news.snapshot.calls:
            there = self._call(live.hotline_id)
            for guest in self._company(there.id) if there else ():
                busy.add(seat_of(guest, self._reach(guest.reach_id)))
        for number in self._floor.seats:
            seat = self._seat(number)
            if seat is None or number in busy:
                continue
            if seat.state is SeatState.TALKING:
                call = self._calls.get(seat.contact_id) or self._floor.calls.get(seat.contact_id)
                self._wrap_up(seat, call, news.at)
            elif seat.state is SeatState.OFFERED:
                free = move(seat, SeatMove.WITHDRAW, news.at)
                self._put(replace(free, contact_id="", next_break=""))

    def _seats_with_calls(self, news: line.LinkRestored) -> None:
        """A seat that talks without our having heard how it came to that, talks."""
        for live in news.snapshot.calls:
            call, seat = self._call(live.hotline_id), self._seat(live.seat)
            if not live.leg or live.ringing or live.reconnecting or not call or not seat:
                continue
            mine = seat.contact_id == call.id and seat.state is SeatState.TALKING
            if mine or seat.state is SeatState.SIGNED_OUT:
                continue
            if seat.state is SeatState.WRAPPING_UP:
                seat = move(seat, SeatMove.FINISH_WRAP_UP, news.at)
            if seat.state in (SeatState.READY, SeatState.NOT_READY):
                away = seat.reason if seat.state is SeatState.NOT_READY else seat.next_break
                seat = replace(move(seat, SeatMove.RING, news.at), next_break=away)
            if seat.state is SeatState.OFFERED:
                seat = move(seat, SeatMove.ANSWER, news.at)
            self._put(replace(seat, contact_id=call.id, wrap_up_until=None))
            self.enforce.add(seat.number)

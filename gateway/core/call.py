"""The life of a call, as one table.

greeting ─queued→ waiting ─rang→ offered ─answered→ talking ⇄ held
             ↑______________declined┘                  └seat left→ greeting (back to the dialplan)
any state ─gone→ ended

Anything the table does not hold is an ``IllegalMove``. What a move means for the call's other fields
is in ``advance``; both are pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.core import line
from gateway.core.errors import IllegalMove
from gateway.core.facts import Fact, FactKind


class CallState(StrEnum):
    """Where a call stands."""

    GREETING = "greeting"
    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    HELD = "held"
    ENDED = "ended"


class Outcome(StrEnum):
    """How a call ended, for statistics. Empty while it lives."""

    OPEN = ""
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    """呼损: left before a seat answered."""
    LOST = "lost"
    """Cut by a fault of ours or of the telephone system; wants a callback."""


G, W, O, T, H, E = CallState  # noqa: E741 - one letter per column keeps the table readable

MOVES: dict[tuple[CallState, type[line.LineEvent]], CallState] = {
    (G, line.RecordingStarted): G,
    (G, line.FlowFailedOpen): G,
    (G, line.CallerQueued): W,
    (G, line.CallGone): E,
    (W, line.RecordingStarted): W,
    (W, line.FlowFailedOpen): W,
    (W, line.SeatRang): O,
    (W, line.CallerLeftQueue): G,
    (W, line.SeatDeclined): W,
    (W, line.SeatAnswered): T,
    (W, line.CallGone): E,
    (O, line.RecordingStarted): O,
    (O, line.SeatRang): O,
    (O, line.SeatDeclined): W,
    (O, line.SeatAnswered): T,
    (O, line.CallerLeftQueue): G,
    (O, line.CallGone): E,
    (T, line.RecordingStarted): T,
    (T, line.CallHeld): H,
    (T, line.CallRetrieved): T,
    (T, line.SeatLeft): G,
    (T, line.CallGone): E,
    (H, line.CallHeld): H,
    (H, line.CallRetrieved): T,
    (H, line.SeatLeft): G,
    (H, line.CallGone): E,
    (G, line.SeatDeclined): G,
    (G, line.SeatLeft): G,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One telephone contact.

    ``id`` is the contact's opaque id, ``hotline_id`` the telephone system's; ``number`` is personal
    data and appears in no log. ``seat``/``operator_id`` are who talks or talked last; ``leg`` is the
    seat's side while ringing or talking. Times are aware UTC or None. ``talk_seconds`` and
    ``wait_seconds`` are sums up to the last move.
    """

    id: str
    hotline_id: str
    channel: str
    number: str
    did: str
    origin: line.Origin
    state: CallState = CallState.GREETING
    queue: str = ""
    seat: str = ""
    operator_id: str = ""
    leg: str = ""
    failed_open: bool = False
    arrived_at: datetime
    queued_at: datetime | None = None
    offered_at: datetime | None = None
    answered_at: datetime | None = None
    held_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome = Outcome.OPEN
    hangup_cause: int = 0
    recording_file: str = ""

    @property
    def wait_seconds(self) -> float:
        """From arrival to the answer, or to the end for one who got none; 0 while waiting."""
        until = self.answered_at or self.ended_at
        return (until - self.arrived_at).total_seconds() if until else 0.0

    @property
    def talk_seconds(self) -> float:
        """From the answer to the end, holds included; 0 while talking or never answered."""
        if self.answered_at is None or self.ended_at is None:
            return 0.0
        return (self.ended_at - self.answered_at).total_seconds()


def arrive(event: line.CallArrived, contact_id: str) -> tuple[Call, tuple[Fact, ...]]:
    """A call is born when the dialplan says so."""
    call = Call(
        id=contact_id,
        hotline_id=event.hotline_id,
        channel=event.channel,
        number=event.number,
        did=event.did,
        origin=event.origin,
        arrived_at=event.at,
    )
    data = {"did": event.did, "origin": event.origin.value}
    return call, (Fact(kind=FactKind.CALL_ARRIVED, at=event.at, contact_id=contact_id, data=data),)


def advance(
    call: Call, event: line.LineEvent, operator_id: str = ""
) -> tuple[Call, tuple[Fact, ...]]:
    """Move ``call`` by ``event``; ``operator_id`` is who sits at the event's seat, if any.

    Raises IllegalMove when the table has no such move; the caller counts it and asks the telephone
    system for its snapshot.
    """
    state = MOVES.get((call.state, type(event)))
    if state is None:
        raise IllegalMove("call", call.state, type(event).__name__)
    moved = replace(call, state=state)
    kind: FactKind
    data: dict[str, str | int | float | bool | None] = {}
    seat = getattr(event, "seat", "")
    match event:
        case line.RecordingStarted():
            moved = replace(moved, recording_file=event.file)
            kind = FactKind.RECORDING_STARTED
        case line.FlowFailedOpen():
            moved = replace(moved, failed_open=True)
            kind, data = FactKind.CALL_FAILED_OPEN, {"reason": event.reason}
        case line.CallerQueued():
            moved = replace(moved, queue=event.queue, queued_at=call.queued_at or event.at)
            kind, data = FactKind.CALL_QUEUED, {"queue": event.queue, "position": event.position}
        case line.SeatRang():
            moved = replace(
                moved, seat=seat, operator_id=operator_id, leg=event.leg, offered_at=event.at
            )
            kind, data = FactKind.CALL_OFFERED, {"queue": event.queue, "phone": event.phone.value}
        case line.SeatDeclined():
            if event.leg != call.leg and call.state is CallState.OFFERED:
                moved = call  # an older ring of this call ended; the present one stands
            else:
                moved = replace(moved, seat="", operator_id="", leg="", offered_at=None)
            kind = FactKind.OFFER_DECLINED
            data = {"cause": event.cause.value, "ring_seconds": event.ring_seconds}
        case line.SeatAnswered():
            moved = replace(
                moved,
                seat=seat,
                operator_id=operator_id,
                leg=event.leg,
                answered_at=call.answered_at or event.at,
            )
            kind = FactKind.CALL_ANSWERED
            data = {"queue": event.queue, "ring_seconds": event.ring_seconds}
            data["wait_seconds"] = moved.wait_seconds
        case line.CallerLeftQueue():
            moved = replace(moved, offered_at=None, leg="")
            timed_out = event.why is line.QueueExit.TIMED_OUT
            kind = FactKind.CALL_TIMED_OUT if timed_out else FactKind.CALL_ABANDONED
            data = {"queue": event.queue, "why": event.why.value, "position": event.position}
            data["wait_seconds"] = (event.at - call.arrived_at).total_seconds()
        case line.CallHeld():
            moved = replace(moved, held_at=call.held_at or event.at)
            kind = FactKind.CALL_HELD
        case line.CallRetrieved():
            held = (event.at - call.held_at).total_seconds() if call.held_at else 0.0
            moved = replace(moved, held_at=None)
            kind, data = FactKind.CALL_RETRIEVED, {"held_seconds": held}
        case line.SeatLeft():
            moved = replace(moved, held_at=None, leg="")
            kind = FactKind.SEAT_LEFT_CALL
        case line.CallGone():
            answered = call.answered_at is not None
            moved = replace(
                moved,
                ended_at=event.at,
                leg="",
                held_at=None,
                hangup_cause=event.cause,
                outcome=Outcome.ANSWERED if answered else Outcome.ABANDONED,
            )
            kind = FactKind.CALL_ENDED
            data = {"outcome": moved.outcome.value, "cause": event.cause}
            data |= {"by_citizen": event.by_citizen, "talk_seconds": moved.talk_seconds}
        case _:
            raise IllegalMove("call", call.state, type(event).__name__)
    fact = Fact(
        kind=kind,
        at=event.at,
        contact_id=call.id,
        seat=seat,
        operator_id=operator_id or moved.operator_id,
        data=data,
    )
    return moved, (fact,)

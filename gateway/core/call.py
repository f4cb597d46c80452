"""The life of a call, as one table.

greeting ─queued→ waiting ─rang→ offered ─answered→ talking ⇄ held
             ↑______________declined┘        └──lost──┘└seat left→ greeting (the dialplan has it)
                                              ↓   ↑back
                                           reconnecting ─seat left→ greeting
any state ─gone→ ended

Anything the table does not hold is an ``IllegalMove``. What a move means for the call's other
fields is in ``core.call_moves``; both are pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.core import line


class CallState(StrEnum):
    """Where a call stands."""

    GREETING = "greeting"
    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    HELD = "held"
    RECONNECTING = "reconnecting"
    """正在重新接通: the seat's side was torn away; the citizen hears music until it is back."""
    ENDED = "ended"


class Outcome(StrEnum):
    """How a call ended, for statistics. Empty while it lives."""

    OPEN = ""
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    """呼损: left before a seat answered."""
    LOST = "lost"
    """Cut by a fault of ours or of the telephone system; wants a callback."""
    OVERFLOWED = "overflowed"
    """呼入溢出: turned away because the hotline was full; wants a callback."""


G, W, O, T, H, R, E = CallState  # noqa: E741 - one letter per column keeps the table readable

MOVES: dict[tuple[CallState, type[line.LineEvent]], CallState] = {
    (G, line.RecordingStarted): G,
    (G, line.FlowFailedOpen): G,
    (G, line.CallOverflowed): G,
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
    (T, line.SeatDeclined): T,
    (T, line.SeatLeft): G,
    (T, line.CallGone): E,
    (H, line.CallHeld): H,
    (H, line.CallRetrieved): T,
    (H, line.SeatDeclined): H,
    (H, line.SeatLeft): G,
    (H, line.CallGone): E,
    (G, line.SeatLost): R,
    (W, line.SeatLost): R,
    (T, line.SeatLost): R,
    (H, line.SeatLost): R,
    (R, line.SeatLost): R,
    (R, line.SeatDeclined): R,
    (R, line.SeatReturned): T,
    (R, line.SeatLeft): G,
    (R, line.CallGone): E,
    (G, line.SeatDeclined): G,
    (G, line.SeatLeft): G,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One telephone contact.

    ``id`` is the contact's opaque id, ``hotline_id`` the telephone system's; ``number`` is personal
    data and appears in no log. ``seat`` and ``operator_id`` are who talks or talked last; ``leg``
    is the seat's side while ringing or talking. ``held_at`` is since when the citizen hears music,
    on hold or until their seat is back. Times are aware UTC or None.
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

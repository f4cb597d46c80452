"""The life of a call, as one table.

greeting ─queued→ waiting ─rang→ offered ─answered→ talking ⇄ held
             ↑______________declined┘        └──lost──┘└seat left→ greeting (the dialplan has it)
                                              ↓   ↑back
                                           reconnecting ─seat left→ greeting
talking ⇄ consulting ⇄ conference (who is in says which) ─seat handed over→ handed over
                                    handed over, parked ─seat took→ talking or conference
                                    handed over ─the last guest left→ greeting (the dialplan has it)
any state ─gone→ ended

Where guests are concerned the table says what is so with nobody in; ``standing`` says the rest.
Anything the table does not hold is an ``IllegalMove``. What a move means for the call's other
fields is in ``core.call_moves``; both are pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.core import line, line_guests
from gateway.core.guest_kind import GuestMode
from gateway.core.tags import UNTAGGED, Tags


class CallState(StrEnum):
    """Where a call stands."""

    GREETING = "greeting"
    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    HELD = "held"
    RECONNECTING = "reconnecting"
    """正在重新接通: the seat's side was torn away; the citizen hears music until it is back."""
    CONSULTING = "consulting"
    """私下咨询: the operator talks to a guest, the citizen hears music."""
    CONFERENCE = "conference"
    """三方通话: the operator and at least one guest talk with the citizen."""
    HANDED_OVER = "handed_over"
    """已转交: no seat, the citizen talks with guests."""
    PARKED = "parked"
    """已驻留: no seat, the citizen hears music until somebody picks the call up."""
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


G, W, O, T, H, R, C, F, N, P, E = CallState  # noqa: E741 - one letter keeps the table readable

LIVE = (G, W, O, T, H, R, C, F, N, P)
WITH_SEAT = frozenset({T, H, C, F})
"""A seat is in the call and its leg is known."""

_STAYS: dict[tuple[CallState, type[line.LineEvent]], CallState] = {
    (state, kind): state
    for state in LIVE
    for kind in (
        line_guests.GuestRang,
        line_guests.GuestFailed,
        line_guests.RecordingPaused,
        line_guests.EmergencyTried,
        line_guests.EmergencyReached,
        line_guests.EmergencyFailed,
    )
}
"""What moves no call."""

MOVES: dict[tuple[CallState, type[line.LineEvent]], CallState] = {
    **_STAYS,
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
    # guests
    **{
        (state, kind): T if state in (C, F) else state
        for state in LIVE
        for kind in (line_guests.GuestJoined, line_guests.GuestMoved, line_guests.GuestLeft)
    },
    (N, line_guests.GuestLeft): G,
    (C, line.CallHeld): H,
    (C, line.CallRetrieved): T,
    (F, line.CallHeld): H,
    (F, line.CallRetrieved): T,
    **{(state, line.RecordingStarted): state for state in (H, R, C, F, N, P)},
    **{(state, line.SeatDeclined): state for state in (C, F, N, P)},
    **{(state, line.SeatLost): R for state in (C, F, N, P)},
    **{(state, line.CallHeld): state for state in (N, P)},
    **{(state, line.CallRetrieved): state for state in (G, W, N, P)},
    # the seat goes, the citizen stays with somebody or something
    **{(state, line_guests.SeatHandedOver): N for state in (G, T, H, R, C, F, N, P)},
    **{(state, line_guests.CallParked): P for state in (G, T, H, C, F, N, P)},
    **{(state, line_guests.SeatTook): T for state in (G, W, O, T, H, R, C, F, N, P)},
    (C, line.SeatLeft): G,
    (F, line.SeatLeft): G,
    (N, line.SeatLeft): N,
    (P, line.SeatLeft): P,
    (W, line.SeatLeft): W,
    (O, line.SeatLeft): O,
    **{(state, line.CallerQueued): W for state in (T, H, C, F, N, P)},
    **{(state, line.CallGone): E for state in (C, F, N, P)},
}


def standing(base: CallState, company: Collection[GuestMode], *, held: bool) -> CallState:
    """Where a call stands that has a seat or guests, from who is in (``company``: how)."""
    joined = GuestMode.JOIN in company
    if base in WITH_SEAT:
        if GuestMode.CONSULT in company:
            return C
        return F if joined else H if held else T
    if base in (G, W, N) and joined:
        return N
    return base


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One telephone contact.

    ``id`` is the contact's opaque id, ``hotline_id`` the telephone system's; ``number`` is personal
    data and appears in no log. ``seat`` and ``operator_id`` are who talks or talked last; ``leg``
    is the seat's side while ringing or talking. ``held_at`` is since when the citizen hears music,
    on hold or until their seat is back. ``tags`` say by which line it came and never change. Times
    are aware UTC or None.
    """

    id: str
    hotline_id: str
    channel: str
    number: str
    did: str
    origin: line.Origin
    tags: Tags = UNTAGGED
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
    recording_paused: bool = False

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

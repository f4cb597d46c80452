"""What the telephone system tells us, in our own words.

Every value is past tense and names the call by ``hotline_id``: the dialplan makes it when the call
arrives, every leg inherits it, and it survives a restart of the gateway. ``channel`` and ``leg``
are the telephone system's names of the citizen's and the seat's side: handles to give back to
``ports.Phones``. ``at`` is aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.core.guest_kind import GuestMode, GuestRole


class Origin(StrEnum):
    """Where a call came from; OUT: we called them back."""

    TRUNK = "trunk"
    WEB = "web"
    OUT = "out"


class Told(StrEnum):
    """What a caller heard who could not be taken; BUSY: the busy tone, without being answered."""

    CALLBACK = "callback"  # we shall call you back
    LATER = "later"  # please call later: no number is known, or nobody is there to note it
    BUSY = "busy"


class PhoneKind(StrEnum):
    """What rings at a seat: the softphone in the browser, or a SIP desk phone."""

    BROWSER = "browser"
    DESK = "desk"


class DeclineCause(StrEnum):
    """Why a ringing seat did not take the call; from the leg's hang-up cause (ITU-T Q.850)."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"
    """The citizen hung up, or we took the offer back."""


class QueueExit(StrEnum):
    """Why a waiting caller left the queue without a seat."""

    ABANDONED = "abandoned"
    TIMED_OUT = "timed_out"
    LEFT = "left"
    """By a key, or sent elsewhere by us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEvent:
    """Something happened to one call."""

    hotline_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallArrived(LineEvent):
    """The dialplan answered a caller. ``number`` holds digits and a leading +, or is empty."""

    channel: str
    number: str
    did: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted(LineEvent):
    """The dialplan started the recording; ``file`` is a name in the recordings folder."""

    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFailedOpen(LineEvent):
    """The flow gave no verdict; the dialplan put the caller into the fallback queue by itself."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOverflowed(LineEvent):
    """The dialplan turned the caller away, the hotline being full; what it ``told`` them."""

    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerQueued(LineEvent):
    """The caller stands in a queue, from 1 on; ``slow``: over a limit, and beside it at first."""

    queue: str
    position: int
    slow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRang(LineEvent):
    """A seat is being rung for this call."""

    queue: str
    seat: str
    phone: PhoneKind
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatDeclined(LineEvent):
    """The ringing ended without an answer."""

    seat: str
    leg: str
    cause: DeclineCause
    ring_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAnswered(LineEvent):
    """Citizen and seat are talking."""

    seat: str
    leg: str
    queue: str
    hold_seconds: float
    ring_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerLeftQueue(LineEvent):
    """The caller left the queue without a seat."""

    queue: str
    why: QueueExit
    position: int
    hold_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld(LineEvent):
    """The citizen hears music; the telephone system itself ends this after its hold limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRetrieved(LineEvent):
    """Citizen and seat talk again after a hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLeft(LineEvent):
    """The seat's answered leg ended."""

    seat: str
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLost(LineEvent):
    """The seat's answered leg was torn away, without a hang-up.

    The citizen hears music, this seat's phone is called again. ``seat`` is empty: nobody knows it.
    """

    seat: str
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatReturned(LineEvent):
    """The lost seat's phone was called again and citizen and seat talk on."""

    seat: str
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallGone(LineEvent):
    """The citizen's leg ended. ``cause`` is the Q.850 number, ``by_citizen`` who hung up first.

    ``cut``: the telephone system went down under it.
    """

    cause: int
    by_citizen: bool
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPhoneChanged:
    """A seat's phone became reachable or unreachable."""

    seat: str
    phone: PhoneKind
    reachable: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TapEnded:
    """A tap is no more, or never began: its leg or its listener is gone, or it was taken off."""

    stream: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTap:
    """One tap as the telephone system has it now, of the leg ``channel``; empty: it is gone."""

    stream: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveGuest:
    """One guest as the telephone system has it now; ``ringing`` until it answers."""

    guest: str
    role: GuestRole
    mode: GuestMode
    channel: str
    ringing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCall:
    """One call as the telephone system has it now. ``seat`` and ``leg`` are empty while waiting."""

    hotline_id: str
    channel: str
    number: str
    did: str
    origin: Origin
    queue: str
    position: int
    seat: str
    leg: str
    ringing: bool
    held: bool
    reconnecting: bool = False  # the seat was lost and is not back yet
    parked: bool = False
    slow: bool = False  # over a limit; see CallerQueued
    guests: tuple[LiveGuest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMember:
    """One seat's phone as a queue has it now."""

    seat: str
    phone: PhoneKind
    queue: str
    penalty: int
    paused: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSnapshot:
    """Everything the telephone system has, taken in one go after each login.

    ``run`` names this run of the telephone system: no call outlives its run. Empty when it was not
    told.
    """

    at: datetime
    calls: tuple[LiveCall, ...]
    members: tuple[LiveMember, ...]
    run: str = ""
    taps: tuple[LiveTap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLost:
    """We no longer hear the telephone system; calls go on without us."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRestored:
    """We hear it again; ``snapshot`` is the truth, events after it follow in order."""

    at: datetime
    snapshot: LineSnapshot


News = LineEvent | SeatPhoneChanged | TapEnded | LinkLost | LinkRestored

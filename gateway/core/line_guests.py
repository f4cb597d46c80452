"""What the telephone system tells us of a call's guests, and of moves that came with them."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.core.guest_kind import GuestEnd, GuestMode
from gateway.core.line import LineEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestRang(LineEvent):
    """The guest's leg is there and being rung. ``guest`` is the id in ``core.guest.CallIn``."""

    guest: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestFailed(LineEvent):
    """The guest did not come. ``cause`` is the Q.850 number, 0 when there was no leg."""

    guest: str
    end: GuestEnd
    cause: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestJoined(LineEvent):
    """The guest answered and takes part in this way.

    With CONSULT a CallHeld of the citizen goes before or comes after it, as it happened.
    """

    guest: str
    channel: str
    mode: GuestMode


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestMoved(LineEvent):
    """A guest who is in takes part in another way now."""

    guest: str
    mode: GuestMode


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestLeft(LineEvent):
    """A guest who was in is gone; ``by_guest``: they hung up by themselves."""

    guest: str
    cause: int
    by_guest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatHandedOver(LineEvent):
    """The seat's leg ended, and the citizen talks on with the guests."""

    seat: str
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTook(LineEvent):
    """A guest with the role of a seat is the call's seat now: the one before is gone.

    Or there was none: the call was parked or handed over before.
    """

    seat: str
    leg: str
    guest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallParked(LineEvent):
    """The citizen hears music and no seat has the call; it waits to be picked up, for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPaused(LineEvent):
    """From now on the recording is silent, or goes on (``paused`` False)."""

    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutFailed(LineEvent):
    """A citizen whom we called did not answer, or the seat that was rung first did not."""

    end: GuestEnd
    cause: int
    seat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackWanted(LineEvent):
    """A waiting caller asked by key to be called back in their turn, was told so, and hangs up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingAppealSaid(LineEvent):
    """A caller under a measure appeals against it, by key; what they say is a message of theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyTried(LineEvent):
    """The dialplan itself dials an emergency line by this trunk; the citizen has music."""

    code: str
    trunk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyReached(LineEvent):
    """The emergency line answered and talks with the citizen; no seat is with them."""

    code: str
    trunk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyFailed(LineEvent):
    """This trunk did not reach the line; ``cause`` is the Q.850 number, 0 when it is not known.

    The next trunk's EmergencyTried follows, or a CallerQueued when there is none.
    """

    code: str
    trunk: str
    cause: int

"""Somebody called into a call: an expert, a dispatcher, another seat, a line of the directory.

One guest is one leg: dialled once, in at most once. Who is tried after a guest did not come is the
matter of a ``core.reach``.

dialling ─answered→ in ─left→ gone
    └──failed→ failed
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.core.errors import IllegalMove
from gateway.core.guest_kind import GuestEnd, GuestMode, GuestRole
from gateway.core.line import PhoneKind


class GuestState(StrEnum):
    """Where a guest stands."""

    DIALLING = "dialling"
    IN = "in"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPhone:
    """A seat's phone, to be called."""

    seat: str
    phone: PhoneKind


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideNumber:
    """A number behind a trunk; digits with an optional leading +. Never typed by an operator."""

    number: str
    trunk: str


Device = SeatPhone | OutsideNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class CallIn:
    """An order to the telephone system: dial this device, put it into this call when it answers.

    ``guest`` is 32 hex digits, new for each order. ``channel`` is the citizen's. ``leaves``: the
    seat goes when the guest is in (a blind transfer that cannot lose anybody). ``shown`` is the
    number that the device sees as the caller.
    """

    guest: str
    hotline_id: str
    channel: str
    role: GuestRole
    mode: GuestMode
    to: Device
    ring_seconds: int
    shown: str = ""
    leaves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOut:
    """An order to the telephone system: call this citizen, and have them wait for a seat.

    ``id`` is 32 hex digits and becomes part of the hotline id (``Hout-<id>``). ``shown`` is one of
    our own numbers. ``queue`` and ``rank``: where the citizen stands once they answer.
    ``seat_first``: this phone is rung first, and the citizen is dialled only when it has answered.
    """

    id: str
    to: OutsideNumber
    shown: str
    queue: str
    rank: int
    ring_seconds: int
    seat_first: SeatPhone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One guest of one call.

    ``target_id`` names the expert, emergency line, directory entry or seat; ``title`` is what
    screens show. ``channel`` is the telephone system's name of the leg, empty before it rings.
    ``cause`` is the Q.850 number of its end. ``by`` is the operator who asked.
    """

    id: str
    contact_id: str
    reach_id: str
    role: GuestRole
    target_id: str
    title: str
    mode: GuestMode
    by: str
    asked_at: datetime
    state: GuestState = GuestState.DIALLING
    end: GuestEnd = GuestEnd.NONE
    cause: int = 0
    channel: str = ""
    muted: bool = False
    answered_at: datetime | None = None
    ended_at: datetime | None = None


MOVES: dict[tuple[GuestState, GuestState], None] = {
    (GuestState.DIALLING, GuestState.IN): None,
    (GuestState.DIALLING, GuestState.FAILED): None,
    (GuestState.IN, GuestState.GONE): None,
}


def moved(guest: Guest, to: GuestState) -> Guest:
    """The guest in another state; raises IllegalMove for one that cannot follow."""
    if (guest.state, to) not in MOVES:
        raise IllegalMove("guest", guest.state, to)
    return replace(guest, state=to)

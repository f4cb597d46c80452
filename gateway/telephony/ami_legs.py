"""What the line reader remembers of a call while it lives. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.core import line
from gateway.core.guest_kind import GuestMode
from gateway.core.line import DeclineCause, PhoneKind
from gateway.telephony.ami_codec import AmiMessage

ANSWERED_ELSEWHERE = 26
"""Q.850 cause with which a ring is taken back; phones do not count it as a missed call."""

SHUTDOWN = "4"
"""AST_SOFTHANGUP_SHUTDOWN (channel.h): Asterisk was told to stop or to restart."""

_BUSY = {"486", "600"}
_REFUSED = {"403", "480", "603", "607"}
"""480 is what browser phones send when the operator declines."""


@dataclass(slots=True)
class Leg:
    """One ring of one seat; ``alerted`` once it was heard, ``up`` once the phone answered.

    ``refused`` is (Q.850 cause, SIP status) when the phone ended the ring.
    """

    seat: str
    phone: PhoneKind
    queue: str
    rang_at: datetime | None = None
    alerted: bool = False
    up: bool = False
    refused: tuple[str, str] | None = None
    ring_ms: int | None = None
    """From AgentRingNoAnswer, in milliseconds; None before it."""


@dataclass(slots=True)
class Guest:
    """Somebody called in. ``channel`` is empty before the leg is there, ``mode`` before it is in.

    ``status`` is the SIP status with which the phone itself ended the ring.
    """

    channel: str = ""
    mode: GuestMode | None = None
    alerted: bool = False
    hung_up: bool = False
    status: str = ""


@dataclass(slots=True)
class Track:
    """One call. ``leaving`` holds position and wait of an abandon whose reason is not known yet."""

    channel: str
    queue: str = ""
    legs: dict[str, Leg] = field(default_factory=dict)
    talking: str = ""
    held: bool = False
    hung_up: bool = False
    leaving: tuple[int, float] | None = None
    cut: bool = False
    """Asterisk itself is going down and ends it."""
    left: tuple[str, str] | None = None
    """Seat and leg of a talk whose seat's side ended; see ``ami_lost``."""
    guests: dict[str, Guest] = field(default_factory=dict)
    """By their ids; one who became the call's seat is none any more."""
    past: set[str] = field(default_factory=set)
    """Ids of guests whose legs have ended: what comes late of them is no news."""
    lost: str | None = None
    """The phone that the dialplan calls again (empty: unknown which); None when it does not."""


def decline_cause(leg: Leg, track: Track) -> DeclineCause:
    """Why a ring ended without an answer.

    app_queue calls all of these NOANSWER; the phone's own hang-up request, and whether it ever
    alerted, tell them apart. A ring that Asterisk ended although it was not over (RingTime 0, or
    the caller's own end or time limit) is nobody's fault.
    """
    if leg.refused is not None:
        cause, status = leg.refused
        if status in _BUSY or cause == "17":
            return DeclineCause.BUSY
        if status in _REFUSED or cause == "21":
            return DeclineCause.REJECTED
        return DeclineCause.UNREACHABLE
    cut = leg.ring_ms is None or leg.ring_ms == 0 or track.leaving is not None
    if cut or track.hung_up or track.talking:
        return DeclineCause.WITHDRAWN
    return DeclineCause.NO_ANSWER if leg.alerted else DeclineCause.UNREACHABLE


def shutting_down(
    _id: str, track: Track, message: AmiMessage, _now: datetime
) -> Sequence[line.News]:
    """SoftHangupRequest: its ``Cause`` is no Q.850 cause but says why (ast_softhangup)."""
    if message.get("Channel") == track.channel and message.get("Cause") == SHUTDOWN:
        track.cut = True
    return []


def ring_seconds(leg: Leg, now: datetime) -> float:
    """How long the seat rang."""
    if leg.ring_ms:
        return leg.ring_ms / 1000
    return max(0.0, (now - leg.rang_at).total_seconds()) if leg.rang_at else 0.0


MAX_CALLS = 5_000


class Tracks:
    """The live calls, by hotline id and by the name of any of their channels.

    Over MAX_CALLS the oldest call goes, counted in ``forgotten``.
    """

    def __init__(self) -> None:
        self._tracks: dict[str, Track] = {}
        self._ids: dict[str, str] = {}
        self.forgotten = 0

    def __len__(self) -> int:
        return len(self._tracks)

    @property
    def channels(self) -> int:
        """How many channels are known; never fewer than calls."""
        return len(self._ids)

    def clear(self) -> None:
        """Forget everything."""
        self._tracks.clear()
        self._ids.clear()

    def add(self, id_: str, track: Track) -> None:
        """A call is born, or restored."""
        if len(self._tracks) >= MAX_CALLS:
            self.forgotten += 1
            self.drop(next(iter(self._tracks)))
        self._tracks[id_] = track
        self._ids[track.channel] = id_

    def add_leg(self, id_: str, name: str, leg: Leg) -> None:
        """A seat rings."""
        self._tracks[id_].legs[name] = leg
        self._ids[name] = id_

    def drop_leg(self, id_: str, name: str) -> None:
        """A seat's leg is gone."""
        self._tracks[id_].legs.pop(name, None)
        self._ids.pop(name, None)

    def drop(self, id_: str) -> None:
        """A call is gone, with everything known of it."""
        track = self._tracks.pop(id_)
        for name in (track.channel, *track.legs):
            self._ids.pop(name, None)

    def get(self, id_: str) -> Track | None:
        """A call by its hotline id."""
        return self._tracks.get(id_)

    def of(self, channel: str) -> tuple[str, Track] | None:
        """The call that this channel belongs to, the citizen's or a seat's."""
        id_ = self._ids.get(channel)
        return None if id_ is None else (id_, self._tracks[id_])

    def with_guest(self, guest: str) -> tuple[str, Track] | None:
        """The call that this guest was called into."""
        return next(((id_, one) for id_, one in self._tracks.items() if guest in one.guests), None)

    def rename(self, old: str, new: str) -> None:
        """A channel goes on under another name."""
        id_ = self._ids.pop(old, None)
        if id_ is None:
            return
        self._ids[new] = id_
        track = self._tracks[id_]
        if track.channel == old:
            track.channel = new
        if old in track.legs:
            track.legs[new] = track.legs.pop(old)
        if track.talking == old:
            track.talking = new

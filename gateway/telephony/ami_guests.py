"""From Asterisk's events to what happened to a call's guests. PURE.

A guest's leg has the unique id ``g-<guest>``, so each of its events names it. The dialplan says how
a guest takes part, and who has the call once a seat has left (extensions_room.conf.in). A leg that
never came to be has no hang-up: then the answer to its order says so. What comes out is legal for
``core.guest``: rang, then in or failed, then gone; nobody is in when the call is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.core import line, line_guests
from gateway.core.guest_kind import GuestEnd, GuestMode, GuestRole
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_legs import Guest, Leg, Track, Tracks
from gateway.telephony.ami_names import GUEST_PREFIX, guest_of, seat_of

MOST_GUESTS = 16
"""Of one call, those that ring included; more are not heard of."""
MOST_PAST = 1_000
_ENDS = {"17": GuestEnd.BUSY, "21": GuestEnd.REJECTED}
_NO_ANSWER = {"18", "19"}
_BY_US = {"0", "16", "26"}
_BUSY, _REFUSED = {"486", "600"}, {"403", "480", "603", "607"}
News = list[line.News]


@dataclass(frozen=True, slots=True)
class Ordered:
    """A guest whose leg is not there yet; ``device`` is what is dialled."""

    hotline_id: str
    device: str


class GuestReader:
    """``feed`` what is a guest's; state is in the call's track and gone with it."""

    def __init__(self, tracks: Tracks) -> None:
        self._tracks = tracks
        self._ordered: dict[str, Ordered] = {}

    def clear(self) -> None:
        """Forget what was ordered."""
        self._ordered.clear()

    def order(self, guest: str, hotline_id: str, device: str) -> bool:
        """Somebody is about to be dialled; False when the call is gone or has too many."""
        track = self._tracks.get(hotline_id)
        if track is None or len(track.guests) >= MOST_GUESTS:
            return False
        track.guests[guest] = Guest()
        self._ordered[guest] = Ordered(hotline_id, device)
        return True

    def cancel(self, guest: str) -> None:
        """The order was refused."""
        ordered = self._ordered.pop(guest, None)
        track = self._tracks.get(ordered.hotline_id) if ordered else None
        if track is not None:
            track.guests.pop(guest, None)

    def feed(self, message: AmiMessage, now: datetime) -> News | None:
        """The news in an event of a guest's leg; None when it is of no guest."""
        if message.event == "OriginateResponse":
            return self._answered(message, now)
        guest = guest_of(message.get("Uniqueid"))
        found = self._find(guest)
        if not guest or found is None:
            return None
        id_, track = found
        known = track.guests[guest]
        match message.event:
            case "Newchannel":
                return self._rang(id_, guest, known, message, now)
            case "Newstate":
                known.alerted = known.alerted or message.get("ChannelStateDesc") == "Ringing"
            case "HangupRequest":
                known.hung_up = True
                known.status = known.status or message.get("TechCause")
            case "Hangup":
                del track.guests[guest]
                self._ordered.pop(guest, None)
                if len(track.past) < MOST_PAST:
                    track.past.add(guest)
                return [_ended(id_, guest, known, message, now)]
        return []

    def joined(self, message: AmiMessage, now: datetime) -> News:
        """HotlineGuest: how a guest takes part, said on the guest's own leg."""
        guest, id_ = guest_of(message.get("Uniqueid")), message.get("HotlineId")
        track, mode = self._tracks.get(id_), _mode(message.get("Mode"))
        if track is None or not guest or mode is None or guest != message.get("Guest"):
            return []
        new = guest not in track.guests
        if new and (guest in track.past or len(track.guests) >= MOST_GUESTS):
            return []
        known, name = track.guests.setdefault(guest, Guest()), message["Channel"]
        news: News = self._rang(id_, guest, known, message, now) or []
        if known.mode is None:
            news.append(
                line_guests.GuestJoined(
                    hotline_id=id_, at=now, guest=guest, channel=name, mode=mode
                )
            )
        elif known.mode is not mode:
            news.append(line_guests.GuestMoved(hotline_id=id_, at=now, guest=guest, mode=mode))
        known.mode, known.channel = mode, name
        return news

    def took(self, message: AmiMessage, now: datetime) -> News:
        """HotlineSeatTook: a guest's leg is the call's seat, said on it or on the leg that left."""
        id_, name = message.get("HotlineId"), message.get("Leg")
        track, seat = self._tracks.get(id_), seat_of(name)
        if track is None or seat is None:
            return []
        guest = next((one for one, each in track.guests.items() if each.channel == name), "")
        speaks = {name, track.talking, track.left[1] if track.left else ""}
        if not guest or message.get("Channel") not in speaks:
            return []
        del track.guests[guest]
        if track.talking:
            self._tracks.drop_leg(id_, track.talking)
        track.talking, track.queue, track.left, track.lost = name, "", None, None
        self._tracks.add_leg(id_, name, Leg(*seat, "", now, alerted=True, up=True))
        return [line_guests.SeatTook(hotline_id=id_, at=now, seat=seat[0], leg=name, guest=guest)]

    def handed_over(self, message: AmiMessage, now: datetime) -> News:
        """HotlineHandedOver: the seat's leg, on which it is said, has left the call to guests."""
        id_, name = message.get("HotlineId"), message.get("Channel")
        track = self._tracks.get(id_)
        if track is None or not name or name != track.talking:
            return []
        seat, track.talking = track.legs[name].seat, ""
        self._tracks.drop_leg(id_, name)
        return [line_guests.SeatHandedOver(hotline_id=id_, at=now, seat=seat, leg=name)]

    def all_gone(self, id_: str, track: Track, now: datetime) -> News:
        """The call ends: so does everybody who was called into it."""
        news = [_call_ended(id_, guest, known, now) for guest, known in track.guests.items()]
        for guest in track.guests:
            self._ordered.pop(guest, None)
        track.guests.clear()
        return news

    def _find(self, guest: str) -> tuple[str, Track] | None:
        return self._tracks.with_guest(guest) if guest else None

    def _rang(self, id_: str, guest: str, known: Guest, message: AmiMessage, now: datetime) -> News:
        self._ordered.pop(guest, None)
        if known.channel:
            return []
        known.channel = message["Channel"]
        return [line_guests.GuestRang(hotline_id=id_, at=now, guest=guest, channel=known.channel)]

    def _answered(self, message: AmiMessage, now: datetime) -> News | None:
        """A failure without a leg, known by the unique id or else by the device.

        A leg that there was is no order any more: its own hang-up tells its end.
        """
        if message.get("Response") != "Failure":
            return None
        named = guest_of(message.get("Uniqueid"))
        device = "" if named else message.get("Channel")
        guest = named or next(
            (one for one, each in self._ordered.items() if each.device == device), ""
        )
        ordered = self._ordered.get(guest)
        if ordered is None:
            return None
        self.cancel(guest)
        return [
            line_guests.GuestFailed(
                hotline_id=ordered.hotline_id,
                at=now,
                guest=guest,
                end=GuestEnd.UNREACHABLE,
                cause=0,
            )
        ]


def _ended(id_: str, guest: str, known: Guest, message: AmiMessage, now: datetime) -> line.News:
    cause = message.get("Cause")
    number = int(cause) if cause.isdecimal() and len(cause) < 4 else 0
    if known.mode is not None:
        return line_guests.GuestLeft(
            hotline_id=id_, at=now, guest=guest, cause=number, by_guest=known.hung_up
        )
    end = _end_of(known, cause, known.status or message.get("TechCause"))
    return line_guests.GuestFailed(hotline_id=id_, at=now, guest=guest, end=end, cause=number)


def _end_of(known: Guest, cause: str, status: str) -> GuestEnd:
    if status in _BUSY or cause in _ENDS:
        return _ENDS.get(cause, GuestEnd.BUSY)
    if cause in _BY_US and not known.hung_up:
        return GuestEnd.WITHDRAWN
    if known.hung_up and status in _REFUSED:
        return GuestEnd.REJECTED
    if known.alerted and (cause in _NO_ANSWER or cause in _BY_US):
        return GuestEnd.NO_ANSWER
    return GuestEnd.UNREACHABLE


def _call_ended(id_: str, guest: str, known: Guest, now: datetime) -> line.News:
    if known.mode is not None:
        return line_guests.GuestLeft(hotline_id=id_, at=now, guest=guest, cause=16, by_guest=False)
    return line_guests.GuestFailed(
        hotline_id=id_, at=now, guest=guest, end=GuestEnd.WITHDRAWN, cause=0
    )


def _mode(word: str) -> GuestMode | None:
    return GuestMode(word) if word in {one.value for one in GuestMode} else None


def _role(word: str) -> GuestRole | None:
    return GuestRole(word) if word in {one.value for one in GuestRole} else None


def live_guests(legs: list[AmiMessage]) -> tuple[line.LiveGuest, ...]:
    """The guests among the legs of one call, as CoreShowChannels has them."""
    found: list[line.LiveGuest] = []
    for each in legs:
        said = each.variables()
        role, mode = _role(said.get("HOTLINE_ROLE", "")), _mode(said.get("HOTLINE_MODE", ""))
        if role is None or mode is None:
            continue
        found.append(
            line.LiveGuest(
                guest=each["Uniqueid"].removeprefix(GUEST_PREFIX),
                role=role,
                mode=mode,
                channel=each["Channel"],
                ringing=each.get("ChannelStateDesc") != "Up",
            )
        )
    return tuple(found)

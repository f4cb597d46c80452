"""A talk whose seat's side has ended: over, or lost and called again. PURE.

A leg's own hang-up does not say which; the dialplan does, at most a second later, and it is the one
that acts. So the end of the seat's leg is news only with what follows it: HotlineSeatLost, the
citizen's own end, or another queue.
"""

from __future__ import annotations

from datetime import datetime

from gateway.core import line, line_guests
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_legs import Leg, Track, Tracks
from gateway.telephony.ami_names import interface, seat_of


def leg_ended(tracks: Tracks, id_: str, track: Track, now: datetime) -> list[line.News]:
    """The talking seat's leg is gone; told at once when the citizen hung up first."""
    name = track.talking
    track.left, track.talking, track.held = (track.legs[name].seat, name), "", False
    tracks.drop_leg(id_, name)
    return settled(id_, track, now) if track.hung_up else []


def settled(id_: str, track: Track, now: datetime) -> list[line.News]:
    """The seat left for good, if it had left; it is not called again."""
    if track.left is None:
        return []
    (seat, leg), track.left, track.lost = track.left, None, None
    return [line.SeatLeft(hotline_id=id_, at=now, seat=seat, leg=leg)]


def lost(
    tracks: Tracks, id_: str, track: Track, message: AmiMessage, now: datetime
) -> list[line.News]:
    """The dialplan plays music to the citizen and will call the seat's phone again."""
    if track.hung_up or track.lost is not None:
        return []
    if track.talking:
        leg_ended(tracks, id_, track, now)
    phone = message.get("Phone")
    known = seat_of(phone)
    seat, leg = track.left or (known[0] if known else "", "")
    track.left, track.lost = (seat, leg), phone if known else ""
    return [line.SeatLost(hotline_id=id_, at=now, seat=seat, leg=leg)]


def sent(
    tracks: Tracks, id_: str, track: Track, _message: AmiMessage, now: datetime
) -> list[line.News]:
    """The dialplan has taken the citizen away from the seat and every guest; a queue follows."""
    if track.talking:
        leg_ended(tracks, id_, track, now)
    track.held = False
    return settled(id_, track, now)


def parked(
    tracks: Tracks, id_: str, track: Track, message: AmiMessage, now: datetime
) -> list[line.News]:
    """The same, and the citizen hears music until somebody picks the call up."""
    parked = line_guests.CallParked(hotline_id=id_, at=now)
    return [parked, *sent(tracks, id_, track, message, now)]


def back(tracks: Tracks, message: AmiMessage, now: datetime) -> list[line.News]:
    """The lost seat's phone has answered; said on its leg, and believed of no other phone."""
    id_, name = message.get("HotlineId"), message.get("Channel")
    track, known = tracks.get(id_), seat_of(name)
    if track is None or track.lost is None or known is None:
        return []
    if track.lost not in ("", interface(*known)):
        return []
    track.left, track.lost, track.talking = None, None, name
    tracks.add_leg(id_, name, Leg(*known, "", now, alerted=True, up=True))
    return [line.SeatReturned(hotline_id=id_, at=now, seat=known[0], leg=name)]

"""What our own dialplan says of a call, in UserEvents. PURE."""

from __future__ import annotations

import re
from datetime import datetime

from gateway.core import line, line_guests
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_legs import Leg, Track, Tracks
from gateway.telephony.ami_names import number_of, seat_of

_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_QUEUE = re.compile(r"[a-z0-9_-]{1,64}")
_DID = re.compile(r"[A-Za-z0-9+*#]{1,32}")

News = list[line.News]


def arrived(id_: str, message: AmiMessage, now: datetime) -> line.CallArrived:
    """A citizen is there."""
    did = message.get("Did")
    return line.CallArrived(
        hotline_id=id_,
        at=now,
        channel=message["Channel"],
        number=number_of(message.get("Number")),
        did=did if _DID.fullmatch(did) else "",
        origin=origin_of(message.get("Origin")),
    )


def origin_of(text: str) -> line.Origin:
    """Where a call came from, as the dialplan says it; a trunk when it says nothing known."""
    known = {one.value: one for one in line.Origin}
    return known.get(text, line.Origin.TRUNK)


def recording(id_: str, track: Track, message: AmiMessage, now: datetime) -> News:
    """The recording runs."""
    file = message.get("File")
    known = _FILE.fullmatch(file) and not track.talking
    return [line.RecordingStarted(hotline_id=id_, at=now, file=file)] if known else []


def fail_open(id_: str, track: Track, message: AmiMessage, now: datetime) -> News:
    """The flow gave no verdict."""
    if track.talking:
        return []
    return [line.FlowFailedOpen(hotline_id=id_, at=now, reason=message.get("Reason")[:64])]


def slow(id_: str, track: Track, message: AmiMessage, now: datetime) -> News:
    """A caller who is over a limit waits beside the queue."""
    queue = message.get("Queue")
    if track.queue or track.talking or not _QUEUE.fullmatch(queue):
        return []
    track.queue, track.leaving = queue, None
    return [line.CallerQueued(hotline_id=id_, at=now, queue=queue, position=1, slow=True)]


def overflowed(id_: str, track: Track, message: AmiMessage, now: datetime) -> News:
    """The hotline is full; what the caller is told."""
    told = message.get("Told")
    if track.queue or track.talking or told not in {one.value for one in line.Told}:
        return []
    return [line.CallOverflowed(hotline_id=id_, at=now, told=line.Told(told))]


def held(id_: str, track: Track, _message: AmiMessage, now: datetime) -> News:
    """The citizen hears music."""
    if not track.talking or track.held:
        return []
    track.held = True
    return [line.CallHeld(hotline_id=id_, at=now)]


def paused(id_: str, track: Track, message: AmiMessage, now: datetime) -> News:
    """MixMonitorMute: the recordings of this call are silent from now on, or no more."""
    if message.get("Channel") != track.channel:
        return []
    silent = message.get("State") not in ("0", "False", "false", "")
    return [line_guests.RecordingPaused(hotline_id=id_, at=now, paused=silent)]


def retrieved(id_: str, track: Track, _message: AmiMessage, now: datetime) -> News:
    """Citizen and seat talk again."""
    if not track.held:
        return []
    track.held = False
    return [line.CallRetrieved(hotline_id=id_, at=now)]


def callback_wanted(id_: str, track: Track, _message: AmiMessage, now: datetime) -> News:
    """They left the queue by a key and want to be called back."""
    if track.talking:
        return []
    return [line_guests.CallbackWanted(hotline_id=id_, at=now)]


def appealed(id_: str, _track: Track, _message: AmiMessage, now: datetime) -> News:
    """A measure holds against them, and they appeal."""
    return [line_guests.StandingAppealSaid(hotline_id=id_, at=now)]


def called_back(tracks: Tracks, id_: str, track: Track, message: AmiMessage, now: datetime) -> News:
    """A citizen whom we called has answered, and the seat that was rung first is with them."""
    name, queue = message.get("Leg"), message.get("Queue")
    known = seat_of(name)
    if known is None or track.talking or track.queue or not _QUEUE.fullmatch(queue):
        return []
    seat, phone = known
    tracks.add_leg(id_, name, Leg(seat, phone, queue, now, alerted=True, up=True))
    track.talking = name
    answered = line.SeatAnswered(
        hotline_id=id_, at=now, seat=seat, leg=name, queue=queue, hold_seconds=0, ring_seconds=0
    )
    return [
        line.CallerQueued(hotline_id=id_, at=now, queue=queue, position=1),
        line.SeatRang(hotline_id=id_, at=now, queue=queue, seat=seat, phone=phone, leg=name),
        answered,
    ]

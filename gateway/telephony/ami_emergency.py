"""The emergency chain, which the dialplan runs by itself: what it says of it. PURE."""

from __future__ import annotations

import re
from datetime import datetime

from gateway.core import line, line_guests
from gateway.telephony import ami_lost
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_legs import Track, Tracks

_CODE = re.compile(r"[0-9]{1,20}")
_TRUNK = re.compile(r"[A-Za-z0-9_-]{1,40}")

News = list[line.News]


def begun(tracks: Tracks, id_: str, track: Track, _message: AmiMessage, now: datetime) -> News:
    """Whoever talked with the citizen talks no more."""
    news = ami_lost.leg_ended(tracks, id_, track, now) if track.talking else []
    return [*news, *ami_lost.settled(id_, track, now)]


def tried(id_: str, _track: Track, message: AmiMessage, now: datetime) -> News:
    """A trunk is dialled."""
    known = _route(message)
    if known is None:
        return []
    code, trunk = known
    return [line_guests.EmergencyTried(hotline_id=id_, at=now, code=code, trunk=trunk)]


def reached(tracks: Tracks, message: AmiMessage, now: datetime) -> News:
    """Somebody answered; said on their leg, and believed of a leg of that trunk only."""
    id_, known = message.get("HotlineId"), _route(message)
    if tracks.get(id_) is None or known is None:
        return []
    code, trunk = known
    if message.get("Channel").rpartition("-")[0] != f"PJSIP/trunk-{trunk}":
        return []
    return [line_guests.EmergencyReached(hotline_id=id_, at=now, code=code, trunk=trunk)]


def out(id_: str, track: Track, message: AmiMessage, now: datetime) -> News:
    """A try ended without an answer. After an answer there is no news: a queue or the end is."""
    known, cause = _route(message), message.get("Cause")
    if known is None or message.get("Status") == "ANSWER" or track.hung_up:
        return []
    code, trunk = known
    number = int(cause) if re.fullmatch(r"[0-9]{1,3}", cause) else 0
    failed = line_guests.EmergencyFailed(
        hotline_id=id_, at=now, code=code, trunk=trunk, cause=number
    )
    return [failed]


def _route(message: AmiMessage) -> tuple[str, str] | None:
    code, trunk = message.get("Code"), message.get("Trunk")
    return (code, trunk) if _CODE.fullmatch(code) and _TRUNK.fullmatch(trunk) else None

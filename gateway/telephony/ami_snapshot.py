"""Asterisk's lists put together: every call and every queue member as they are now. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from gateway.core import line
from gateway.core.guest_kind import GuestMode, GuestRole
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_dialplan import origin_of
from gateway.telephony.ami_guests import live_guests
from gateway.telephony.ami_names import TAP_PREFIX, guest_of, number_of, seat_of

HOTLINE_ID = "HOTLINE_ID"
ROOM_CONTEXT = "hotline-room"
HOLD_EXTEN = "hold"
CONSULT_EXTEN = "consult"
PARK_CONTEXT = "hotline-park"
SLOW_CONTEXT = "hotline-slow-waits"
AGAIN = ("hotline-again", "s")
ENDING = {
    ("hotline-after", "seat"),
    ("hotline-after", "lost"),
    ("hotline-recorded-lost", "anew"),
}
"""The dialplan calls a lost seat again, or is about to decide whether it must."""


def build_snapshot(
    channels: Iterable[AmiMessage], queues: Iterable[AmiMessage], at: datetime
) -> line.LineSnapshot:
    """From the items of CoreShowChannels and QueueStatus.

    The citizen's channel is the one whose Uniqueid is in its own HOTLINE_ID; every other channel
    with that id is a leg. A member that is written into the queue's file (``static``) belongs to
    the dialplan's own fallback and is left out.
    """
    citizens: list[tuple[str, AmiMessage]] = []
    legs: dict[str, AmiMessage] = {}
    guests: dict[str, list[AmiMessage]] = {}
    channels = list(channels)
    for each in channels:
        id_ = each.variables().get(HOTLINE_ID, "")
        if not id_:
            continue
        if id_ == f"H{each.get('Uniqueid')}":
            citizens.append((id_, each))
        elif guest_of(each.get("Uniqueid")):
            guests.setdefault(id_, []).append(each)
        elif seat_of(each.get("Channel")) and (id_ not in legs or _is_up(each)):
            legs[id_] = each
    items = list(queues)
    waiting = {item.get("Uniqueid"): item for item in items if item.event == "QueueEntry"}
    return line.LineSnapshot(
        at=at,
        calls=tuple(
            _call(
                id_,
                channel,
                *_seat_and_guests(legs.get(id_), guests.get(id_, [])),
                waiting.get(channel.get("Uniqueid")),
            )
            for id_, channel in citizens
        ),
        members=tuple(
            member
            for item in items
            if item.event == "QueueMember" and item.get("Membership") != "static"
            for member in _member(item)
        ),
        taps=_taps(channels),
    )


def _taps(channels: Sequence[AmiMessage]) -> tuple[line.LiveTap, ...]:
    names = {each.get("Channel") for each in channels}
    found: list[line.LiveTap] = []
    for each in channels:
        stream = each.get("Uniqueid").removeprefix(TAP_PREFIX)
        if stream != each.get("Uniqueid"):
            leg = each.get("ApplicationData").partition(",")[0]
            found.append(line.LiveTap(stream=stream, channel=leg if leg in names else ""))
    return tuple(found)


def _seat_and_guests(
    leg: AmiMessage | None, guests: Sequence[AmiMessage]
) -> tuple[AmiMessage | None, tuple[line.LiveGuest, ...]]:
    """Without a seat's own leg the first seat that was called in and is in has the call."""
    if leg is None:
        leg = next((each for each in guests if _has_the_call(each)), None)
    return leg, live_guests([each for each in guests if each is not leg])


def _has_the_call(guest: AmiMessage) -> bool:
    said = guest.variables()
    takes_part = said.get("HOTLINE_MODE") in {GuestMode.CONSULT, GuestMode.JOIN}
    works_here = said.get("HOTLINE_ROLE") in {GuestRole.SEAT, GuestRole.SUPERVISOR}
    seat = works_here and seat_of(guest["Channel"])
    return bool(seat) and takes_part and _is_up(guest)


def _call(
    id_: str,
    channel: AmiMessage,
    leg: AmiMessage | None,
    guests: tuple[line.LiveGuest, ...],
    entry: AmiMessage | None,
) -> line.LiveCall:
    said = channel.variables()
    name = leg["Channel"] if leg else ""
    place = channel.get("Context"), channel.get("Exten")
    talks = leg is not None and _is_up(leg)
    known = seat_of(name)
    queue = entry["Queue"] if entry else ""
    if not queue and leg and channel.get("Application") == "Queue":
        queue = channel.get("ApplicationData").partition(",")[0]
    slow = said.get("HOTLINE_SLOW", "")
    if place[0] == SLOW_CONTEXT:
        queue = slow
    return line.LiveCall(
        hotline_id=id_,
        channel=channel["Channel"],
        number=number_of(said.get("HOTLINE_NUMBER", "")),
        did=number_of(said.get("HOTLINE_DID", "")),
        origin=origin_of(said.get("HOTLINE_ORIGIN", "")),
        queue=queue,
        position=int(entry["Position"]) if entry else 0,
        seat=known[0] if known else "",
        leg=name,
        ringing=leg is not None and not talks,
        held=place in ((ROOM_CONTEXT, HOLD_EXTEN), (ROOM_CONTEXT, CONSULT_EXTEN)),
        reconnecting=place in ENDING or (place == AGAIN and not talks),
        parked=place[0] == PARK_CONTEXT,
        slow=bool(slow) and leg is None,
        guests=guests,
    )


def _member(item: AmiMessage) -> list[line.LiveMember]:
    known = seat_of(item.get("Location"))
    if known is None:
        return []
    seat, phone = known
    member = line.LiveMember(
        seat=seat,
        phone=phone,
        queue=item["Queue"],
        penalty=int(item["Penalty"]),
        paused=item.get("Paused") == "1",
        reason=item.get("PausedReason"),
    )
    return [member]


def _is_up(channel: AmiMessage) -> bool:
    return channel.get("ChannelStateDesc") == "Up"


def run_of(status: AmiMessage) -> str:
    """Which run of Asterisk this is, from CoreStatus: when it started. Empty when it is not told.

    It is only ever compared with itself, so the zone does not matter.
    """
    date, time = status.get("CoreStartupDate"), status.get("CoreStartupTime")
    return f"{date} {time}"[:40] if date and time else ""

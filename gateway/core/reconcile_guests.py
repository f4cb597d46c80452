"""From the guests we believe in to those there are: the news that would have made it so. PURE."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from gateway.core import line, line_guests
from gateway.core.guest import Guest, GuestState
from gateway.core.guest_kind import GuestEnd

UNKNOWN_CAUSE = 0
JUST_ORDERED = timedelta(seconds=3)
"""So young an order may be on its way to the telephone system while a snapshot is taken."""


def guests_missed(known: Iterable[Guest], now: line.LiveCall, at: datetime) -> list[line.LineEvent]:
    """The events between these guests, dialled or in, and those whom the call has now."""
    id_ = now.hotline_id
    there = {one.guest: one for one in now.guests}
    ours = {one.id: one for one in known}
    events: list[line.LineEvent] = []
    for guest in ours.values():
        live = there.get(guest.id)
        if live is None:
            events += _missing(guest, id_, at)
        elif live.ringing:
            continue
        elif guest.state is GuestState.DIALLING:
            events.append(_joined(live, id_, at))
        elif live.mode is not guest.mode:
            moved = line_guests.GuestMoved(hotline_id=id_, at=at, guest=guest.id, mode=live.mode)
            events.append(moved)
    for live in there.values():
        if live.guest not in ours and not live.ringing:
            events.append(_joined(live, id_, at))
    return events


def _joined(live: line.LiveGuest, hotline_id: str, at: datetime) -> line.LineEvent:
    return line_guests.GuestJoined(
        hotline_id=hotline_id, at=at, guest=live.guest, channel=live.channel, mode=live.mode
    )


def _missing(guest: Guest, hotline_id: str, at: datetime) -> list[line.LineEvent]:
    if guest.state is GuestState.IN:
        left = line_guests.GuestLeft(
            hotline_id=hotline_id, at=at, guest=guest.id, cause=UNKNOWN_CAUSE, by_guest=False
        )
        return [left]
    if at - guest.asked_at < JUST_ORDERED:
        return []
    failed = line_guests.GuestFailed(
        hotline_id=hotline_id,
        at=at,
        guest=guest.id,
        end=GuestEnd.UNREACHABLE,
        cause=UNKNOWN_CAUSE,
    )
    return [failed]

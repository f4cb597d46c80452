"""From what we believe to what is: the news that would have made it so.

After a loss of the link the telephone system's snapshot is the truth. These functions turn the
difference into ordinary events, so that one table (``core.call``) remains the only road.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from gateway.core import line, line_guests
from gateway.core.call import WITH_SEAT, Call, CallState
from gateway.core.guest import Guest
from gateway.core.guest_kind import GuestMode
from gateway.core.reconcile_guests import guests_missed

UNKNOWN_CAUSE = 0
"""Q.850 has no cause 0: the call ended while nobody listened."""


def missed(
    known: Iterable[Call],
    snapshot: line.LineSnapshot,
    *,
    cut_at: datetime | None = None,
    company: Mapping[str, tuple[Guest, ...]] | None = None,
) -> tuple[line.LineEvent, ...]:
    """The events between ``known`` (open calls) and ``snapshot``, in an order the table accepts.

    ``cut_at``: the telephone system has begun a new run since these calls were heard of, and went
    down about then; who is not there any more was cut off. ``company``: the guests of each call,
    by hotline id, who are dialled or in.
    """
    live = {call.hotline_id: call for call in snapshot.calls}
    events: list[line.LineEvent] = []
    mine: set[str] = set()
    for call in known:
        mine.add(call.hotline_id)
        if call.hotline_id in live:
            now = live[call.hotline_id]
            state = call.state
            guests = (company or {}).get(call.hotline_id, ())
            moves = guests_missed(guests, now, snapshot.at)
            if state is CallState.HANDED_OVER and not _joined(now):
                state, events = CallState.GREETING, [*events, *moves]
                moves = []
            if state in WITH_SEAT:
                state = CallState.HELD if call.held_at else CallState.TALKING
            events += [*_forward(state, call.leg, now, snapshot.at), *moves]
        else:
            events.append(_gone(call.hotline_id, snapshot.at, cut_at))
    for hotline_id, now in live.items():
        if hotline_id not in mine:
            events.append(_arrived(now, snapshot.at))
            events += _forward(CallState.GREETING, "", now, snapshot.at)
            events += guests_missed((), now, snapshot.at)
    return tuple(events)


def _gone(hotline_id: str, at: datetime, cut_at: datetime | None) -> line.CallGone:
    return line.CallGone(
        hotline_id=hotline_id,
        at=min(at, cut_at) if cut_at else at,
        cause=UNKNOWN_CAUSE,
        by_citizen=False,
        cut=cut_at is not None,
    )


def _arrived(now: line.LiveCall, at: datetime) -> line.CallArrived:
    return line.CallArrived(
        hotline_id=now.hotline_id,
        at=at,
        channel=now.channel,
        number=now.number,
        did=now.did,
        origin=now.origin,
    )


def _reconnecting(
    state: CallState, leg: str, now: line.LiveCall, at: datetime
) -> list[line.LineEvent]:
    """The moves into, within and out of the state in which a lost seat is called again."""
    id_ = now.hotline_id
    if not now.reconnecting:
        if now.leg and not now.ringing:
            back = line.SeatReturned(hotline_id=id_, at=at, seat=now.seat, leg=now.leg)
            return [back, line.CallHeld(hotline_id=id_, at=at)] if now.held else [back]
        if not now.leg and _joined(now):
            return [line_guests.SeatHandedOver(hotline_id=id_, at=at, seat="", leg=leg)]
        left = line.SeatLeft(hotline_id=id_, at=at, seat="", leg=leg)
        return [left, *_forward(CallState.GREETING, "", now, at)]
    if state is CallState.RECONNECTING:
        return []
    lost = line.SeatLost(hotline_id=id_, at=at, seat=now.seat, leg=leg)
    return [*_withdrawn(id_, leg, at), lost] if state is CallState.OFFERED else [lost]


def _called_again(leg: str, now: line.LiveCall) -> bool:
    """Whether the same phone talks on another leg, without a queue: it was lost and is back."""
    same = leg.rpartition("-")[0] == now.leg.rpartition("-")[0]
    return bool(now.leg) and same and not now.ringing and not now.queue


def _withdrawn(hotline_id: str, leg: str, at: datetime) -> list[line.LineEvent]:
    declined = line.SeatDeclined(
        hotline_id=hotline_id,
        at=at,
        seat="",
        leg=leg,
        cause=line.DeclineCause.WITHDRAWN,
        ring_seconds=0.0,
    )
    return [declined]


def _forward(state: CallState, leg: str, now: line.LiveCall, at: datetime) -> list[line.LineEvent]:
    """The moves that bring a call in ``state`` (ringing or talking on ``leg``) to ``now``."""
    if now.reconnecting or state is CallState.RECONNECTING:
        return _reconnecting(state, leg, now, at)
    if now.parked:
        return _parked(state, leg, now, at)
    if state in (CallState.HANDED_OVER, CallState.PARKED):
        return _without_seat(state, now, at)
    if state in (CallState.TALKING, CallState.HELD):
        return _talked(state, leg, now, at)
    return _towards(state, leg, now, at)


def _talked(state: CallState, leg: str, now: line.LiveCall, at: datetime) -> list[line.LineEvent]:
    """From a talk on ``leg`` to whoever has the citizen now."""
    id_ = now.hotline_id
    if now.leg == leg and not now.ringing:
        return _held(state, now, at)
    if _called_again(leg, now):
        lost = line.SeatLost(hotline_id=id_, at=at, seat=now.seat, leg=leg)
        return [lost, *_reconnecting(CallState.RECONNECTING, "", now, at)]
    if now.leg and not now.ringing and not now.queue:
        took = _took(now, at)
        return [took, line.CallHeld(hotline_id=id_, at=at)] if now.held else [took]
    if not now.leg and _joined(now):
        return [line_guests.SeatHandedOver(hotline_id=id_, at=at, seat="", leg=leg)]
    left = line.SeatLeft(hotline_id=id_, at=at, seat="", leg=leg)
    return [left, *_towards(CallState.GREETING, "", now, at)]


def _joined(now: line.LiveCall) -> bool:
    """Whether a guest talks with the citizen."""
    return any(one.mode is GuestMode.JOIN and not one.ringing for one in now.guests)


def _took(now: line.LiveCall, at: datetime) -> line.LineEvent:
    return line_guests.SeatTook(
        hotline_id=now.hotline_id, at=at, seat=now.seat, leg=now.leg, guest=""
    )


def _parked(state: CallState, leg: str, now: line.LiveCall, at: datetime) -> list[line.LineEvent]:
    """Into the state in which the citizen waits to be picked up."""
    id_ = now.hotline_id
    if state is CallState.PARKED:
        return []
    before: list[line.LineEvent] = []
    if state is CallState.OFFERED:
        before += _withdrawn(id_, leg, at)
    if state in (CallState.WAITING, CallState.OFFERED):
        before.append(
            line.CallerLeftQueue(
                hotline_id=id_,
                at=at,
                queue=now.queue,
                why=line.QueueExit.LEFT,
                position=0,
                hold_seconds=0.0,
            )
        )
    return [*before, line_guests.CallParked(hotline_id=id_, at=at)]


def _without_seat(state: CallState, now: line.LiveCall, at: datetime) -> list[line.LineEvent]:
    """Handed over or parked before: a seat has it now, or a queue, or guests."""
    id_ = now.hotline_id
    if now.leg and not now.ringing:
        took = _took(now, at)
        return [took, line.CallHeld(hotline_id=id_, at=at)] if now.held else [took]
    if now.queue or now.leg:
        position = max(1, now.position)
        queued = line.CallerQueued(hotline_id=id_, at=at, queue=now.queue, position=position)
        return [queued, *_towards(CallState.WAITING, "", now, at)]
    if state is CallState.PARKED and _joined(now):
        return [line_guests.SeatHandedOver(hotline_id=id_, at=at, seat="", leg="")]
    return []


def _held(state: CallState, now: line.LiveCall, at: datetime) -> list[line.LineEvent]:
    """Of a talk that goes on: whether on hold."""
    if now.held and state is CallState.TALKING:
        return [line.CallHeld(hotline_id=now.hotline_id, at=at)]
    if not now.held and state is CallState.HELD:
        return [line.CallRetrieved(hotline_id=now.hotline_id, at=at)]
    return []


def _towards(state: CallState, leg: str, now: line.LiveCall, at: datetime) -> list[line.LineEvent]:
    """The moves of a call that nobody has answered yet (ringing on ``leg``)."""
    id_ = now.hotline_id
    events: list[line.LineEvent] = []
    if state is CallState.OFFERED and now.leg != leg:
        events += _withdrawn(id_, leg, at)
        state = CallState.WAITING
    if state is CallState.GREETING and (now.queue or now.leg):
        queued = line.CallerQueued(
            hotline_id=id_, at=at, queue=now.queue, position=max(1, now.position), slow=now.slow
        )
        events.append(queued)
        state = CallState.WAITING
    if now.leg and state is CallState.WAITING:
        phone = line.PhoneKind.BROWSER if "/seat-" in now.leg else line.PhoneKind.DESK
        events.append(
            line.SeatRang(
                hotline_id=id_, at=at, queue=now.queue, seat=now.seat, phone=phone, leg=now.leg
            )
        )
        state = CallState.OFFERED
    if now.leg and not now.ringing and state is CallState.OFFERED:
        events.append(
            line.SeatAnswered(
                hotline_id=id_,
                at=at,
                seat=now.seat,
                leg=now.leg,
                queue=now.queue,
                hold_seconds=0.0,
                ring_seconds=0.0,
            )
        )
        if now.held:
            events.append(line.CallHeld(hotline_id=id_, at=at))
    return events

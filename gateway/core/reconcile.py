"""From what we believe to what is: the news that would have made it so.

After a loss of the link the telephone system's snapshot is the truth. These functions turn the
difference into ordinary events, so that one table (``core.call``) remains the only road.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gateway.core import line
from gateway.core.call import Call, CallState

UNKNOWN_CAUSE = 0
"""Q.850 has no cause 0: the call ended while nobody listened."""


def missed(
    known: Iterable[Call], snapshot: line.LineSnapshot, *, cut_at: datetime | None = None
) -> tuple[line.LineEvent, ...]:
    """The events between ``known`` (open calls) and ``snapshot``, in an order the table accepts.

    ``cut_at``: the telephone system has begun a new run since these calls were heard of, and went
    down about then; who is not there any more was cut off.
    """
    live = {call.hotline_id: call for call in snapshot.calls}
    events: list[line.LineEvent] = []
    mine: set[str] = set()
    for call in known:
        mine.add(call.hotline_id)
        if call.hotline_id in live:
            events += _forward(call.state, call.leg, live[call.hotline_id], snapshot.at)
        else:
            events.append(_gone(call.hotline_id, snapshot.at, cut_at))
    for hotline_id, now in live.items():
        if hotline_id not in mine:
            events.append(_arrived(now, snapshot.at))
            events += _forward(CallState.GREETING, "", now, snapshot.at)
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
    id_ = now.hotline_id
    if now.reconnecting or state is CallState.RECONNECTING:
        return _reconnecting(state, leg, now, at)
    if state not in (CallState.TALKING, CallState.HELD):
        return _towards(state, leg, now, at)
    if now.leg == leg and not now.ringing:
        return _held(state, now, at)
    if _called_again(leg, now):
        lost = line.SeatLost(hotline_id=id_, at=at, seat=now.seat, leg=leg)
        return [lost, *_reconnecting(CallState.RECONNECTING, "", now, at)]
    left = line.SeatLeft(hotline_id=id_, at=at, seat="", leg=leg)
    return [left, *_towards(CallState.GREETING, "", now, at)]


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
            hotline_id=id_, at=at, queue=now.queue, position=max(1, now.position)
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

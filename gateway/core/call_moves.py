"""What each move means for a call, and the fact it leaves; the legal moves are in core.call."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import singledispatch
from typing import Any, NamedTuple

from gateway.core import call_ends, line, line_guests
from gateway.core.call import MOVES, WITH_SEAT, Call, CallState, Outcome, standing
from gateway.core.call_ends import Emergency
from gateway.core.errors import IllegalMove
from gateway.core.facts import Fact, FactKind, Scalar
from gateway.core.guest_kind import GuestMode
from gateway.core.tags import UNTAGGED, Tags


class Effect(NamedTuple):
    """The call's changed fields, the kind of the fact, and the fact's own data."""

    changes: Mapping[str, Any]
    kind: FactKind
    data: Mapping[str, Scalar]


def arrive(event: line.CallArrived, contact_id: str, tags: Tags = UNTAGGED) -> tuple[Call, Fact]:
    """A call is born when the dialplan says so; ``tags`` are its own to the end."""
    call = Call(
        id=contact_id,
        hotline_id=event.hotline_id,
        channel=event.channel,
        number=event.number,
        did=event.did,
        origin=event.origin,
        tags=tags,
        arrived_at=event.at,
    )
    data: dict[str, Scalar] = {"did": event.did, "origin": event.origin.value, **tags.said()}
    return call, Fact(kind=FactKind.CALL_ARRIVED, at=event.at, contact_id=contact_id, data=data)


BY_COMPANY = (
    line.CallHeld,
    line.CallRetrieved,
    line.SeatReturned,
    line_guests.GuestJoined,
    line_guests.GuestMoved,
    line_guests.GuestLeft,
    line_guests.SeatTook,
)
"""After these, who is in says where the call stands."""


def advance(
    call: Call,
    event: line.LineEvent,
    operator_id: str = "",
    company: Collection[GuestMode] = (),
) -> tuple[Call, Fact]:
    """Move ``call`` by ``event``; ``operator_id`` is who sits at the event's seat, if any.

    ``company`` is how the guests take part who are in once the event has happened.
    Raises IllegalMove when the table has no such move; the caller counts it and asks the telephone
    system for its snapshot.
    """
    state = MOVES.get((call.state, type(event)))
    if state is None:
        raise IllegalMove("call", call.state, type(event).__name__)
    effect = _effect(event, call, operator_id)
    moved = replace(call, **{"state": state, **effect.changes})
    if isinstance(event, BY_COMPANY):
        base = CallState.HANDED_OVER if call.state is CallState.HANDED_OVER and company else state
        there = standing(base, company, held=moved.held_at is not None)
        moved = replace(moved, state=there)
    fact = Fact(
        kind=effect.kind,
        at=event.at,
        contact_id=call.id,
        seat=getattr(event, "seat", "") or call.seat,
        operator_id=operator_id or moved.operator_id or call.operator_id,
        data=effect.data,
    )
    return moved, fact


@singledispatch
def _effect(event: line.LineEvent, call: Call, _operator_id: str) -> Effect:
    raise IllegalMove("call", call.state, type(event).__name__)


@_effect.register
def _(event: line.RecordingStarted, _call: Call, _operator_id: str) -> Effect:
    return Effect({"recording_file": event.file}, FactKind.RECORDING_STARTED, {})


@_effect.register
def _(event: line.FlowFailedOpen, _call: Call, _operator_id: str) -> Effect:
    return Effect({"failed_open": True}, FactKind.CALL_FAILED_OPEN, {"reason": event.reason})


@_effect.register
def _(event: line.CallOverflowed, _call: Call, _operator_id: str) -> Effect:
    changes = {"outcome": Outcome.OVERFLOWED}  # known before the end: the words take some seconds
    return Effect(changes, FactKind.CALL_OVERFLOWED, {"told": event.told.value})


@_effect.register
def _(event: line.CallerQueued, call: Call, _operator_id: str) -> Effect:
    changes = {"queue": event.queue, "queued_at": call.queued_at or event.at}
    if call.state in (*WITH_SEAT, CallState.HANDED_OVER, CallState.PARKED):
        changes |= {"leg": "", "held_at": None, "offered_at": None}
    data: dict[str, Scalar] = {"queue": event.queue, "position": event.position}
    return Effect(changes, FactKind.CALL_QUEUED, data)


@_effect.register
def _(event: line.SeatRang, _call: Call, operator_id: str) -> Effect:
    changes = {
        "seat": event.seat,
        "operator_id": operator_id,
        "leg": event.leg,
        "offered_at": event.at,
    }
    data: dict[str, Scalar] = {"queue": event.queue, "phone": event.phone.value}
    return Effect(changes, FactKind.CALL_OFFERED, data)


@_effect.register
def _(event: line.SeatDeclined, call: Call, _operator_id: str) -> Effect:
    changes: dict[str, Any] = {"seat": "", "operator_id": "", "leg": "", "offered_at": None}
    ringing = call.state in (CallState.GREETING, CallState.WAITING, CallState.OFFERED)
    if not ringing or (call.leg and event.leg != call.leg):
        changes = {"state": call.state}  # another ring of this call; the present leg stands
    data: dict[str, Scalar] = {"cause": event.cause.value, "ring_seconds": event.ring_seconds}
    return Effect(changes, FactKind.OFFER_DECLINED, data)


@_effect.register
def _(event: line.SeatAnswered, call: Call, operator_id: str) -> Effect:
    changes = {
        "seat": event.seat,
        "operator_id": operator_id,
        "leg": event.leg,
        "answered_at": call.answered_at or event.at,
        "recording_paused": False,  # the recording begins anew for each talk
    }
    data: dict[str, Scalar] = {
        "queue": event.queue,
        "ring_seconds": event.ring_seconds,
        "wait_seconds": (event.at - call.arrived_at).total_seconds(),
    }
    return Effect(changes, FactKind.CALL_ANSWERED, data)


LEAVING = {
    line.QueueExit.ABANDONED: FactKind.CALL_ABANDONED,
    line.QueueExit.TIMED_OUT: FactKind.CALL_TIMED_OUT,
    line.QueueExit.LEFT: FactKind.CALL_LEFT_QUEUE,
}


@_effect.register
def _(event: line.CallerLeftQueue, call: Call, _operator_id: str) -> Effect:
    data: dict[str, Scalar] = {
        "queue": event.queue,
        "position": event.position,
        "wait_seconds": (event.at - call.arrived_at).total_seconds(),
    }
    return Effect({"offered_at": None, "leg": ""}, LEAVING[event.why], data)


@_effect.register
def _(event: line.CallHeld, call: Call, _operator_id: str) -> Effect:
    return Effect({"held_at": call.held_at or event.at}, FactKind.CALL_HELD, {})


@_effect.register
def _(event: line.CallRetrieved, call: Call, _operator_id: str) -> Effect:
    held = (event.at - call.held_at).total_seconds() if call.held_at else 0.0
    return Effect({"held_at": None}, FactKind.CALL_RETRIEVED, {"held_seconds": held})


@_effect.register
def _(event: line.SeatLeft, call: Call, _operator_id: str) -> Effect:
    if call.leg and event.leg != call.leg:
        return Effect({"state": call.state}, FactKind.SEAT_LEFT_CALL, {})  # an older leg
    return Effect({"held_at": None, "leg": ""}, FactKind.SEAT_LEFT_CALL, {})


@_effect.register
def _(event: line.SeatLost, call: Call, operator_id: str) -> Effect:
    changes = {
        "seat": event.seat or call.seat,
        "operator_id": operator_id or call.operator_id,
        "leg": "",
        "held_at": call.held_at or event.at,
    }
    return Effect(changes, FactKind.OPERATOR_LOST, {})


@_effect.register
def _(event: line.SeatReturned, call: Call, operator_id: str) -> Effect:
    lost = (event.at - call.held_at).total_seconds() if call.held_at else 0.0
    changes = {
        "seat": event.seat,
        "operator_id": operator_id or call.operator_id,
        "leg": event.leg,
        "held_at": None,
        "answered_at": call.answered_at or event.at,
        "recording_paused": False,
    }
    return Effect(changes, FactKind.OPERATOR_BACK, {"lost_seconds": lost})


@_effect.register
def _(event: line_guests.GuestRang, _call: Call, _operator_id: str) -> Effect:
    return Effect({}, FactKind.GUEST_RANG, {"guest": event.guest})


@_effect.register
def _(event: line_guests.GuestFailed, _call: Call, _operator_id: str) -> Effect:
    data: dict[str, Scalar] = {
        "guest": event.guest,
        "end": event.end.value,
        "cause": event.cause,
    }
    return Effect({}, FactKind.GUEST_FAILED, data)


@_effect.register
def _(event: line_guests.GuestJoined, call: Call, _operator_id: str) -> Effect:
    data: dict[str, Scalar] = {"guest": event.guest, "mode": event.mode.value}
    talks = event.mode is GuestMode.JOIN
    changes = {"answered_at": call.answered_at or event.at} if talks else {}
    return Effect(changes, FactKind.GUEST_JOINED, data)


@_effect.register
def _(event: line_guests.GuestMoved, _call: Call, _operator_id: str) -> Effect:
    data: dict[str, Scalar] = {"guest": event.guest, "mode": event.mode.value}
    return Effect({}, FactKind.GUEST_MOVED, data)


@_effect.register
def _(event: line_guests.GuestLeft, _call: Call, _operator_id: str) -> Effect:
    data: dict[str, Scalar] = {
        "guest": event.guest,
        "cause": event.cause,
        "by_guest": event.by_guest,
    }
    return Effect({}, FactKind.GUEST_LEFT, data)


@_effect.register
def _(event: line_guests.SeatHandedOver, _call: Call, _operator_id: str) -> Effect:
    del event
    return Effect({"leg": "", "held_at": None}, FactKind.SEAT_HANDED_OVER, {})


@_effect.register
def _(event: line_guests.SeatTook, call: Call, operator_id: str) -> Effect:
    changes = {
        "seat": event.seat,
        "operator_id": operator_id,
        "leg": event.leg,
        "held_at": None,
        "answered_at": call.answered_at or event.at,
    }
    data: dict[str, Scalar] = {"guest": event.guest, "from_seat": call.seat}
    return Effect(changes, FactKind.SEAT_TOOK, data)


@_effect.register
def _(event: line_guests.CallParked, call: Call, _operator_id: str) -> Effect:
    changes = {"leg": "", "held_at": call.held_at or event.at}
    return Effect(changes, FactKind.CALL_PARKED, {})


@_effect.register
def _(event: line_guests.RecordingPaused, _call: Call, _operator_id: str) -> Effect:
    kind = FactKind.RECORDING_PAUSED if event.paused else FactKind.RECORDING_RESUMED
    return Effect({"recording_paused": event.paused}, kind, {})


@_effect.register(line_guests.EmergencyTried)
@_effect.register(line_guests.EmergencyReached)
@_effect.register(line_guests.EmergencyFailed)
def _(event: Emergency, call: Call, _operator_id: str) -> Effect:
    return Effect(*call_ends.emergency(event, call))


@_effect.register
def _(event: line.CallGone, call: Call, _operator_id: str) -> Effect:
    return Effect(*call_ends.ended(event, call))

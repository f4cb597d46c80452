"""What people are shown, as JSON: numbers masked, times in RFC 3339 UTC. PURE."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.core.call import Call, CallState
from gateway.core.callback import Callback
from gateway.core.citizen import CallerFlag, mask_number
from gateway.core.contact import ChatRecord, ContactRecord, Disposition
from gateway.core.guest import Guest
from gateway.core.item import IntakeItem
from gateway.core.line import Origin
from gateway.core.operator import GRANTS, Operator
from gateway.core.queue import Queue
from gateway.core.reach import Reach
from gateway.core.seat import Seat
from gateway.core.transcript import Segment
from gateway.core.voicemail import Voicemail

Json = dict[str, Any]
Names = Mapping[str, str]
"""Operator id → name."""


def moment(at: datetime | None) -> str | None:
    """2026-11-20T03:04:05.678Z, or None."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def me_view(operator: Operator) -> Json:
    """Who I am and what I may do."""
    return {
        "id": operator.id,
        "login": operator.login,
        "name": operator.name,
        "role": operator.role.value,
        "locale": operator.locale,
        "rights": sorted(right.value for right in GRANTS[operator.role]),
        "must_change_password": operator.must_change_password,
    }


def seat_view(seat: Seat) -> Json:
    """One seat."""
    return {
        "number": seat.number,
        "title": seat.title,
        "state": seat.state.value,
        "phone": seat.phone.value,
        "since": moment(seat.since),
        "reason": seat.reason,
        "contact_id": seat.contact_id,
        "next_break": seat.next_break,
        "wrap_up_until": moment(seat.wrap_up_until),
        "operator_id": seat.operator_id,
    }


def disposition_view(disposition: Disposition | None) -> Json | None:
    """How it was closed."""
    if disposition is None:
        return None
    return {
        "code": disposition.code,
        "note": disposition.note,
        "caller_name": disposition.caller_name,
        "at": moment(disposition.at),
    }


def flag_view(flag: CallerFlag) -> Json:
    """A mark on the caller's number."""
    return {"kind": flag.kind.value, "note": flag.note, "until": moment(flag.until)}


def line_view(items: Iterable[IntakeItem], now: datetime) -> Json:
    """What waits for an operator on every channel, in four numbers."""
    items = tuple(items)
    return {
        "waiting": len(items),
        "emergencies": sum(item.emergency for item in items),
        "oldest_since": moment(min((item.since for item in items), default=None)),
        "overdue": sum(item.due_at <= now for item in items),
    }


def contact_view(record: ContactRecord | ChatRecord, names: Names) -> Json:
    """One contact in a list or a history; ``excerpt`` is the newest words of one by messages."""
    if isinstance(record, ChatRecord):
        return _chat_contact_view(record, names)
    call, recording = record.call, record.recording
    stored = recording and {"seconds": recording.seconds, "size_bytes": recording.size_bytes}
    return {
        "id": call.id,
        "channel": "web_call" if call.origin is Origin.WEB else "phone",
        "number_masked": mask_number(call.number),
        "did": call.did,
        **call.tags.both(),
        "queue": call.queue,
        "state": call.state.value,
        "outcome": call.outcome.value,
        "seat": call.seat,
        "operator_id": call.operator_id,
        "operator_name": names.get(call.operator_id, ""),
        "arrived_at": moment(call.arrived_at),
        "answered_at": moment(call.answered_at),
        "ended_at": moment(call.ended_at),
        "wait_seconds": round(call.wait_seconds, 3),
        "talk_seconds": round(call.talk_seconds, 3),
        "disposition": disposition_view(record.disposition),
        "recording": stored,
        "failed_open": call.failed_open,
        "excerpt": "",
    }


def _chat_contact_view(record: ChatRecord, names: Names) -> Json:
    """A contact by messages: answered is a person's first word, the wait is the longest for one."""
    chat = record.chat
    waited = chat.answered_seconds
    if chat.first_reply_at is None and chat.closed_at:
        waited = (chat.closed_at - chat.opened_at).total_seconds()
    talked = 0.0
    if chat.first_reply_at and chat.closed_at:
        talked = max(0.0, (chat.closed_at - chat.first_reply_at).total_seconds())
    return {
        "id": chat.id,
        "channel": chat.channel,
        "number_masked": "",
        "did": "",
        **chat.tags.both(),
        "queue": chat.queue,
        "state": chat.state.value,
        "outcome": chat.outcome.value,
        "seat": chat.seat,
        "operator_id": chat.operator_id,
        "operator_name": names.get(chat.operator_id, ""),
        "arrived_at": moment(chat.opened_at),
        "answered_at": moment(chat.first_reply_at),
        "ended_at": moment(chat.closed_at),
        "wait_seconds": round(waited, 3),
        "talk_seconds": round(talked, 3),
        "disposition": disposition_view(record.disposition),
        "recording": None,
        "failed_open": False,
        "excerpt": record.last_text,
    }


def call_view(
    call: Call,
    queue: Queue | None,
    *,
    pop_shown: bool,
    flags: Iterable[CallerFlag],
    earlier: Iterable[ContactRecord | ChatRecord],
    disposition: Disposition | None,
    callback: Callback | None = None,
    ends: Mapping[str, str] | None = None,
    guests: Iterable[Guest] = (),
    reach: Reach | None = None,
    reaches: Iterable[Reach] = (),
    names: Names,
) -> Json:
    """The screen-pop: what the seat sees from the first ring until the wrap-up is finished."""
    ring_until = None
    if call.state is CallState.OFFERED and call.offered_at and queue:
        ring_until = call.offered_at + timedelta(seconds=queue.ring_seconds)
    waited = call.answered_at or call.offered_at or call.ended_at or call.arrived_at
    return {
        "contact_id": call.id,
        "line_id": call.hotline_id,
        "state": call.state.value,
        "queue": call.queue,
        "queue_title_zh": queue.title_zh if queue else call.queue,
        "queue_title_en": queue.title_en if queue else call.queue,
        "number_masked": mask_number(call.number),
        "origin": call.origin.value,
        "did": call.did,
        **call.tags.both(),
        "failed_open": call.failed_open,
        "arrived_at": moment(call.arrived_at),
        "offered_at": moment(call.offered_at),
        "ring_deadline": moment(ring_until),
        "answered_at": moment(call.answered_at),
        "held_at": moment(call.held_at),
        "ended_at": moment(call.ended_at),
        "wait_seconds": round((waited - call.arrived_at).total_seconds(), 3),
        "pop_shown": pop_shown,
        "flags": [flag_view(flag) for flag in flags],
        "earlier": [contact_view(record, names) for record in earlier],
        "disposition": disposition_view(disposition),
        "outcome": call.outcome.value,
        "callback_id": callback.id if callback else "",
        "recording_paused": call.recording_paused,
        "guests": [guest_view(guest) for guest in guests],
        "reach": reach_view(reach, ends) if reach else None,
        "reaches": [reach_view(one, ends) for one in reaches],
    }


def guest_view(guest: Guest) -> Json:
    """Somebody who is called in."""
    return {
        "id": guest.id,
        "role": guest.role.value,
        "title": guest.title,
        "mode": guest.mode.value,
        "state": guest.state.value,
        "end": guest.end.value,
        "muted": guest.muted,
        "answered_at": moment(guest.answered_at),
    }


def reach_view(reach: Reach, ends: Mapping[str, str] | None = None) -> Json:
    """A wish and who is tried for it; ``at`` is the next who has not been dialled."""
    return {
        "id": reach.id,
        "role": reach.role.value,
        "target": reach.target,
        "title": reach.title,
        "state": reach.state.value,
        "mode": reach.mode.value,
        "leaves": reach.leaves,
        "undo_until": moment(reach.undo_until),
        "verified_at": moment(reach.verified_at),
        "tries": [{"title": one.title} for one in reach.tries],
        "at": reach.at,
        "last_end": (ends or {}).get(reach.id, ""),
    }


def callback_view(
    callback: Callback,
    *,
    calling: bool = False,
    place: int = 0,
    allowed_at: datetime | None = None,
) -> Json:
    """Somebody to be called back, as the list shows them.

    ``place`` is theirs in the queue, 0 for who keeps none; ``allowed_at``: from then on they may be
    called by hand, None for never.
    """
    return {
        "id": callback.id,
        "contact_id": callback.contact_id,
        "number_masked": mask_number(callback.number),
        "reason": callback.reason.value,
        "since": moment(callback.since),
        "state": callback.state.value,
        "queue": callback.queue,
        **callback.tags.both(),
        "emergency": callback.emergency,
        "tries": callback.tries,
        "next_try_at": moment(callback.next_try_at),
        "allowed_at": moment(allowed_at),
        "place": place,
        "calling": calling,
    }


def voicemail_view(one: Voicemail, said: Iterable[Segment], *, waiting: bool) -> Json:
    """One message and what was understood of it, as people are shown it."""
    return {
        "contact_id": one.contact_id,
        "at": moment(one.at),
        "seconds": round(one.seconds, 3),
        "said": [
            {
                "text": each.shown,
                "begin_seconds": round(max(0.0, each.begin_seconds - one.begin_seconds), 3),
            }
            for each in said
        ],
        "waiting": waiting,
    }


def queue_view(queue: Queue, calls: Iterable[Call], ready: int) -> Json:
    """Who waits in one queue, and how many seats could take them."""
    waiting = [
        call
        for call in calls
        if call.queue == queue.name and call.state in (CallState.WAITING, CallState.OFFERED)
    ]
    since = min((call.queued_at for call in waiting if call.queued_at), default=None)
    return {
        "name": queue.name,
        "title_zh": queue.title_zh,
        "title_en": queue.title_en,
        "waiting": len(waiting),
        "longest_since": moment(since),
        "ready": ready,
        "service_level_seconds": queue.service_level_seconds,
    }

"""What only the API shows, as JSON; the rest is in gateway.intake.views. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from config.settings import Choice, Settings
from gateway.core.citizen import CallerFlag
from gateway.core.contact import ChatRecord, ContactRecord
from gateway.core.facts import Fact
from gateway.core.queue import Queue
from gateway.core.seat import Seat
from gateway.intake.views import Names, contact_view, flag_view, moment, seat_view

Json = dict[str, Any]
SPEECH = "speech"
"""The part of that name."""


def fact_view(fact: Fact, names: Names) -> Json:
    """One thing that happened."""
    return {
        "seq": fact.seq,
        "kind": fact.kind.value,
        "at": moment(fact.at),
        "seat": fact.seat,
        "operator_name": names.get(fact.operator_id),
        "data": dict(fact.data),
    }


def detail_view(
    record: ContactRecord | ChatRecord,
    flags: Iterable[CallerFlag],
    facts: Iterable[Fact],
    names: Names,
) -> Json:
    """One contact, the marks on its number and its facts."""
    return {
        "contact": contact_view(record, names),
        "flags": [flag_view(flag) for flag in flags],
        "facts": [fact_view(fact, names) for fact in facts],
    }


def page_view(records: Sequence[ContactRecord | ChatRecord], limit: int, names: Names) -> Json:
    """One page; a full one may have another after it."""
    return {
        "items": [contact_view(record, names) for record in records],
        "next_cursor": records[-1].id if len(records) >= limit else None,
    }


def audit_view(facts: Sequence[Fact], limit: int, names: Names) -> Json:
    """One page of the audit; a full one may have another after it."""
    return {
        "items": [
            fact_view(fact, names)
            | {"operator_id": fact.operator_id, "contact_id": fact.contact_id}
            for fact in facts
        ],
        "next_cursor": facts[-1].seq if len(facts) >= limit else None,
    }


def watched_seat_view(seat: Seat, names: Names, call_state: str) -> Json:
    """A seat with a name, and the state of its call."""
    return seat_view(seat) | {
        "operator_name": names.get(seat.operator_id),
        "call_state": call_state,
    }


def options_view(
    settings: Settings, queues: Iterable[Queue], seats: Iterable[Seat], names: Names
) -> Json:
    """What the console offers to choose from."""
    site = settings.site
    return {
        "site": {
            "name_zh": site.name_zh,
            "name_en": site.name_en,
            "city_zh": site.city_zh,
            "city_en": site.city_en,
        },
        "break_reasons": [_choice(one) for one in settings.break_reason],
        "dispositions": [_choice(one) for one in settings.disposition],
        "queues": [
            {"name": q.name, "title_zh": q.title_zh, "title_en": q.title_en, "key": q.key}
            | {"language": q.language}
            for q in queues
        ],
        "seats": [
            {
                "number": seat.number,
                "title": seat.title,
                "taken_by": names.get(seat.operator_id, "") if seat.operator_id else None,
            }
            for seat in seats
        ],
    }


def health_view(parts: Mapping[str, str]) -> Json:
    """Up when every part is; speech recognition may be away, as calls and messages go on."""
    up = all(state == "up" for part, state in parts.items() if part != SPEECH)
    return {"status": "up" if up else "down", "parts": dict(parts)}


def _choice(one: Choice) -> Json:
    return {"code": one.code, "title_zh": one.title_zh, "title_en": one.title_en}

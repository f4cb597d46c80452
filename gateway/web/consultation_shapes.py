"""Who was consulted in a contact, as the API answers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from gateway.core.consultation import Consultation as Asked
from gateway.core.consultation import seconds
from gateway.intake.views import moment


class Consulted(TypedDict):
    """Somebody who was called; ``seconds`` is how long they were there, ``end`` why no more."""

    title: str
    mode: str
    asked_at: str
    answered_at: str | None
    ended_at: str | None
    seconds: float
    end: str


class Consultation(TypedDict):
    """One wish to bring somebody in: of whom, by whom, why, with what came of it."""

    id: str
    role: str
    title: str
    state: str
    reason: str
    consent: bool
    asked_at: str
    operator_name: str | None
    seconds: float
    guests: list[Consulted]


def consultation_views(found: Iterable[Asked], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """All of one contact."""
    return [
        {
            "id": one.reach.id,
            "role": one.reach.role.value,
            "title": one.reach.title,
            "state": one.reach.state.value,
            "reason": one.reach.reason,
            "consent": one.reach.consent,
            "asked_at": moment(one.reach.asked_at),
            "operator_name": names.get(one.reach.by),
            "seconds": one.seconds,
            "guests": [
                {
                    "title": guest.title,
                    "mode": guest.mode.value,
                    "asked_at": moment(guest.asked_at),
                    "answered_at": moment(guest.answered_at),
                    "ended_at": moment(guest.ended_at),
                    "seconds": seconds(guest),
                    "end": guest.end.value,
                }
                for guest in one.guests
            ],
        }
        for one in found
    ]

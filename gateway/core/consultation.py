"""会商: who was asked in one contact before a matter was registered or answered, and how it went.

An unusual or doubtful matter is talked over with the unit that will likely deal with it (S2 article
18, S4 article 15 (7)); the talk belongs to the contact, and so to each matter that comes of it.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gateway.core.guest import Guest
from gateway.core.guest_kind import GuestRole
from gateway.core.reach import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """One wish to bring somebody in, and those who were called for it, in order."""

    reach: Reach
    guests: tuple[Guest, ...]

    @property
    def seconds(self) -> float:
        """How long somebody was there, all of them together."""
        return sum(seconds(guest) for guest in self.guests)


def seconds(guest: Guest) -> float:
    """How long this one was in the call; 0 for who never was, or is still there."""
    if guest.answered_at is None or guest.ended_at is None:
        return 0.0
    return (guest.ended_at - guest.answered_at).total_seconds()


def since(guest: Guest) -> datetime:
    """When they came, or were called."""
    return guest.answered_at or guest.asked_at


def consultations(reaches: Iterable[Reach], guests: Iterable[Guest]) -> tuple[Consultation, ...]:
    """In the order of asking; who only listened (班长, 助理) was not consulted."""
    called = sorted((one for one in guests if one.role is not GuestRole.SUPERVISOR), key=since)
    return tuple(
        Consultation(reach=reach, guests=tuple(one for one in called if one.reach_id == reach.id))
        for reach in sorted(reaches, key=lambda one: (one.asked_at, one.id))
    )

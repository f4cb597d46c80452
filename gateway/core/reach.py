"""One wish to bring somebody into a call: until they are in, or nobody is left to try.

undo ─time over→ trying ─guest in→ in ─all guests gone→ done
  └─undone→ undone    └─nobody left→ failed    (withdrawn from trying, by whoever asked)

A reach outlives the gateway: its row says who is tried, and who comes next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.core.guest_kind import GuestMode, GuestRole


class ReachState(StrEnum):
    """Where a wish stands."""

    UNDO = "undo"
    """撤销期: nothing has been dialled, it can be taken back without a trace on the telephone."""
    TRYING = "trying"
    IN = "in"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({ReachState.UNDO, ReachState.TRYING, ReachState.IN})

R = ReachState
MOVES: frozenset[tuple[ReachState, ReachState]] = frozenset(
    {
        (R.UNDO, R.TRYING),
        (R.UNDO, R.UNDONE),
        (R.TRYING, R.IN),
        (R.TRYING, R.FAILED),
        (R.TRYING, R.WITHDRAWN),
        (R.IN, R.DONE),
        (R.IN, R.TRYING),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """Somebody to be tried: ``number`` and ``trunk`` for a line outside, or ``seat``."""

    target_id: str
    title: str
    number: str = ""
    trunk: str = ""
    seat: str = ""
    ring_seconds: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """``tries`` in order, ``at`` the next of them that has not been dialled.

    ``target`` is what was asked for (a department, an emergency line's code, an expert, a directory
    entry, a seat). ``reason`` is the operator's own words and personal data. ``consent``: the
    citizen agreed to a third voice (S1 article 15 (1)). ``verified_at``: the operator pressed that
    the other side has understood (emergencies: before that the operator does not leave).
    """

    id: str
    contact_id: str
    role: GuestRole
    target: str
    title: str
    tries: tuple[Try, ...]
    mode: GuestMode
    by: str
    asked_at: datetime
    state: ReachState
    at: int = 0
    leaves: bool = False
    consent: bool = False
    reason: str = ""
    undo_until: datetime | None = None
    joined_at: datetime | None = None
    verified_at: datetime | None = None
    ended_at: datetime | None = None

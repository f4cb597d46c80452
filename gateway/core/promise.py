"""承诺时限: an answer that we owe a citizen by a moment that the law fixes.

open ─done in time→ kept
  └──done after due→ late       (open after ``due_at``: overdue)

An expert who could not be reached owes a call back within one working day (S1 article 15 (1)); a
special seat for a key field within two hours (S4 article 19), which are hours on the wall.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.core.errors import IllegalMove
from gateway.core.workdays import WorkingTime

FOCUS_TIME = timedelta(hours=2)
FOCUS_WARNING = timedelta(minutes=90)
CALLBACK_DAYS = 1.0
CALLBACK_WARNING_DAYS = 0.5
"""Half a working day before it is due somebody can still do something about it."""


class PromiseKind(StrEnum):
    """What was promised; never renamed."""

    EXPERT_CALLBACK = "expert_callback"
    """专家回电，一个工作日内."""
    FOCUS = "focus"
    """重点领域专席，两小时内."""


class PromiseState(StrEnum):
    """未兑现 · 按时兑现 · 逾期兑现."""

    OPEN = "open"
    KEPT = "kept"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One answer that is owed.

    ``owner_id`` is the operator who answers for it, ``department_id`` whose experts owe it.
    ``callback_id`` is its entry in the list of callbacks, empty when the citizen gave no number.
    ``warned_at`` and ``overdue_at``: when that was told, so that it is told once. ``note`` is
    personal data.
    """

    id: str
    contact_id: str
    kind: PromiseKind
    department_id: str
    owner_id: str
    made_at: datetime
    warn_at: datetime
    due_at: datetime
    callback_id: str = ""
    reach_id: str = ""
    state: PromiseState = PromiseState.OPEN
    warned_at: datetime | None = None
    overdue_at: datetime | None = None
    done_by: str = ""
    done_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Promises that are open: all, those warned about and not yet due, those overdue."""

    open: int = 0
    soon: int = 0
    overdue: int = 0


def times(kind: PromiseKind, made_at: datetime, office: WorkingTime) -> tuple[datetime, datetime]:
    """When to warn, and when it is due."""
    if kind is PromiseKind.FOCUS:
        return made_at + FOCUS_WARNING, made_at + FOCUS_TIME
    warn = office.after_days(made_at, CALLBACK_DAYS - CALLBACK_WARNING_DAYS)
    return warn, office.after_days(made_at, CALLBACK_DAYS)


def overdue(promise: Promise, now: datetime) -> bool:
    """Whether it is still owed although its time is over."""
    return promise.state is PromiseState.OPEN and promise.due_at <= now


def kept(promise: Promise, by: str, now: datetime, note: str = "") -> Promise:
    """It was fulfilled, in time or late; raises IllegalMove when it was before."""
    if promise.state is not PromiseState.OPEN:
        raise IllegalMove("promise", promise.state, "done")
    state = PromiseState.KEPT if now < promise.due_at else PromiseState.LATE
    return replace(promise, state=state, done_by=by, done_at=now, note=note)


def ticked(promise: Promise, now: datetime) -> Promise:
    """The promise with what is to be told by now marked as told; the same when there is nothing.

    One that became overdue while nobody was there is told as overdue only.
    """
    if promise.state is not PromiseState.OPEN:
        return promise
    if promise.due_at <= now:
        told = promise.overdue_at is not None
        return promise if told else replace(promise, overdue_at=now)
    if promise.warn_at <= now and promise.warned_at is None:
        return replace(promise, warned_at=now)
    return promise


def next_tick(promises: Iterable[Promise]) -> datetime | None:
    """When ``ticked`` has something to tell next; None: never."""
    untold = (one for one in promises if one.state is PromiseState.OPEN and not one.overdue_at)
    moments = (one.due_at if one.warned_at else one.warn_at for one in untold)
    return min(moments, default=None)


def counted(promises: Iterable[Promise], now: datetime) -> Counts:
    """How many are owed, and how urgently."""
    mine = [one for one in promises if one.state is PromiseState.OPEN]
    late = sum(one.due_at <= now for one in mine)
    soon = sum(one.warn_at <= now < one.due_at for one in mine)
    return Counts(open=len(mine), soon=soon, overdue=late)

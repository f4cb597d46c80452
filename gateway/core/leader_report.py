"""What came of one leader's day, in figures of its own. Pure.

It counts who was led to the leader's queue in the booked hours, whoever answered in the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.core import promise
from gateway.core.call import Outcome
from gateway.core.callback import Callback, CallbackState
from gateway.core.contact import ContactRecord
from gateway.core.leader_day import LeaderDay
from gateway.core.promise import Promise, PromiseState


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """``answered`` at the leader's seat, ``elsewhere`` by somebody else, ``open`` goes on.

    Waits and talks are of those whom the leader answered, in seconds; None for none. ``matters``
    counts what was written down, by code. ``callbacks`` and ``promises`` by state; ``overdue`` are
    promises that are open after their time.
    """

    offered: int
    answered: int
    elsewhere: int
    abandoned: int
    open: int
    average_wait_seconds: float | None
    longest_wait_seconds: float | None
    average_talk_seconds: float | None
    matters: Mapping[str, int]
    promises: Mapping[PromiseState, int]
    overdue: int
    callbacks: Mapping[CallbackState, int]


def report(
    day: LeaderDay,
    contacts: Iterable[ContactRecord],
    promises: Iterable[Promise],
    callbacks: Iterable[Callback],
    now: datetime,
) -> Report:
    """The figures of one day."""
    contacts, promises = tuple(contacts), tuple(promises)
    calls = [one.call for one in contacts]
    theirs = [one for one in calls if one.answered_at and one.seat == day.seat]
    waits = [
        (one.answered_at - one.queued_at).total_seconds()
        for one in theirs
        if one.answered_at and one.queued_at
    ]
    talks = [
        (one.ended_at - one.answered_at).total_seconds()
        for one in theirs
        if one.answered_at and one.ended_at
    ]
    return Report(
        offered=len(calls),
        answered=len(theirs),
        elsewhere=sum(bool(one.answered_at) for one in calls) - len(theirs),
        abandoned=sum(one.outcome is Outcome.ABANDONED for one in calls),
        open=sum(one.outcome is Outcome.OPEN and not one.answered_at for one in calls),
        average_wait_seconds=_mean(waits),
        longest_wait_seconds=max(waits, default=None),
        average_talk_seconds=_mean(talks),
        matters=Counter(one.disposition.code for one in contacts if one.disposition),
        promises=Counter(one.state for one in promises),
        overdue=sum(promise.overdue(one, now) for one in promises),
        callbacks=Counter(one.state for one in callbacks),
    )


def _mean(seconds: list[float]) -> float | None:
    return sum(seconds) / len(seconds) if seconds else None

"""Laws of promises: when they are due, when somebody is warned, how often they are told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.calendar_cn import ChineseCalendar
from gateway.core.errors import IllegalMove
from gateway.core.promise import (
    Counts,
    PromiseKind,
    PromiseState,
    counted,
    kept,
    next_tick,
    overdue,
    ticked,
    times,
)
from gateway.core.workdays import WorkingTime
from tests.expert_rows import a_promise
from tests.store_world import NOON

OFFICE = WorkingTime(workday=ChineseCalendar().workday, zone=ZoneInfo("Asia/Shanghai"))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
MINUTE = timedelta(minutes=1)


@given(MOMENTS, st.sampled_from(PromiseKind))
def test_somebody_is_warned_before_it_is_due(made_at: datetime, kind: PromiseKind) -> None:
    """Always with working time left to do something about it."""
    warn, due = times(kind, made_at, OFFICE)
    assert made_at < warn < due


@given(MOMENTS)
def test_two_hours_are_two_hours(made_at: datetime) -> None:
    """Of a focus seat also at night and on days off; warned after ninety minutes."""
    warn, due = times(PromiseKind.FOCUS, made_at, OFFICE)
    assert (warn - made_at, due - made_at) == (timedelta(minutes=90), timedelta(hours=2))


def test_each_step_is_told_once() -> None:
    """Warned once, overdue once, in this order; whoever slept over the warning hears the worse."""
    promise = a_promise("p1", "c1")
    assert ticked(promise, promise.warn_at - MINUTE) == promise
    warned = ticked(promise, promise.warn_at)
    assert warned.warned_at == promise.warn_at
    assert ticked(warned, promise.due_at - MINUTE) == warned
    late = ticked(warned, promise.due_at)
    assert late.overdue_at == promise.due_at
    assert ticked(late, promise.due_at + timedelta(days=9)) == late
    slept = ticked(promise, promise.due_at + MINUTE)
    assert slept.warned_at is None
    assert slept.overdue_at == promise.due_at + MINUTE


def test_the_next_thing_to_tell_is_known() -> None:
    """The earliest of all; nothing when all was told or done."""
    one, other = a_promise("p1", "c1"), a_promise("p2", "c1", warn_at=NOON + MINUTE)
    assert next_tick([one, other]) == NOON + MINUTE
    assert next_tick([one, replace(other, warned_at=NOON)]) == one.warn_at
    assert next_tick([replace(one, warned_at=NOON)]) == one.due_at
    assert next_tick([replace(one, overdue_at=NOON), kept(other, "op-1", NOON)]) is None


def test_a_promise_is_kept_in_time_or_late() -> None:
    """On the stroke of its time is late, as the alarm says; nobody keeps it twice."""
    promise = a_promise("p1", "c1")
    assert kept(promise, "op-1", promise.due_at - MINUTE).state is PromiseState.KEPT
    late = kept(promise, "op-1", promise.due_at, "已回电")
    assert (late.state, late.done_by, late.note) == (PromiseState.LATE, "op-1", "已回电")
    assert not overdue(late, promise.due_at + MINUTE)
    with pytest.raises(IllegalMove):
        kept(late, "op-1", NOON)


def test_counts_tell_soon_from_overdue() -> None:
    """Every open one is counted once among those that press."""
    late, soon, calm = (
        a_promise("p1", "c1", warn_at=NOON - 2 * MINUTE, due_at=NOON),
        a_promise("p2", "c1", warn_at=NOON),
        a_promise("p3", "c1"),
    )
    done = kept(late, "op-1", NOON)
    assert counted([late, soon, calm, done], NOON) == Counts(open=3, soon=1, overdue=1)

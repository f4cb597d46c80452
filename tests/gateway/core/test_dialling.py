"""When a person may be called back, as whom, and what follows."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.core.callback import Callback, CallbackReason, CallbackState
from gateway.core.citizen import CallerFlag, FlagKind
from gateway.core.dialling import (
    CallbackTry,
    DialRules,
    First,
    Refusal,
    TryState,
    after_failure,
    allowed_at,
    ended,
    shown_number,
    verdict,
)
from gateway.core.errors import IllegalMove

CITY = ZoneInfo("Asia/Shanghai")
RULES = DialRules()
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""12:00 in the city."""
MISSED = Callback(
    id="b1", contact_id="c1", number="13800001234", reason=CallbackReason.MISSED, since=NOON
)


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """This time of the city."""
    return datetime(2026, 3, day, hour, minute, tzinfo=CITY).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (at(20, 59), at(20, 59)),
        (at(21), at(8, day=3)),
        (at(23, 59), at(8, day=3)),
        (at(0, day=3), at(8, day=3)),
        (at(7, 59, day=3), at(8, day=3)),
        (at(8, day=3), at(8, day=3)),
    ],
)
def test_nobody_is_woken(now: datetime, then: datetime) -> None:
    """From 21:00 to 8:00 of the city's time the answer is no, and when it will be yes."""
    assert allowed_at(MISSED, now, RULES, CITY, by_hand=True) == then
    found = verdict(MISSED, now, RULES, CITY, by_hand=True)
    assert found.at == then
    assert found.refusal == (Refusal.QUIET if then > now else None)


def test_quiet_hours_are_the_citys_to_set() -> None:
    """By day, over night, or none."""
    siesta = replace(RULES, quiet_from=time(12), quiet_until=time(14))
    assert allowed_at(MISSED, at(13), siesta, CITY) == at(14)
    assert allowed_at(MISSED, at(22), siesta, CITY) == at(22)
    never = replace(RULES, quiet_from=time(8), quiet_until=time(8))
    assert allowed_at(MISSED, at(8), never, CITY) == at(8)


@pytest.mark.parametrize("reason", [CallbackReason.CUT, CallbackReason.KEPT_PLACE])
def test_who_just_called_us_is_awake(reason: CallbackReason) -> None:
    """Cut off or waiting for their turn at night: called within the hour, else in the morning."""
    night = replace(MISSED, reason=reason, since=at(23))
    assert verdict(night, at(23, 59), RULES, CITY).refusal is None
    assert allowed_at(night, at(0, 0, day=3), RULES, CITY) == at(8, day=3)


def test_an_emergency_waits_for_no_morning() -> None:
    """Nor does the wish not to be called bind it."""
    flags = [CallerFlag(number="13800001234", kind=FlagKind.NO_CALLS)]
    urgent = replace(MISSED, emergency=True, since=at(9))
    assert verdict(urgent, at(3, day=3), RULES, CITY, flags=flags).refusal is None


def test_who_wants_no_calls_gets_none() -> None:
    """Not by hand either; who kept a place asked for this one call."""
    flags = [CallerFlag(number="13800001234", kind=FlagKind.NO_CALLS)]
    found = verdict(MISSED, NOON, RULES, CITY, flags=flags, by_hand=True)
    assert (found.refusal, found.at) == (Refusal.NO_CALLS, None)
    kept = replace(MISSED, reason=CallbackReason.KEPT_PLACE)
    assert verdict(kept, NOON, RULES, CITY, flags=flags).refusal is None
    others = [CallerFlag(number="13800001234", kind=FlagKind.ELDER)]
    assert verdict(MISSED, NOON, RULES, CITY, flags=others).refusal is None


def test_a_number_is_called_by_one_at_a_time() -> None:
    """However it is written."""
    busy = ["+86 138-0000-1234"]
    assert verdict(MISSED, NOON, RULES, CITY, busy=busy).refusal is Refusal.BEING_CALLED
    assert verdict(MISSED, NOON, RULES, CITY, busy=["13900005678"]).refusal is None


def test_tries_grow_apart_and_end() -> None:
    """Ten minutes, twenty, then given up; by hand there may be one more at once."""
    once = after_failure(MISSED, NOON, RULES)
    assert (once.tries, once.next_try_at) == (1, NOON + timedelta(minutes=10))
    found = verdict(once, NOON, RULES, CITY)
    assert (found.refusal, found.at) == (Refusal.TOO_SOON, once.next_try_at)
    assert verdict(once, NOON, RULES, CITY, by_hand=True).refusal is None
    twice = after_failure(once, NOON, RULES)
    assert (twice.tries, twice.next_try_at) == (2, NOON + timedelta(minutes=20))
    lost = after_failure(twice, NOON, RULES)
    assert (lost.state, lost.tries, lost.next_try_at) == (CallbackState.FAILED, 3, None)
    assert verdict(lost, NOON, RULES, CITY).refusal is Refusal.OVER
    assert verdict(lost, NOON, RULES, CITY, by_hand=True).refusal is None


def test_a_pause_that_ends_at_night_ends_in_the_morning() -> None:
    """Both say no."""
    late = replace(MISSED, next_try_at=at(21, 5))
    assert allowed_at(late, at(20, 55), RULES, CITY) == at(8, day=3)


def test_what_is_done_is_over() -> None:
    """By hand, too."""
    over = replace(MISSED, state=CallbackState.DONE)
    assert verdict(over, NOON, RULES, CITY, by_hand=True).refusal is Refusal.OVER


def test_we_call_as_one_of_our_own_numbers() -> None:
    """The dialled one, else the default, else nobody is called."""
    dialled = replace(MISSED, did="12345")
    assert shown_number(dialled, "96110", {"12345", "96110"}) == "12345"
    assert shown_number(dialled, "96110", {"96110"}) == "96110"
    assert shown_number(dialled, "13912345678", {"96110"}) == ""
    assert shown_number(MISSED, "", {"96110"}) == ""


def test_a_try_ends_once() -> None:
    """Answered or not; a second end is no legal move."""
    tried = CallbackTry(
        id="0" * 32,
        callback_id="b1",
        first=First.SEAT,
        seat="8001",
        operator_id="op-1",
        shown="12345",
        trunk="local",
        at=NOON,
    )
    assert tried.hotline_id == "Hout-" + "0" * 32
    over = ended(tried, TryState.ANSWERED, NOON, contact_id="c9")
    assert (over.state, over.ended_at, over.contact_id) == (TryState.ANSWERED, NOON, "c9")
    with pytest.raises(IllegalMove):
        ended(over, TryState.FAILED, NOON)
    with pytest.raises(IllegalMove):
        ended(tried, TryState.DIALLING, NOON)

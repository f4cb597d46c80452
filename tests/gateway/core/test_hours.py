"""Opening hours by the clock on the wall."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.hours import Opening, always_open, minutes, open_at, said, sound
from gateway.core.queue import FALLBACK, Queue, open_queue
from tests.gateway.core.plans import OPENINGS

MONDAY = datetime(2026, 11, 16)  # noqa: DTZ001 - a wall clock
MINUTE = timedelta(minutes=1)
WEEK = [MONDAY + MINUTE * n for n in range(7 * 24 * 60)]
HOURS = st.lists(OPENINGS, min_size=1, max_size=3).map(tuple)


def simply(one: Opening, at: datetime) -> bool:
    """The same in the plainest way: it opened today or yesterday and has not closed yet."""
    opens, closes = minutes(one.opens), minutes(one.closes)
    assert opens is not None
    assert closes is not None
    for days_ago in (0, 1):
        midnight = (at - timedelta(days=days_ago)).replace(hour=0, minute=0)
        first = midnight + MINUTE * opens
        last = midnight + MINUTE * closes + timedelta(days=int(closes <= opens))
        if midnight.isoweekday() in one.days and first <= at < last:
            return True
    return False


@given(HOURS, st.integers(0, len(WEEK) - 1))
def test_open_is_what_the_words_say(hours: tuple[Opening, ...], minute: int) -> None:
    """Over midnight, over Sunday, several stretches: open when any of them says so."""
    at = WEEK[minute]
    assert open_at(hours, at) == any(simply(one, at) for one in hours)


@given(HOURS)
def test_always_open_means_every_minute(hours: tuple[Opening, ...]) -> None:
    """No minute of the week is left out, or one is."""
    assert always_open(hours) == all(open_at(hours, at) for at in WEEK)


def test_nights_that_together_with_days_leave_nothing_out() -> None:
    """Two stretches that meet make a day of 24 hours; a minute short of it is not."""
    every = (1, 2, 3, 4, 5, 6, 7)
    day = Opening(days=every, opens="06:00", closes="22:00")
    assert always_open((day, Opening(days=every, opens="22:00", closes="06:00")))
    assert not always_open((day, Opening(days=every, opens="22:00", closes="05:59")))
    assert always_open((Opening(days=every, opens="00:00", closes="24:00"),))


def test_the_hour_that_comes_twice_counts_twice_and_the_missing_one_is_not_missed() -> None:
    """Berlin, 2026: the clock jumps over 02:30 in March and passes it twice in October."""
    berlin, night = ZoneInfo("Europe/Berlin"), (Opening(days=(7,), opens="01:00", closes="04:00"),)
    spring = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
    autumn = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert sum(open_at(night, (spring + MINUTE * n).astimezone(berlin)) for n in range(300)) == 120
    before = autumn - timedelta(hours=2)
    assert sum(open_at(night, (before + MINUTE * n).astimezone(berlin)) for n in range(480)) == 240


def test_what_makes_no_sense_is_not_sound() -> None:
    """No days, a day twice, day 8, no time, an empty stretch."""
    for days, opens, closes in (
        ((), "09:00", "10:00"),
        ((1, 1), "09:00", "10:00"),
        ((8,), "09:00", "10:00"),
        ((1,), "9:00", "10:00"),
        ((1,), "09:00", "25:00"),
        ((1,), "24:00", "10:00"),
        ((1,), "09:00", "09:00"),
    ):
        assert not sound(Opening(days=days, opens=opens, closes=closes))
    assert sound(Opening(days=(6, 7), opens="22:00", closes="06:00"))


def test_a_caller_follows_the_chain_to_the_first_open_queue() -> None:
    """Closed → its closed queue → …; a chain that leads nowhere ends in the fallback queue."""
    office = (Opening(days=(1,), opens="09:00", closes="10:00"),)
    plain = Queue(name="civil", title_zh="一", title_en="one")
    queues = {
        "tax": replace(plain, name="tax", hours=office, closed_queue="firm"),
        "firm": replace(plain, name="firm", hours=office, closed_queue="civil"),
        "civil": plain,
        "loop": replace(plain, name="loop", hours=office, closed_queue="loop"),
    }
    nine = MONDAY.replace(hour=9)
    assert open_queue(queues, "tax", nine) == "tax"
    assert open_queue(queues, "tax", MONDAY) == "civil"
    assert open_queue(queues, "loop", MONDAY) == FALLBACK
    assert open_queue(queues, "nowhere", nine) == FALLBACK


def test_hours_in_one_line() -> None:
    """As a diff shows them."""
    assert said(()) == "24h"
    weekdays = Opening(days=(1, 2, 3, 4, 5), opens="09:00", closes="17:30")
    weekend = Opening(days=(6, 7), opens="10:00", closes="12:00")
    assert said((weekdays, weekend)) == "1-5 09:00-17:30, 67 10:00-12:00"

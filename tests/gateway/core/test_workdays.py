"""Laws of working time, on the real calendar of China."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.calendar_cn import LAST_YEAR, ChineseCalendar
from gateway.core.workdays import NoWorkingDay, WorkingTime

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkingTime(workday=ChineseCalendar().workday, zone=SHANGHAI)
MOMENTS = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 - bounds are naive
    datetime(2027, 12, 31),  # noqa: DTZ001 - bounds are naive
    timezones=st.just(UTC),
)
WORKED = st.timedeltas(timedelta(0), timedelta(hours=60))


def local(text: str) -> datetime:
    """A moment on the clock in Beijing."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@given(MOMENTS, WORKED)
def test_a_deadline_never_falls_on_a_day_off(at: datetime, worked: timedelta) -> None:
    """It lies in office hours of a day that is worked, and not before it began."""
    due = OFFICE.after(at, worked)
    there = due.astimezone(SHANGHAI)
    assert due >= at
    assert ChineseCalendar().workday(there.date())
    assert time(9) <= there.time() <= time(17, 30)


@given(MOMENTS, MOMENTS, WORKED, WORKED)
def test_who_asks_later_is_never_due_earlier(
    one: datetime, other: datetime, less: timedelta, more: timedelta
) -> None:
    """Monotone in the moment and in the time."""
    first, second = sorted((one, other))
    short, long = sorted((less, more))
    assert OFFICE.next_moment(first) <= OFFICE.next_moment(second)
    assert OFFICE.after(first, short) <= OFFICE.after(second, short)
    assert OFFICE.after(first, short) <= OFFICE.after(first, long)


@given(MOMENTS, WORKED, WORKED)
def test_working_time_adds_up(at: datetime, some: timedelta, more: timedelta) -> None:
    """First some and then more is all of it at once."""
    assert OFFICE.after(OFFICE.after(at, some), more) == OFFICE.after(at, some + more)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2025-11-27T10:00", "2025-11-28T10:00"),  # Thursday
        ("2025-11-28T16:00", "2025-12-01T16:00"),  # Friday
        ("2025-11-29T12:00", "2025-12-01T17:30"),  # a Saturday that is off
        ("2025-01-24T16:00", "2025-01-26T16:00"),  # the Sunday before Spring Festival is worked
        ("2025-01-27T16:00", "2025-02-05T16:00"),  # Spring Festival, 28 January to 4 February
        ("2025-02-07T17:00", "2025-02-08T17:00"),  # Saturday 8 February 2025 is worked
        ("2025-09-28T09:00", "2025-09-28T17:30"),  # Sunday 28 September 2025 is worked
        ("2025-09-30T10:00", "2025-10-09T10:00"),  # National Day with Mid-Autumn, 1 to 8 October
        ("2025-10-10T15:00", "2025-10-11T15:00"),  # Saturday 11 October 2025 is worked
        ("2026-02-13T16:00", "2026-02-14T16:00"),  # Saturday 14 February 2026 is worked
        ("2026-02-14T16:00", "2026-02-24T16:00"),  # Spring Festival, 15 to 23 February
        ("2026-09-19T09:00", "2026-09-20T17:30"),  # a Saturday that is off
        ("2026-09-20T09:00", "2026-09-20T17:30"),  # Sunday 20 September 2026 is worked
        ("2026-09-30T12:00", "2026-10-08T12:00"),  # National Day, 1 to 7 October
        ("2026-10-10T03:00", "2026-10-10T17:30"),  # Saturday 10 October 2026 is worked
    ],
)
def test_one_working_day_on_real_dates(asked: str, due: str) -> None:
    """The State Council's notices for 2025 and 2026, make-up days included."""
    assert OFFICE.after_days(local(asked), 1) == local(due)


def test_what_the_city_adds_comes_first() -> None:
    """Its own working days and days off, over the national ones."""
    monday, saturday = date(2026, 3, 2), date(2026, 3, 7)
    calendar = ChineseCalendar(extra_workdays=[saturday], extra_holidays=[monday])
    assert not calendar.workday(monday)
    assert calendar.workday(saturday)


def test_a_year_without_a_notice_goes_by_weekdays() -> None:
    """Nothing is raised for years that nobody has decided about yet."""
    calendar = ChineseCalendar()
    days = [date(LAST_YEAR + 1, 10, 1) + timedelta(days=n) for n in range(7)]
    assert [calendar.workday(day) for day in days] == [day.isoweekday() <= 5 for day in days]


def test_a_calendar_without_working_days_is_said() -> None:
    """Rather than looking for ever."""
    never = WorkingTime(workday=lambda _: False, zone=SHANGHAI)
    with pytest.raises(NoWorkingDay):
        never.next_moment(local("2026-03-02T10:00"))

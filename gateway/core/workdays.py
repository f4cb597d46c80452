"""Working time: from when, and until when, a promise in working days or hours runs.

Days are the calendar's: public holidays are off, make-up days (调休) are worked though they are a
Saturday or Sunday. A working day is as long as the office is open; so "one working day" from Friday
16:00 ends on Monday 16:00 when nothing is off between, and from Saturday on it ends on Monday when
the office closes. Times are the clock on the wall of one zone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DayRule = Callable[[date], bool]
"""Whether a day is worked."""

MOST_DAYS_OFF = 400
"""Days off in a row; the settings hold fewer."""
ONE_DAY = timedelta(days=1)


class NoWorkingDay(ValueError):
    """The calendar has no working day for more than a year."""


def weekday_rule(day: date) -> bool:
    """Monday to Friday, for years of which nothing else is known."""
    return day.isoweekday() <= 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTime:
    """When the office works: on ``workday`` days from ``opens`` until ``closes`` in ``zone``.

    ``closes`` is after ``opens``, on the same day.
    """

    workday: DayRule
    zone: tzinfo
    opens: time = time(9)
    closes: time = time(17, 30)

    @property
    def day(self) -> timedelta:
        """How long one working day is."""
        return _since_midnight(self.closes) - _since_midnight(self.opens)

    def is_working(self, at: datetime) -> bool:
        """Whether the office works at this moment; the moment of closing is after work."""
        local = self._local(at)
        return self.workday(local.date()) and self.opens <= local.time() < self.closes

    def next_moment(self, at: datetime) -> datetime:
        """``at`` when the office works then, else when it opens next. Raises NoWorkingDay."""
        return self._aware(self._next(self._local(at)))

    def after(self, at: datetime, worked: timedelta) -> datetime:
        """When so much working time has passed since ``at``; ends at closing, not at an opening.

        Raises NoWorkingDay.
        """
        local, left = self._next(self._local(at)), worked
        while True:
            closing = datetime.combine(local.date(), self.closes)
            if local + left <= closing:
                return self._aware(local + left)
            left -= closing - local
            local = self._next(closing)

    def after_days(self, at: datetime, days: float) -> datetime:
        """When so many working days have passed since ``at``. Raises NoWorkingDay."""
        return self.after(at, self.day * days)

    def _next(self, local: datetime) -> datetime:
        day = local.date()
        if self.workday(day) and local.time() < self.closes:
            return max(local, datetime.combine(day, self.opens))
        for _ in range(MOST_DAYS_OFF):
            day += ONE_DAY
            if self.workday(day):
                return datetime.combine(day, self.opens)
        raise NoWorkingDay(local.date().isoformat())

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone).replace(tzinfo=None)

    def _aware(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self.zone).astimezone(UTC)


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)

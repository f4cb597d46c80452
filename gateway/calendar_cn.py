"""Which days are worked in China, make-up days included; the only door to ``chinesecalendar``.

That library knows the State Council's notices of some years and raises for all others. For a year
that it lacks, Monday to Friday are worked; that is said once in the log and by ``hotline doctor``.
The settings' own days come before both.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import chinese_calendar
import structlog
from chinese_calendar import constants

from gateway.core.workdays import weekday_rule

log = structlog.get_logger()

LAST_YEAR = max(day.year for day in constants.holidays)
"""The last year whose holidays are known."""


class ChineseCalendar:
    """``workday`` says whether a day is worked."""

    def __init__(
        self, extra_workdays: Collection[date] = (), extra_holidays: Collection[date] = ()
    ) -> None:
        self._workdays = frozenset(extra_workdays)
        self._holidays = frozenset(extra_holidays)
        self._unknown: set[int] = set()

    def workday(self, day: date) -> bool:
        """Whether this day is worked."""
        if day in self._holidays:
            return False
        if day in self._workdays:
            return True
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:  # what the library raises for a year that it does not know
            self._warn(day.year)
            return weekday_rule(day)

    def _warn(self, year: int) -> None:
        if year not in self._unknown:
            self._unknown.add(year)
            log.warning("calendar_year_unknown", year=year)

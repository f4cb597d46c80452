"""S1 article 15 (1): who cannot be answered at once is called back within one working day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from config.settings import Settings
from gateway.app.experts import office_of
from gateway.core.promise import PromiseKind, overdue, times
from tests.expert_rows import a_promise

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


def test_each_hour_of_two_years_has_its_answer_within_one_working_day() -> None:
    """S1§15(1): from any hour of 2025 and 2026 on, the office works for one day and no more.

    Its hours are counted one by one on the calendar with holidays and make-up days; none of them
    lies on a day off. Whoever is late is known to be.
    """
    office = office_of(Settings())
    at, end = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 12, 20, tzinfo=UTC)
    half = timedelta(minutes=30)
    while at < end:
        warn, due = times(PromiseKind.EXPERT_CALLBACK, at, office)
        steps, moment = 0, at
        while moment < due:
            steps += office.is_working(moment)
            moment += half
        assert steps * half == office.day, at.astimezone(ZONE)
        assert office.is_working(due - timedelta(seconds=1))
        assert at < warn < due
        promise = a_promise("p", "c", made_at=at, warn_at=warn, due_at=due)
        assert not overdue(promise, due - HOUR)
        assert overdue(promise, due)
        at += 37 * HOUR

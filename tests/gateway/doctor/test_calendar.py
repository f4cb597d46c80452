"""The doctor knows when the calendar of working days ends."""

from gateway.calendar_cn import LAST_YEAR
from gateway.doctor.calendar import known
from gateway.doctor.finding import Grade


def test_a_year_without_its_holidays_is_told_in_time() -> None:
    """From December on the next year's are missed; before, this year's are enough."""
    assert known(f"{LAST_YEAR}-11").grade is Grade.OK
    assert known(f"{LAST_YEAR}-12").grade is Grade.WARN
    assert known(f"{LAST_YEAR + 1}-01").grade is Grade.WARN
    assert known(f"{LAST_YEAR - 1}-12").grade is Grade.OK

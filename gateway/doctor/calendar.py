"""The calendar of working days: whether this year's and the next year's holidays are known."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from gateway.calendar_cn import LAST_YEAR
from gateway.clock import SystemClock
from gateway.doctor.finding import Finding, Patient, ok, warn

NOTICE_MONTH = 12
"""The State Council gives its notice for the next year in November."""


def working_days(patient: Patient) -> Finding:
    """Promises run on working days; in a year without a notice they go by weekdays."""
    zone = ZoneInfo(patient.settings.site.timezone)
    return known(SystemClock().now().astimezone(zone).strftime("%Y-%m"))


def known(month: str) -> Finding:
    """The same for a month such as 2026-11."""
    year, number = int(month[:4]), int(month[5:])
    needed = year + 1 if number >= NOTICE_MONTH else year
    if needed <= LAST_YEAR:
        return ok(f"已知至 {LAST_YEAR} 年", f"known until {LAST_YEAR}")
    return warn(
        f"没有 {needed} 年的节假日安排，按周一至周五计算",
        f"the holidays of {needed} are not known; Monday to Friday are taken",
        "更新程序，或在设置 [calendar] 中填写 extra_workdays 和 extra_holidays",
        "update the program, or fill in extra_workdays and extra_holidays of [calendar]",
    )

"""When the city's offices work. All frozen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCalendar:
    """Working days are those of the State Council's notices; what the city adds stands here."""

    opens: str = "09:00"
    closes: str = "17:30"
    extra_workdays: tuple[str, ...] = ()  # 2027-02-06: worked, whatever the calendar says
    extra_holidays: tuple[str, ...] = ()  # off, whatever the calendar says

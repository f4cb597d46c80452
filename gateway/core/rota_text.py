"""A line of the rota as text: ``workdays 09:00-17:30``, ``1-5 22:00-06:00 2026-03-01.. #2``.

Days are ``workdays`` (工作日), ``daily`` (每天), or weekdays of ISO 8601: ``1-5``, ``135``.
Dates and the order (1 when it is not said) may be left out.
"""

from __future__ import annotations

import re
from datetime import date

from gateway.core.expert import Duty, sound
from gateway.core.hours import DAYS

WORKDAYS = ("workdays", "工作日", "")
DAILY = ("daily", "每天", "每日")
MOST_ORDER = 99
_LINE = re.compile(
    r"(?P<days>\S+) (?P<opens>\d\d:\d\d)-(?P<closes>\d\d:\d\d)"
    r"(?: (?P<first>\d{4}-\d\d-\d\d)?\.\.(?P<last>\d{4}-\d\d-\d\d)?)?"
    r"(?: #(?P<order>[1-9]\d?))?"
)
_RANGE = re.compile(r"([1-7])\s*[-–—~至到]\s*([1-7])")
_BETWEEN = re.compile(r"[\s,，、;；/|]+")


def read_days(text: str) -> tuple[int, ...] | None:
    """The days of a line; empty means working days, None means nothing."""
    plain = text.strip().lower()
    if plain in WORKDAYS:
        return ()
    if plain in DAILY:
        return DAYS
    if found := _RANGE.fullmatch(plain):
        first, last = int(found[1]), int(found[2])
        return tuple(range(first, last + 1)) if first <= last else None
    digits = _BETWEEN.sub("", plain)
    if not re.fullmatch("[1-7]{1,7}", digits) or len(set(digits)) != len(digits):
        return None
    return tuple(sorted(int(one) for one in digits))


def read_duty(text: str) -> Duty | None:
    """A line of the rota; None when it is none."""
    found = _LINE.fullmatch(" ".join(text.split()))
    days = read_days(found["days"]) if found else None
    if found is None or days is None:
        return None
    try:
        duty = Duty(
            days=days,
            opens=found["opens"],
            closes=found["closes"],
            first=date.fromisoformat(found["first"]) if found["first"] else None,
            last=date.fromisoformat(found["last"]) if found["last"] else None,
            order=int(found["order"] or 1),
        )
    except ValueError:
        return None
    return duty if sound(duty) else None


def said(duty: Duty) -> str:
    """The same line as ``read_duty`` takes it."""
    days = "".join(str(day) for day in duty.days)
    words = [{"": "workdays", "1234567": "daily"}.get(days, days), f"{duty.opens}-{duty.closes}"]
    if duty.first or duty.last:
        words.append(f"{duty.first or ''}..{duty.last or ''}")
    return " ".join([*words, f"#{duty.order}"])

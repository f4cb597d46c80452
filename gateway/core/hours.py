"""When a queue is open, by the clock on the wall.

Hours speak of local time: on the night when the clock goes back an hour comes twice and counts
twice, when it goes forward an hour is missing and nobody misses it. No hours at all: always open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain

DAYS = (1, 2, 3, 4, 5, 6, 7)
"""ISO 8601: 1 is Monday."""
DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Open on these days from ``opens`` until ``closes`` (``HH:MM``, also ``24:00``).

    A time to close that is not after the time to open is on the next day: 22:00 to 06:00 on a
    Friday ends on Saturday morning.
    """

    days: tuple[int, ...]
    opens: str
    closes: str


def minutes(clock: str) -> int | None:
    """Minutes after midnight; ``24:00`` is the end of the day, None is no time."""
    if clock == "24:00":
        return DAY_MINUTES
    found = _CLOCK.fullmatch(clock)
    return int(found[1]) * 60 + int(found[2]) if found else None


def sound(opening: Opening) -> bool:
    """Whether this means something: days that exist, each once, and two times that differ."""
    opens, closes = minutes(opening.opens), minutes(opening.closes)
    if opens is None or closes is None or opens in (DAY_MINUTES, closes):
        return False
    days = opening.days
    return bool(days) and len(set(days)) == len(days) and set(days) <= set(DAYS)


def open_at(hours: Sequence[Opening], local: datetime) -> bool:
    """Whether it is open at this minute of local time."""
    now = (local.isoweekday() - 1) * DAY_MINUTES + local.hour * 60 + local.minute
    return not hours or any(
        first <= minute < last
        for first, last in _spans(hours)
        for minute in (now, now + WEEK_MINUTES)
    )


def always_open(hours: Sequence[Opening]) -> bool:
    """Whether no minute of the week is left out."""
    if not hours:
        return True
    reached = 0
    spans = [
        (first + more, last + more) for first, last in _spans(hours) for more in (-WEEK_MINUTES, 0)
    ]
    for first, last in sorted(spans):
        if first > reached:
            return False
        reached = max(reached, last)
        if reached >= WEEK_MINUTES:
            return True
    return False


def _spans(hours: Sequence[Opening]) -> Iterator[tuple[int, int]]:
    """From and until in minutes of the week; the end may lie in the week after."""
    return chain.from_iterable(_stretches(opening) for opening in hours)


@lru_cache(maxsize=4096)
def _stretches(opening: Opening) -> tuple[tuple[int, int], ...]:
    opens, closes = minutes(opening.opens), minutes(opening.closes)
    if opens is None or closes is None:
        return ()
    length = closes - opens if closes > opens else closes + DAY_MINUTES - opens
    firsts = ((day - 1) * DAY_MINUTES + opens for day in opening.days)
    return tuple((first, first + length) for first in firsts)


def said(hours: Sequence[Opening]) -> str:
    """Hours in one line: ``1-5 09:00-17:30, 6 10:00-12:00``; ``24h`` for always."""
    return ", ".join(f"{_days(o.days)} {o.opens}-{o.closes}" for o in hours) or "24h"


def _days(days: Sequence[int]) -> str:
    ordered = sorted(days)
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{ordered[0]}-{ordered[-1]}"
    return "".join(str(day) for day in ordered)

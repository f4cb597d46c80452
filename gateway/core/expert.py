"""专家坐席: departments, their experts, who is on duty when, and in which order they are tried.

A department selects and manages its experts (S1 article 8 (5)). Whoever is asked for is tried one
after the other, each for the department's ring time, until somebody answers (S4 articles 13, 16).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from gateway.core.hours import DAY_MINUTES, DAYS, minutes
from gateway.core.workdays import DayRule

MOST_DEPARTMENTS = 300
MOST_EXPERTS = 5_000
MOST_DUTIES = 21
MOST_SKILLS = 20
MOST_TRIES = 8
"""Experts tried for one wish; at 20 s each the citizen has then waited long enough."""
RING_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """部门. ``focus``: a special seat for a key field or major event (S4 article 19).

    A focus department that cannot be reached owes an answer within two hours.
    """

    id: str
    title_zh: str
    title_en: str = ""
    focus: bool = False
    ring_seconds: int = RING_SECONDS
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One line of the rota: on these days, within these dates, from ``opens`` until ``closes``.

    ``days`` are ISO 8601 (1 is Monday); none: every working day of the calendar, make-up days
    included. A time to close that is not after the time to open is on the next day. ``order``:
    who is tried first, 1 before 2.
    """

    days: tuple[int, ...] = ()
    opens: str = "09:00"
    closes: str = "17:30"
    first: date | None = None
    last: date | None = None
    order: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    """专家. Reached at a ``number`` behind ``trunk``, or at a ``seat`` of ours; never both.

    ``name`` and ``number`` are personal data. Without a line in the rota nobody is on duty.
    """

    id: str
    department_id: str
    name: str
    number: str = ""
    trunk: str = ""
    seat: str = ""
    skills: tuple[str, ...] = ()
    duties: tuple[Duty, ...] = ()
    active: bool = True
    removed: bool = False


class Reason(StrEnum):
    """Why an expert is not available; empty when they are."""

    NONE = ""
    DISABLED = "disabled"
    OFF_DUTY = "off_duty"
    SEAT_AWAY = "seat_away"
    """Nobody is signed in at the expert's seat."""
    IN_CALL = "in_call"
    DECLINED = "declined"
    """Did not come when asked a moment ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What is known of everybody at one moment.

    ``local`` is the time on the wall; ``in_call`` and ``declined`` are ids of experts, ``away`` are
    seats at which nobody is signed in.
    """

    local: datetime
    workday: DayRule
    in_call: Collection[str] = ()
    declined: Collection[str] = ()
    away: Collection[str] = ()


def sound(duty: Duty) -> bool:
    """Whether this line means something: days that exist, each once, times and dates in order."""
    opens, closes = minutes(duty.opens), minutes(duty.closes)
    if opens is None or closes is None or opens in (DAY_MINUTES, closes):
        return False
    if duty.first and duty.last and duty.first > duty.last:
        return False
    return len(set(duty.days)) == len(duty.days) and set(duty.days) <= set(DAYS)


def on_duty(duty: Duty, local: datetime, workday: DayRule) -> bool:
    """Whether this line holds at this minute; a night belongs to the day on which it began."""
    opens, closes = minutes(duty.opens) or 0, minutes(duty.closes) or 0
    now, today = local.hour * 60 + local.minute, local.date()
    if closes > opens:
        return opens <= now < closes and _holds(duty, today, workday)
    yesterday = today - timedelta(days=1)
    late = now >= opens and _holds(duty, today, workday)
    return late or (now < closes and _holds(duty, yesterday, workday))


def _holds(duty: Duty, day: date, workday: DayRule) -> bool:
    within = (duty.first is None or duty.first <= day) and (duty.last is None or day <= duty.last)
    if not within:
        return False
    return day.isoweekday() in duty.days if duty.days else workday(day)


def place(expert: Expert, now: Now) -> int | None:
    """The expert's place in the order of whoever is on duty; None: off duty."""
    orders = [one.order for one in expert.duties if on_duty(one, now.local, now.workday)]
    return min(orders, default=None)


def availability(expert: Expert, now: Now) -> Reason:
    """Why this expert cannot be asked now, or would rather not; empty when nothing is against."""
    if not expert.active or expert.removed:
        return Reason.DISABLED
    if place(expert, now) is None:
        return Reason.OFF_DUTY
    if expert.seat and expert.seat in now.away:
        return Reason.SEAT_AWAY
    if expert.id in now.in_call:
        return Reason.IN_CALL
    return Reason.DECLINED if expert.id in now.declined else Reason.NONE


def chain(
    experts: Iterable[Expert], now: Now, *, skill: str = "", most: int = MOST_TRIES
) -> tuple[Expert, ...]:
    """Whom to try, one after the other; nobody when nobody is on duty.

    First who is free, in the order of the rota; then who did not come a moment ago; last who is in
    a call, for that may be over by then. With a ``skill`` those who have it; when none of them can
    be tried, everybody: a colleague is better than nobody.
    """
    last = {Reason.NONE: 0, Reason.DECLINED: 1, Reason.IN_CALL: 2}
    reasons = ((one, availability(one, now)) for one in experts)
    found = [(last[why], place(one, now) or 0, one.id, one) for one, why in reasons if why in last]
    found.sort(key=lambda each: each[:3])
    skilled = [each[3] for each in found if skill in each[3].skills]
    return tuple((skilled or [each[3] for each in found])[:most])


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A stretch of one day: who is on duty, in order; nobody is a gap in the rota."""

    begin: datetime
    end: datetime
    experts: tuple[str, ...]


def week(
    experts: Sequence[Expert], monday: date, workday: DayRule, *, days: int = 7
) -> tuple[Slot, ...]:
    """Who is on duty from ``monday`` on, in local time, day by day without a hole.

    Neighbouring stretches of a day with the same people are one.
    """
    people = [one for one in experts if one.active and not one.removed]
    slots: list[Slot] = []
    for day in (monday + timedelta(days=n) for n in range(days)):
        midnight = datetime.combine(day, datetime.min.time())
        cuts = sorted(_cuts(people))
        for begin, end in pairwise(cuts):
            at = midnight + timedelta(minutes=begin)
            now = Now(local=at, workday=workday)
            places = {one.id: place(one, now) for one in people}
            there = [one for one in places if places[one] is not None]
            there.sort(key=lambda id_: (places[id_] or 0, id_))
            _add(slots, Slot(begin=at, end=midnight + timedelta(minutes=end), experts=tuple(there)))
    return tuple(slots)


def _cuts(experts: Iterable[Expert]) -> set[int]:
    """Every minute of a day at which somebody's duty may begin or end."""
    cuts = {0, DAY_MINUTES}
    for duty in (duty for one in experts for duty in one.duties):
        cuts |= {minutes(duty.opens) or 0, minutes(duty.closes) or 0}
    return cuts


def _add(slots: list[Slot], slot: Slot) -> None:
    if slots and slots[-1].experts == slot.experts and slots[-1].begin.date() == slot.begin.date():
        slots[-1] = Slot(begin=slots[-1].begin, end=slot.end, experts=slot.experts)
    else:
        slots.append(slot)

"""领导接听日: for some hours a leader answers citizens' calls at a seat, an assistant beside them.

Leaders of the city and heads of departments take turns at the hotline (S1 article 11, S4 article
36). Who answers, when and where is booked before; outside these hours nothing leads there. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.core.errors import IllegalMove, Invalid, Problem

LONGEST = timedelta(hours=12)
FURTHEST = timedelta(days=400)
"""Ahead of now."""
MOST_AHEAD = 500
"""Booked and not over."""
KEYS = frozenset("123456789")
MOST_CHARACTERS = 30
"""Of a name, a title, a department: they are read out to every caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderDay:
    """One booking, ``begins_at`` in, ``ends_at`` out.

    Callers of the numbers ``dids`` who press ``key`` are led to ``queue``; with an empty one all of
    them are. Calls of that queue ring at ``seat`` and nowhere else before its longest wait is over.
    ``assistant`` is the seat that hears them, empty for none. ``changed_*`` is the last change.
    """

    id: str
    begins_at: datetime
    ends_at: datetime
    name: str
    title: str
    department: str
    seat: str
    assistant: str
    queue: str
    key: str
    dids: tuple[str, ...]
    booked_by: str
    booked_at: datetime
    changed_by: str = ""
    changed_at: datetime | None = None
    cancelled_by: str = ""
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What there is to book: numbers, seats, queues that only a booking leads to, free keys."""

    dids: Collection[str]
    seats: Collection[str]
    queues: Collection[str]
    keys: Collection[str]


def is_on(day: LeaderDay, now: datetime) -> bool:
    """Whether the leader answers now."""
    return day.cancelled_at is None and day.begins_at <= now < day.ends_at


def is_ahead(day: LeaderDay, now: datetime) -> bool:
    """Whether it is on or to come."""
    return day.cancelled_at is None and now < day.ends_at


def words(day: LeaderDay) -> str:
    """What a caller hears who is led there."""
    return f"今天由{day.department}{day.title}{day.name}接听您的电话，请稍候。"


def sound(day: LeaderDay) -> str:
    """The name of these words as a sound, hex digits: other words have another."""
    return day.id + hashlib.sha256(words(day).encode()).hexdigest()[:8]


def reached_from(days: Iterable[LeaderDay], did: str, now: datetime) -> tuple[LeaderDay, ...]:
    """Those that callers of this number can be led to now, by key."""
    here = [one for one in days if did in one.dids and is_on(one, now)]
    return tuple(sorted(here, key=lambda one: (one.key, one.id)))


def next_turn(days: Iterable[LeaderDay], now: datetime) -> datetime | None:
    """When the next one begins or ends; None: never."""
    moments = (at for one in days if is_ahead(one, now) for at in (one.begins_at, one.ends_at))
    return min((at for at in moments if at > now), default=None)


def cancelled(day: LeaderDay, at: datetime, by: str) -> LeaderDay:
    """It is called off, or ended before its time; raises IllegalMove when it is over already."""
    if not is_ahead(day, at):
        raise IllegalMove("leader_day", "over", "cancel")
    return replace(day, cancelled_at=at, cancelled_by=by)


def check(day: LeaderDay, others: Iterable[LeaderDay], choices: Choices, now: datetime) -> None:
    """Raise Invalid with everything that does not fit; ``others`` are booked already."""
    problems = [*_fields(day, choices, now)]
    for other in others:
        both = day.begins_at < other.ends_at and other.begins_at < day.ends_at
        if other.id != day.id and is_ahead(other, now) and both and (at := _shared(day, other)):
            zh = f"与{other.title}{other.name}的接听时间重叠：请换时间、坐席、队列或按键。"
            en = f"It overlaps with {other.name}: choose another time, seat, queue or key."
            problems.append(Problem(at, "doubled", zh, en))
    if problems:
        raise Invalid(*problems)


def _shared(one: LeaderDay, other: LeaderDay) -> str:
    """The field in which two at the same time stand in each other's way; empty for none."""
    seats = {other.seat, other.assistant} - {""}
    if one.seat in seats:
        return "/seat"
    if one.assistant in seats:
        return "/assistant"
    if one.queue == other.queue:
        return "/queue"
    same_key = one.key == other.key or not (one.key and other.key)
    return "/key" if same_key and set(one.dids) & set(other.dids) else ""


def _fields(day: LeaderDay, choices: Choices, now: datetime) -> Iterable[Problem]:
    for pointer, value in (("/name", day.name), ("/title", day.title)):
        if not value.strip():
            yield Problem(pointer, "missing", "请填写。", "Fill it in.")
    if not now < day.ends_at <= day.begins_at + LONGEST or day.begins_at >= day.ends_at:
        zh = "结束应晚于开始和现在，最多 12 小时。"
        en = "The end must be after the begin and after now, 12 hours at most."
        yield Problem("/ends", "out-of-range", zh, en)
    elif day.begins_at > now + FURTHEST:
        zh, en = "最多提前 400 天预约。", "It can be booked 400 days ahead at most."
        yield Problem("/date", "out-of-range", zh, en)
    if day.seat not in choices.seats:
        yield Problem("/seat", "unknown", "没有这个坐席。", "There is no such seat.")
    if day.assistant and (day.assistant not in choices.seats or day.assistant == day.seat):
        zh, en = "请选择另一个坐席，或不选。", "Choose another seat, or none."
        yield Problem("/assistant", "unknown", zh, en)
    if day.queue not in choices.queues:
        zh = "请选择一个没有号码、按键和其他队列通往的专用队列（在管理页面新建）。"
        en = (
            "Choose a queue of its own, one that no number, no key and no other queue leads to "
            "(make it on the admin page)."
        )
        yield Problem("/queue", "unknown", zh, en)
    if day.key and day.key not in choices.keys:
        zh = "按键应为 1 至 9 中未使用的键，或留空。"
        yield Problem("/key", "taken", zh, "The key must be one of 1 to 9 not in use, or empty.")
    if not day.dids or set(day.dids) - set(choices.dids):
        zh, en = "请选择发布的号码，至少一个。", "Choose numbers of the plan, one at least."
        yield Problem("/dids", "unknown", zh, en)

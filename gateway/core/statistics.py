"""The hotline's figures, from its facts and from nothing else.

GB/T 33358-2016 (as REQUIREMENTS section 2 quotes it) asks that a person answers within 15 s and
that in any continuous 24 h at least 95 % of the calls are connected. What we count:

* A call belongs to the minute it arrived in (the dialplan answered the line) and to the first queue
  it stood in; waiting is from that arrival to the first answer by a person, the greeting included.
* A call is exactly one of: ``answered`` (a person has answered; it may still be going on),
  ``abandoned``, ``lost`` (cut by a fault), ``overflowed`` (turned away because all lines were
  busy), ``open`` (nobody has answered yet).
* It ``asked`` for a person when it was queued, turned away, or stayed longer than the greeting
  takes; whoever hangs up during the greeting asked for nobody. Only calls whose answer is decided
  count, so whoever waits now weighs on no rate.
* 接通率 ``connect_rate`` = asked and ``reached`` a person / asked.
* 15 秒接听率 ``in_time_rate`` = reached within 15 s of the arrival / asked.

``Statistics`` moves with each fact; ``recomputed`` counts all facts anew. They are equal however
the calls are interleaved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.core.call import Outcome
from gateway.core.facts import Fact, FactKind
from gateway.core.guest_kind import GuestMode
from gateway.core.line import Origin

ANSWER_SECONDS = 15.0
"""GB/T 33358-2016: a person answers within 15 s."""
CONNECT_RATE = 0.95
"""GB/T 33358-2016: connected in any continuous 24 h."""
GREETING_SECONDS = 5.0
"""The greeting, a key and the way to the queue take less; whoever stays longer wants a person."""
HOURS, WINDOW_MINUTES = 24, 24 * 60

_REACHED = (FactKind.CALL_ANSWERED, FactKind.EMERGENCY_REACHED, FactKind.SEAT_TOOK)
COUNTED = frozenset(
    {
        FactKind.CALL_ARRIVED,
        FactKind.CALL_FAILED_OPEN,
        FactKind.CALL_QUEUED,
        FactKind.CALL_OVERFLOWED,
        *_REACHED,
        FactKind.GUEST_JOINED,
        FactKind.CALL_LOST,
        FactKind.CALL_ENDED,
    }
)
"""The kinds of facts that move a figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Numbers of calls; ``over`` have ended, whatever they were.

    ``wait_ms`` is the sum of the waits of those who reached a person.
    """

    arrived: int = 0
    answered: int = 0
    abandoned: int = 0
    lost: int = 0
    overflowed: int = 0
    open: int = 0
    over: int = 0
    failed_open: int = 0
    asked: int = 0
    reached: int = 0
    in_time: int = 0
    wait_ms: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(**{n: getattr(self, n) + getattr(other, n) for n in _NAMES})

    def __sub__(self, other: Figures) -> Figures:
        return Figures(**{n: getattr(self, n) - getattr(other, n) for n in _NAMES})

    @property
    def connect_rate(self) -> float | None:
        """接通率, 0..1; None while nobody has asked."""
        return self.reached / self.asked if self.asked else None

    @property
    def in_time_rate(self) -> float | None:
        """15 秒接听率, 0..1; None while nobody has asked."""
        return self.in_time / self.asked if self.asked else None

    @property
    def average_wait_seconds(self) -> float | None:
        """Of those who reached a person; None for none."""
        return self.wait_ms / 1000 / self.reached if self.reached else None


_NAMES = tuple(field.name for field in fields(Figures))
NOTHING = Figures()


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The rolling 24 h: all calls, each queue's, and the last 24 whole hours, oldest first.

    The last hour is the present one. A call that never reached a queue counts in no queue.
    """

    whole: Figures
    queues: Mapping[str, Figures]
    hours: tuple[tuple[datetime, Figures], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the facts have said of one call so far."""

    arrived_at: datetime
    queue: str = ""
    failed_open: bool = False
    overflowed: bool = False
    wait_ms: int | None = None
    over: bool = False
    lost: bool = False
    stayed: bool = False
    """It ended later than a greeting takes."""

    @property
    def minute(self) -> int:
        """Minutes since 1970 at the arrival."""
        return minute_of(self.arrived_at)


def minute_of(at: datetime) -> int:
    """Whole minutes since 1970."""
    return int(at.timestamp() // 60)


def first_minute(now: datetime) -> int:
    """The oldest minute of the rolling 24 h; the youngest is the present one."""
    return minute_of(now) - WINDOW_MINUTES + 1


def tell(story: Story | None, fact: Fact) -> Story | None:
    """The story after ``fact``; a fact told twice, or after the end, changes nothing.

    A call that we made is no call that arrived: it has no story.
    """
    if story is None:
        arrived = fact.kind is FactKind.CALL_ARRIVED and fact.data.get("origin") != Origin.OUT
        return Story(arrived_at=fact.at) if arrived else None
    return story if story.over else replace(story, **_news(story, fact))


def _news(story: Story, fact: Fact) -> dict[str, Any]:
    """The fields of ``story`` that ``fact`` changes."""
    match fact.kind:
        case FactKind.CALL_FAILED_OPEN:
            return {"failed_open": True}
        case FactKind.CALL_OVERFLOWED:
            return {"overflowed": True}
        case FactKind.CALL_QUEUED:
            return {"queue": story.queue or str(fact.data.get("queue", ""))}
        case _ if story.wait_ms is None and _reaches(fact):
            wait = fact.at - story.arrived_at
            return {"wait_ms": max(0, wait // timedelta(milliseconds=1))}
        case FactKind.CALL_LOST | FactKind.CALL_ENDED:
            lost = fact.kind is FactKind.CALL_LOST or fact.data.get("outcome") == Outcome.LOST.value
            stayed = (fact.at - story.arrived_at).total_seconds() > GREETING_SECONDS
            return {"over": True, "lost": lost, "stayed": stayed}
    return {}


def _reaches(fact: Fact) -> bool:
    """Whether a person talks with the caller from here on; one who only listens does not."""
    joins = fact.kind is FactKind.GUEST_JOINED and fact.data.get("mode") == GuestMode.JOIN
    return joins or fact.kind in _REACHED


def figures_of(story: Story) -> Figures:
    """One call as figures, each 0 or 1 but its wait."""
    reached = story.wait_ms is not None
    decided = reached or story.over or story.overflowed
    wanted = reached or bool(story.queue) or story.failed_open or story.overflowed or story.stayed
    wait_ms = story.wait_ms or 0
    kind = _kind(story, reached=reached)
    return Figures(
        arrived=1,
        answered=int(kind is Outcome.ANSWERED),
        abandoned=int(kind is Outcome.ABANDONED),
        lost=int(kind is Outcome.LOST),
        overflowed=int(kind is Outcome.OVERFLOWED),
        open=int(kind is Outcome.OPEN),
        over=int(story.over),
        failed_open=int(story.failed_open),
        asked=int(decided and wanted),
        reached=int(reached),
        in_time=int(reached and wait_ms <= ANSWER_SECONDS * 1000),
        wait_ms=wait_ms,
    )


def _kind(story: Story, *, reached: bool) -> Outcome:
    if story.lost:
        return Outcome.LOST
    if reached:
        return Outcome.ANSWERED
    if story.overflowed:
        return Outcome.OVERFLOWED
    return Outcome.ABANDONED if story.over else Outcome.OPEN


def recomputed(facts: Iterable[Fact], now: datetime) -> Totals:
    """The figures at ``now`` from all facts, each call's in their order."""
    stories: dict[str, Story] = {}
    for fact in facts:
        story = tell(stories.get(fact.contact_id), fact)
        if story is not None:
            stories[fact.contact_id] = story
    mine = [one for one in stories.values() if one.minute >= first_minute(now)]
    whole, queues, hours = NOTHING, dict[str, Figures](), dict[int, Figures]()
    for story in mine:
        figures = figures_of(story)
        whole += figures
        queues[story.queue] = queues.get(story.queue, NOTHING) + figures
        hours[story.minute // 60] = hours.get(story.minute // 60, NOTHING) + figures
    return _totals(whole, queues, hours, now)


def _totals(
    whole: Figures, queues: Mapping[str, Figures], hours: Mapping[int, Figures], now: datetime
) -> Totals:
    last = minute_of(now) // 60
    return Totals(
        whole=whole,
        queues={name: one for name, one in queues.items() if name and one != NOTHING},
        hours=tuple(
            (datetime.fromtimestamp(hour * 3600, UTC), hours.get(hour, NOTHING))
            for hour in range(last - HOURS + 1, last + 1)
        ),
    )


class Statistics:
    """The same figures, moved by each fact as it comes.

    Memory is bounded: one cell for each minute and queue of 24 h, and the story of each call that
    is not over. ``totals`` rolls the window; facts of calls that arrived before it are not looked
    at.
    """

    def __init__(self) -> None:
        self._stories: dict[str, Story] = {}
        self._cells: dict[int, dict[str, Figures]] = {}
        self._whole = NOTHING
        self._queues: dict[str, Figures] = {}
        self._hours: dict[int, Figures] = {}
        self._first = 0

    def feed(self, fact: Fact) -> None:
        """One more fact; each call's come in their order."""
        if fact.kind not in COUNTED:
            return
        before = self._stories.get(fact.contact_id)
        after = tell(before, fact)
        if after is None or after == before or after.minute < self._first:
            return
        if before is not None:
            self._move(before.minute, before.queue, NOTHING - figures_of(before))
        self._move(after.minute, after.queue, figures_of(after))
        if after.over:
            self._stories.pop(fact.contact_id, None)
        else:
            self._stories[fact.contact_id] = after

    def totals(self, now: datetime) -> Totals:
        """The figures at ``now``, which does not run backwards."""
        self._roll(first_minute(now))
        return _totals(self._whole, self._queues, self._hours, now)

    def _move(self, minute: int, queue: str, by: Figures) -> None:
        cell = self._cells.setdefault(minute, {})
        cell[queue] = cell.get(queue, NOTHING) + by
        self._whole += by
        self._queues[queue] = self._queues.get(queue, NOTHING) + by
        self._hours[minute // 60] = self._hours.get(minute // 60, NOTHING) + by

    def _roll(self, first: int) -> None:
        if first <= self._first:
            return
        self._first = first
        for minute in [minute for minute in self._cells if minute < first]:
            for queue, figures in tuple(self._cells[minute].items()):
                self._move(minute, queue, NOTHING - figures)
            del self._cells[minute]
        self._queues = {name: one for name, one in self._queues.items() if one != NOTHING}
        self._hours = {hour: one for hour, one in self._hours.items() if one != NOTHING}
        for id_ in [id_ for id_, story in self._stories.items() if story.minute < first]:
            del self._stories[id_]

"""The wallboard: who waits, who works, and the figures of the rolling 24 h.

What is live is the floor's. The figures are those of ``core.statistics``: read from the store's
facts at the start, then moved by each fact the floor commits. They are read anew when the machine's
clock was set; facts that come while they are read are kept aside until the end of it, so that
none counts twice or never.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from itertools import chain
from typing import Any

import structlog

from gateway.core.call import WITH_SEAT, Call, CallState
from gateway.core.errors import StoreUnavailable
from gateway.core.facts import Fact
from gateway.core.message_statistics import MessageStatistics
from gateway.core.queue import Queue
from gateway.core.seat import SeatState
from gateway.core.statistics import CONNECT_RATE, Figures, Statistics, Totals
from gateway.intake.floor import Floor
from gateway.intake.message_board import message_alarms, messages_view
from gateway.intake.views import moment

Json = dict[str, Any]
Says = tuple[str, str]
"""Chinese, English."""

PAGE_FACTS = 1000
LOOK_EVERY_SECONDS = 5.0
CLOCK_SET_SECONDS = 60.0
FEW_CALLS = 20
"""Of fewer calls a rate says nothing; no alarm is given for it."""
FEW_WAITING = 5
WAITING_PER_SEAT = 2
"""More who wait for each seat that works are an alarm, but never so few as those above."""
WORKING = (SeatState.READY, SeatState.OFFERED, SeatState.TALKING, SeatState.WRAPPING_UP)

IN_TALK = (*WITH_SEAT, CallState.RECONNECTING)

log = structlog.get_logger()


class Board:
    """``run`` it; ``view`` is what the wall shows.

    ``health`` gives each part's name and "up" or a short reason; the day is read ``page_facts`` at
    a time.
    """

    def __init__(
        self,
        floor: Floor,
        health: Callable[[], Mapping[str, str]],
        page_facts: int = PAGE_FACTS,
    ) -> None:
        self.floor = floor
        self._health = health
        self._page_facts = page_facts
        self._statistics = Statistics()
        self._messages = MessageStatistics()
        self._aside: list[Fact] | None = None
        self.complete = False
        """Whether the figures hold the whole of the 24 h."""
        self.others: list[Callable[[], Iterable[tuple[str, Says]]]] = []
        """Alarms that others know of, by code."""
        floor.listeners.append(self.hear)

    def hear(self, fact: Fact) -> None:
        """The floor has committed this."""
        self._statistics.feed(fact)
        self._messages.feed(fact)
        if self._aside is not None:
            self._aside.append(fact)

    async def run(self) -> None:
        """Read the last day, and again whenever the clock was set."""
        clock = self.floor.clock
        while True:
            self.complete = False
            while not await self._read():
                await clock.sleep(LOOK_EVERY_SECONDS)
            began = clock.now().timestamp() - clock.monotonic()
            while True:
                await clock.sleep(LOOK_EVERY_SECONDS)
                if abs(clock.now().timestamp() - clock.monotonic() - began) > CLOCK_SET_SECONDS:
                    log.warning("clock_was_set")
                    break

    async def _read(self) -> bool:
        """Count the day's facts anew; False while the store is away or is owed some of them."""
        floor = self.floor
        try:
            async with floor.still():  # nothing is committed between the two
                if floor.owed:
                    return False
                first, newest = await floor.store.fact_seqs(floor.clock.now() - timedelta(days=1))
                self._aside = []
            counted, messages = await self._counted(first, newest)
        except StoreUnavailable:
            self._aside = None
            return False
        for fact in self._aside:
            counted.feed(fact)
            messages.feed(fact)
        self._messages = messages
        self._statistics, self._aside, self.complete = counted, None, True
        return True

    async def _counted(self, first: int, newest: int) -> tuple[Statistics, MessageStatistics]:
        counted, messages, last = Statistics(), MessageStatistics(), first - 1
        while last < newest:
            page = await self.floor.store.facts(after_seq=last, limit=self._page_facts)
            for fact in page:
                if fact.seq <= newest:
                    counted.feed(fact)
                    messages.feed(fact)
            last = page[-1].seq if page else newest
        return counted, messages

    def totals(self) -> Totals:
        """The figures now."""
        return self._statistics.totals(self.floor.clock.now())

    def view(self) -> Json:
        """Everything the wall shows."""
        floor, totals = self.floor, self.totals()
        waiting = _waiting(floor.calls.values())
        seats = [seat.state for seat in floor.seats.values()]
        return {
            "at": moment(floor.clock.now()),
            "link": floor.link,
            "waiting": len(waiting),
            "longest_wait_since": _longest(waiting),
            "seats": {state.value: seats.count(state) for state in SeatState},
            "last_24h": _figures_view(totals.whole),
            "queues": [
                self._queue_view(queue, waiting, totals.queues.get(queue.name, Figures()))
                for queue in floor.queues.values()
            ],
            "hours": [
                {
                    "from": moment(begin),
                    "arrived": figures.arrived,
                    "answered": figures.answered,
                    "abandoned": figures.abandoned,
                    "answered_in_15s": figures.in_time,
                }
                for begin, figures in totals.hours
            ],
            "messages": self.messages(),
            "alarms": [
                {"code": code, "zh": zh, "en": en}
                for code, (zh, en) in self._alarms(len(waiting), seats, totals)
            ],
        }

    def messages(self) -> Json:
        """Conversations: who waits for a word, and how the day's were answered."""
        floor, now = self.floor, self.floor.clock.now()
        channels = {one.partition(":")[0] for one in floor.accounts}
        return messages_view(floor.chats.open.values(), channels, self._messages.totals(now), now)

    def _queue_view(self, queue: Queue, waiting: Iterable[Call], figures: Figures) -> Json:
        mine = [call for call in waiting if call.queue == queue.name]
        talking = [
            call
            for call in self.floor.calls.values()
            if call.queue == queue.name and call.state in IN_TALK
        ]
        return {
            "name": queue.name,
            "title_zh": queue.title_zh,
            "title_en": queue.title_en,
            "waiting": len(mine),
            "longest_wait_since": _longest(mine),
            "ready": len(self.floor.ready_seats(queue.name)),
            "talking": len(talking),
            "answered_in_15s_rate": _rate(figures.in_time_rate),
            "connect_rate": _rate(figures.connect_rate),
        }

    def _alarms(
        self, waiting: int, seats: list[SeatState], totals: Totals
    ) -> Iterable[tuple[str, Says]]:
        whole, this_hour = totals.whole, totals.hours[-1][1]
        if self.floor.link != "up":
            yield (
                "link_down",
                (
                    "与电话系统的连接中断：通话不受影响，数字可能过时",
                    "no link to the telephone system: calls go on, these numbers may be old",
                ),
            )
        for part, state in self._health().items():
            if state != "up":
                says = f"{part} 部件未正常工作：{state}", f"{part} is not working: {state}"
                yield "part_down", says
        if self.floor.owed:
            yield (
                "store_owed",
                (
                    f"数据库暂不可用，{self.floor.owed} 条记录待写入",
                    f"the database is away, {self.floor.owed} records are still to be written",
                ),
            )
        if not self.complete:
            yield "counting", ("正在统计最近 24 小时", "the last 24 h are still being counted")
        working = sum(state in WORKING for state in seats)
        if not working:
            yield "nobody_ready", ("没有坐席在岗接听", "no seat is taking calls")
        limit = max(FEW_WAITING, WAITING_PER_SEAT * working)
        if waiting > limit:
            yield (
                "many_waiting",
                (
                    f"{waiting} 人排队，在岗坐席 {working} 个",
                    f"{waiting} callers wait, {working} seats work",
                ),
            )
        yield from message_alarms(self.floor.chats.open.values(), self.floor.clock.now())
        yield from chain.from_iterable(others() for others in self.others)
        if this_hour.overflowed:
            yield (
                "overflow",
                (
                    f"线路全忙，本小时 {this_hour.overflowed} 个来电未能接入",
                    f"all lines busy: {this_hour.overflowed} callers were turned away this hour",
                ),
            )
        rate = whole.connect_rate
        if rate is not None and whole.asked >= FEW_CALLS and rate < CONNECT_RATE:
            cut = math.floor(rate * 1000) / 10  # never rounded up to the line that it misses
            yield (
                "connect_rate_low",
                (
                    f"24 小时接通率 {cut:.1f}%，低于 95%（GB/T 33358）",
                    f"connected in 24 h: {cut:.1f} %, below 95 % (GB/T 33358)",
                ),
            )


def _waiting(calls: Iterable[Call]) -> list[Call]:
    return [call for call in calls if call.state in (CallState.WAITING, CallState.OFFERED)]


def _longest(waiting: Iterable[Call]) -> str | None:
    return moment(min((call.queued_at or call.arrived_at for call in waiting), default=None))


def _figures_view(figures: Figures) -> Json:
    wait = figures.average_wait_seconds
    return {
        "arrived": figures.arrived,
        "answered": figures.answered,
        "abandoned": figures.abandoned,
        "lost": figures.lost,
        "open": figures.open,
        "answered_in_15s": figures.in_time,
        "answered_in_15s_rate": _rate(figures.in_time_rate),
        "connect_rate": _rate(figures.connect_rate),
        "average_wait_seconds": None if wait is None else round(wait, 1),
        "failed_open": figures.failed_open,
        "overflowed": figures.overflowed,
    }


def _rate(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 4)

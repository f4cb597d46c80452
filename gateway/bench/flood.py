"""What a flood costs the others: their p95 with it against without it, in pairs.

``others_p95_change_messages``  1,000 messages a second from one citizen: how much longer the others
                                wait until a seat takes them, 0.05 is 5 %
``others_p95_change_recorded``  the same until their message is on the disk
``others_p95_change_calls``     100 calls a second of one number, all of which stay on the line: how
                                much longer the others wait until a seat takes them
``others_p95_change_plans``     the same until it is known how they are received

Inbox, reception's plan, limits as shipped, line and store (SQLite) are real, and one process does
all of it, the flooding too. Seats are so many counters that take whoever is first: conversations by
our own line, calls as the telephone system does, by rank and then by arrival. Both halves of a pair
have the same citizens at the same moments with the same talks. Times are from the moment at which
somebody wrote or called, whether or not those before were done.
"""

from __future__ import annotations

import asyncio
import heapq
import random
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from itertools import count
from pathlib import Path
from typing import Any

from channels.message import Inbound, Kind, Received, Sender
from config.settings import ThrottleSettings
from gateway.app.throttle import counted_here
from gateway.bench.intake_served import Taking, taking
from gateway.bench.ratios import PAIRS, Ratio, percentile
from gateway.bench.report import Figures, Told
from gateway.bench.wechat_push import ACCOUNT
from gateway.core.targets import Targets
from gateway.intake.greeting import Greeting
from gateway.queue.memory_line import MemoryLine
from ivr.plan import Arrival

MESSAGES_A_SECOND, CALLS_A_SECOND = 1_000, 100
OTHERS_A_SECOND, SEATS, TALK_SECONDS = 34, 20, 0.5
"""The seats are busy for 85 % of the time; talks are short so that a pair is."""
SECONDS = 8.0
STEP_SECONDS = 0.01
LEASE_SECONDS = 3600.0
TRUNKS = 4
TINY: dict[str, Any] = {"pairs": 1, "seconds": 0.1}
NOTE = (
    "p95 in ms, without and with the flood: messages until a seat {served_calm:.1f} and "
    "{served_flood:.1f}, until recorded {recorded_calm:.1f} and {recorded_flood:.1f} "
    "({sent} sent, {taken} recorded meanwhile); calls until a seat {answered_calm:.1f} and "
    "{answered_flood:.1f}, until planned {planned_calm:.1f} and {planned_flood:.1f} "
    "({called} called); {seats} seats, talks of {talk} s, {others} others a second"
)

Take = Callable[[], Awaitable[str | None]]
Come = Callable[[str], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Citizen:
    """Comes ``at`` so many seconds and talks for ``talk``."""

    id: str
    at: float
    talk: float


def crowd(seed: int, seconds: float) -> tuple[Citizen, ...]:
    """The same for the same seed: arrivals and talks as in teletraffic, exponential."""
    chance, at = random.Random(seed), 0.0  # noqa: S311 - no secret
    found: list[Citizen] = []
    while (at := at + chance.expovariate(OTHERS_A_SECOND)) < seconds or not found:
        talk = chance.expovariate(1 / TALK_SECONDS)
        found.append(Citizen(f"{seed}-{len(found)}", at, talk))
    return tuple(found)


@dataclass(slots=True)
class Half:
    """Seconds of each of the others, and how many of the flood were sent and taken in."""

    first: list[float] = field(default_factory=list)
    served: list[float] = field(default_factory=list)
    sent: int = 0
    taken: int = 0


class Seats:
    """Take whoever is first; ``half`` is told how long the others waited."""

    def __init__(self, citizens: Sequence[Citizen], take: Take, tasks: asyncio.TaskGroup) -> None:
        self._loop, self._tasks, self._take = asyncio.get_running_loop(), tasks, take
        self._known = {one.id: one for one in citizens}
        self._free, self._left = SEATS, len(citizens)
        self._turn = asyncio.Lock()
        self.begun = self._loop.time()
        self.done = asyncio.Event()
        self.half = Half()

    def since(self, one: Citizen) -> float:
        """Seconds since this citizen came."""
        return self._loop.time() - self.begun - one.at

    async def give(self) -> None:
        """Whoever is first to a seat that is free, until there is neither."""
        async with self._turn:
            while self._free and (id_ := await self._take()) is not None:
                self._free -= 1
                self._tasks.create_task(self._serve(id_))

    async def _serve(self, id_: str) -> None:
        one = self._known.get(id_)
        if one is not None:
            self.half.served.append(self.since(one))
            self._left -= 1
            if not self._left:
                self.done.set()
        await asyncio.sleep(one.talk if one else TALK_SECONDS)
        self._free += 1
        await self.give()


async def measure(told: Told, *, pairs: int = PAIRS, seconds: float = SECONDS) -> Figures:
    """Without and with the flood in turn, messages and then calls."""
    halves: dict[str, list[Half]] = {
        name: [] for name in ("messages_calm", "messages_flood", "calls_calm", "calls_flood")
    }
    for pair in range(pairs):
        citizens = crowd(pair, seconds)
        for name, found in halves.items():
            what, _, how = name.partition("_")
            found.append(await _half(what, citizens, flooded=how == "flood"))
        told(f"flood {pair + 1}/{pairs}")
    p95 = {
        "served": _p95(halves, "messages", lambda half: half.served),
        "recorded": _p95(halves, "messages", lambda half: half.first),
        "answered": _p95(halves, "calls", lambda half: half.served),
        "planned": _p95(halves, "calls", lambda half: half.first),
    }
    values: dict[str, float | int | str] = {}
    for name, key in (
        ("messages", "served"),
        ("recorded", "recorded"),
        ("calls", "answered"),
        ("plans", "planned"),
    ):
        ratio = Ratio.of(p95[key]["flood"], p95[key]["calm"])
        change = Ratio(ratio.median - 1, ratio.least - 1, ratio.most - 1)
        values |= change.named(f"others_p95_change_{name}")
    middle = {
        f"{key}_{how}": 1000 * percentile(found, 0.5)
        for key, both in p95.items()
        for how, found in both.items()
    }
    note = NOTE.format(
        **middle,
        sent=sum(one.sent for one in halves["messages_flood"]),
        taken=sum(one.taken for one in halves["messages_flood"]),
        called=sum(one.sent for one in halves["calls_flood"]),
        seats=SEATS,
        talk=TALK_SECONDS,
        others=OTHERS_A_SECOND,
    )
    return Figures(values | {"pairs": pairs, "seconds": seconds}, note)


def _p95(
    halves: dict[str, list[Half]], what: str, times: Callable[[Half], list[float]]
) -> dict[str, list[float]]:
    return {
        how: [percentile(times(half), 0.95) for half in halves[f"{what}_{how}"]]
        for how in ("calm", "flood")
    }


class _Over(Exception):
    """Everybody was served; whatever still runs may end."""


async def _half(what: str, citizens: Sequence[Citizen], *, flooded: bool) -> Half:
    """A store of its own, so that no half has what another left."""
    way, found = _messages if what == "messages" else _calls, list[Half]()

    async def whole(there: Taking, tasks: asyncio.TaskGroup) -> None:
        found.append(await way(there, citizens, tasks, flooded=flooded))
        raise _Over

    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        async with taking(Path(folder), ThrottleSettings()) as there:
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(whole(there, tasks))
            except* _Over:
                pass  # the others' times are whole
            return found[0]


async def _run(
    seats: Seats, citizens: Sequence[Citizen], tasks: asyncio.TaskGroup, come: Come, flood: int
) -> Half:
    """Everybody comes at their moment, the flooder (an id that is empty) all the time."""

    async def at_its_moment(one: Citizen) -> None:
        await asyncio.sleep(-seats.since(one))
        await come(one.id)

    for one in citizens:
        tasks.create_task(at_its_moment(one))
    whole = Citizen("", 0.0, TALK_SECONDS)
    while not seats.done.is_set():
        for _ in range(int(seats.since(whole) * flood) - seats.half.sent):
            seats.half.sent += 1
            tasks.create_task(come(""))
        await asyncio.sleep(STEP_SECONDS)
    return seats.half


async def _messages(
    there: Taking, citizens: Sequence[Citizen], tasks: asyncio.TaskGroup, *, flooded: bool
) -> Half:
    floor, line, numbers = there.floor, MemoryLine(), count()
    targets, writers = Targets(queues=floor.queues), dict[str, str]()
    known = {one.id: one for one in citizens}

    async def take() -> str | None:
        queues, now = tuple(floor.queues), floor.clock.now()
        claim = await line.claim("8001", "bench", queues, now, LEASE_SECONDS)
        return writers[claim.item.id] if claim else None

    seats = Seats(citizens, take, tasks)

    async def come(id_: str) -> None:
        one = Inbound(
            key=f"k{next(numbers)}",
            sender=Sender(scheme="openid", value=f"o{id_ or 'flood'}"),
            kind=Kind.TEXT,
            sent_at=floor.clock.now(),
            text="楼下施工扰民",
        )
        (taken,) = await there.inbox.accept(ACCOUNT, Received(messages=(one,)))
        if id_:
            seats.half.first.append(seats.since(known[id_]))
        else:
            seats.half.taken += 1
        writers[taken.contact_id] = id_
        await line.put(targets.item(floor.chats.open[taken.contact_id]))
        await seats.give()

    return await _run(seats, citizens, tasks, come, MESSAGES_A_SECOND if flooded else 0)


async def _calls(
    there: Taking, citizens: Sequence[Citizen], tasks: asyncio.TaskGroup, *, flooded: bool
) -> Half:
    floor, numbers = there.floor, count()
    throttling = counted_here(ThrottleSettings(), floor.clock)
    greeting = Greeting(floor, UTC, throttling=throttling)
    known = {one.id: one for one in citizens}
    waiting: list[tuple[int, int, str]] = []

    async def take() -> str | None:
        return heapq.heappop(waiting)[2] if waiting else None

    seats = Seats(citizens, take, tasks)

    async def come(id_: str) -> None:
        number = next(numbers)
        plan = await greeting.plan(
            Arrival(
                hotline_id=f"bench-{number}",
                number=f"139{number:08}" if id_ else "13800000001",
                did="12345",
                trunk=f"carrier-{number % TRUNKS if id_ else 0}",
            )
        )
        if id_:
            seats.half.first.append(seats.since(known[id_]))
        else:
            seats.half.taken += 1
        heapq.heappush(waiting, (1 if plan.slow else -plan.prio, number, id_))
        await seats.give()

    return await _run(seats, citizens, tasks, come, CALLS_A_SECOND if flooded else 0)

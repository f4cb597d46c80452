"""What a flood costs the others: their p95 with it against without it, in pairs.

``others_p95_change_messages``  1,000 messages a second from one citizen: how much longer the others
                                wait until a seat takes them, 0.05 is 5 %
``others_p95_change_recorded``  the same until their message is on the disk
``others_p95_change_calls``     100 calls a second of one number, all of which stay on the line: how
                                much longer the others wait until a seat takes them
``others_p95_change_plans``     the same until it is known how they are received

Inbox, reception's plan, limits as shipped, line and store (SQLite) are real, and one process does
all of it, the flooding too. Seats are so many counters that take whoever is first: conversations by
our own line, calls as the telephone system does, by rank and then by arrival. Whoever is over a
limit gets a seat by the rule of ``core.kept_free`` as shipped, which referee and dialplan follow,
at the very moment it allows (the dialplan looks every two seconds). Both halves of a pair
have the same citizens at the same moments with the same talks. Times are from the moment at which
somebody wrote or called, whether or not those before were done.
"""

from __future__ import annotations

import asyncio
import heapq
import tempfile
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC
from itertools import count
from pathlib import Path
from typing import Any

from channels.message import Inbound, Kind, Received, Sender
from config.settings import ThrottleSettings
from gateway.app.long_lived import long_lived
from gateway.app.throttle import counted_here
from gateway.bench.flood_crowd import (
    OTHERS_A_SECOND,
    SEATS,
    TALK_SECONDS,
    Citizen,
    Half,
    Seats,
    crowd,
)
from gateway.bench.intake_served import Taking, taking
from gateway.bench.ratios import PAIRS, Ratio, percentile
from gateway.bench.report import Figures, Told
from gateway.bench.wechat_push import ACCOUNT
from gateway.core.item import IntakeItem
from gateway.core.kept_free import slow_operator
from gateway.core.targets import Targets
from gateway.intake.greeting import Greeting
from gateway.queue.memory_line import MemoryLine
from gateway.telephony.slow_callers import kept_free
from ivr.plan import Arrival

MESSAGES_A_SECOND, CALLS_A_SECOND = 1_000, 100
SECONDS = 8.0
STEP_SECONDS = 0.01
LEASE_SECONDS = 3600.0
QUEUE = "civil"
TRUNKS = 4
TINY: dict[str, Any] = {"pairs": 1, "seconds": 0.1}
NOTE = (
    "p95 in ms, without and with the flood: messages until a seat {served_calm:.1f} and "
    "{served_flood:.1f}, until recorded {recorded_calm:.1f} and {recorded_flood:.1f} "
    "({sent} sent, {taken} recorded meanwhile); calls until a seat {answered_calm:.1f} and "
    "{answered_flood:.1f}, until planned {planned_calm:.1f} and {planned_flood:.1f} "
    "({called} called); {seats} seats, talks of {talk} s, {others} others a second"
)

KEPT = kept_free(ThrottleSettings())
Come = Callable[[str], Coroutine[Any, Any, None]]


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
                with long_lived():  # as the program itself runs
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
    known, placed = {one.id: one for one in citizens}, dict[str, IntakeItem]()

    async def take(seats: Seats) -> str | None:
        queues, now = tuple(floor.queues), floor.clock.now()
        claim = await line.claim("8001", "bench", queues, now, LEASE_SECONDS)
        if claim is None and KEPT.may_have(free=seats.free, seats=SEATS):
            slow = slow_operator(QUEUE)
            claim = await line.claim("8001", slow, (), now, LEASE_SECONDS)
        return writers[claim.item.id] if claim else None

    async def follow(contact_id: str) -> None:
        """As the referee does: what has changed since is put anew, what a seat has is not."""
        item = targets.lined(floor.chats.open[contact_id])
        if placed.get(contact_id) != item and contact_id not in line.claims:
            await line.remove(contact_id)
            await line.put(item)
            placed[contact_id] = item

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
        await follow(taken.contact_id)
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
    beside = deque[str]()

    async def take(seats: Seats) -> str | None:
        if waiting:
            return heapq.heappop(waiting)[2]
        spare = KEPT.may_have(free=seats.free, seats=SEATS)
        told = {"free": seats.free, "seats": SEATS, "at_once": seats.flooded + 1}
        return beside.popleft() if beside and spare and KEPT.may_be_served(**told) else None

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
        if plan.slow:
            beside.append(id_)
        else:
            heapq.heappush(waiting, (-plan.prio, number, id_))
        await seats.give()

    return await _run(seats, citizens, tasks, come, CALLS_A_SECOND if flooded else 0)

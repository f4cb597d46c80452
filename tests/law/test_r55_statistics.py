"""Rows 55 and 58 (S1§24, S0§21, S3§33-34): statistics are true, their definitions are code.

The numbers are those of GB/T 33358-2016 as REQUIREMENTS section 2 quotes them: a person answers
within 15 s; in any continuous 24 h at least 95 % are connected.
"""

import asyncio
import json
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from gateway.core.citizen import mask_number
from gateway.core.facts import Fact, FactKind
from gateway.core.line import DeclineCause
from gateway.core.statistics import ANSWER_SECONDS, CONNECT_RATE, Figures, Statistics, recomputed
from gateway.intake.board import Board
from tests.eventually import eventually
from tests.gateway.intake.floor_world import FloorWorld, floor_world

NUMBER = "13987650000"
CALLS = 30
BEGIN = datetime(2026, 11, 20, tzinfo=UTC)


async def _a_morning(world: FloorWorld, dice: random.Random) -> None:
    """Calls that are answered soon or late, declined first, given up, or still waiting."""
    await world.seated("li", "8001")
    for number in range(CALLS):
        call = await world.arrives(str(int(NUMBER) + number))
        world.clock.turn(dice.choice((2, 14, 15, 16, 40)))
        fate = dice.choice(("answered", "declined first", "given up", "waits"))
        if fate == "declined first":
            await world.rings(call, "8001")
            await world.declines(call, "8001", DeclineCause.REJECTED)
            await world.desk.make_ready("id-li")
        if fate in ("answered", "declined first"):
            await world.rings(call, "8001")
            await world.answers(call, "8001")
            world.clock.turn(60)
        if fate != "waits":
            await world.hangs_up(call)
        if world.state("8001") == "wrapping_up":
            await world.desk.finish_wrap_up("id-li")
        world.clock.turn(dice.uniform(0, 3600))


async def test_r55_figures_recomputed_from_the_raw_facts_are_equal(tmp_path: Path) -> None:
    """What the wall shows is what anybody can recompute; and it holds no personal field."""
    async with floor_world(tmp_path) as world:
        board = Board(world.floor, dict)
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(board.run())
            await eventually(lambda: board.complete)
            await _a_morning(world, random.Random(55))
            reading.cancel()
        facts = await world.store.facts(limit=5000)
        assert board.totals() == recomputed(facts, world.clock.now())
        whole = board.totals().whole
        assert whole.asked > CALLS / 3
        assert whole.in_time < whole.reached < whole.asked
        published = json.dumps(board.view(), ensure_ascii=False)
        raw = json.dumps([dict(fact.data) for fact in facts])
        for number in range(CALLS):
            caller = str(int(NUMBER) + number)
            for said in (caller, mask_number(caller)):
                assert said not in published
                assert said not in raw
        for person in ("李明", "王芳", "陈班长", "id-li"):
            assert person not in published


def _call(id_: str, at: float, wait: float | None) -> list[Fact]:
    def fact(kind: FactKind, after: float) -> Fact:
        when = BEGIN + timedelta(seconds=at + after)
        return Fact(kind=kind, at=when, contact_id=id_, data={"queue": "civil"})

    facts = [fact(FactKind.CALL_ARRIVED, 0), fact(FactKind.CALL_QUEUED, 1)]
    if wait is not None:
        facts.append(fact(FactKind.CALL_ANSWERED, wait))
    return [*facts, fact(FactKind.CALL_ENDED, (wait or 0) + 30)]


def test_r58_the_rates_are_those_of_any_continuous_24_hours() -> None:
    """At every moment of three days: exactly the calls of the 24 h before it, to the minute.

    In the first day one of ten is not answered, in the others none: the rate is below 95 % until
    those have left the window, and at no moment earlier or later.
    """
    step = 600.0
    plan = [
        (n * step, None if n < 144 and n % 10 == 9 else (10.0 if n % 2 else 20.0))
        for n in range(3 * 144)
    ]
    live, waiting = Statistics(), list(enumerate(plan))
    for minute in range(0, 3 * 1440, 7):
        now = BEGIN + timedelta(minutes=minute)
        while waiting and BEGIN + timedelta(seconds=waiting[0][1][0] + 60) <= now:
            n, (at, wait) = waiting.pop(0)
            for fact in _call(f"c{n}", at, wait):
                live.feed(fact)
        told = live.totals(now).whole
        oldest = now.replace(second=0, microsecond=0) - timedelta(minutes=1439)
        inside = [wait for at, wait in plan[: len(plan) - len(waiting)] if BEGIN + _s(at) >= oldest]
        answered = [wait for wait in inside if wait is not None]
        assert told.asked == len(inside)
        if inside:
            assert told.connect_rate == len(answered) / len(inside)
            in_time = sum(wait <= ANSWER_SECONDS for wait in answered)
            assert told.in_time_rate == in_time / len(inside)
    assert (told.connect_rate, CONNECT_RATE, ANSWER_SECONDS) == (1.0, 0.95, 15.0)


def _s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def test_r58_a_call_moves_each_figure_by_one_at_most() -> None:
    """However its story goes on, nothing is counted twice."""
    live = Statistics()
    seen = [live.totals(BEGIN).whole]
    for fact in _call("c", 0, 9.0):
        live.feed(fact)
        seen.append(live.totals(BEGIN).whole)
    for before, after in pairwise(seen):
        moved = after - before
        counts = [name for name in Figures.__slots__ if name != "wait_ms"]
        assert all(abs(getattr(moved, name)) <= 1 for name in counts)

"""Row 5 (S3§2, S4§7, S1§10): other hotlines merge into this one; their numbers are not restored.

Several numbers lead to one queue; what came by each of them is told apart by its origin, for ever.
A call by such a number on real telephones is in test_r35_enterprise_line.py.
"""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.core.number import Number
from gateway.core.queue import FALLBACK
from gateway.core.tag_statistics import recomputed
from gateway.intake.greeting import Greeting
from gateway.intake.tag_figures import counted
from ivr.plan import Arrival
from tests.gateway.intake.floor_world import floor_world
from tests.gateway.intake.test_tagging import dials, numbers

ORIGINS = ("12315", "12320", "12333")
CITY = Number(did="12345", queue="civil")
MERGED = tuple(Number(did=did, queue="civil", origin=did) for did in ORIGINS)


async def test_r05_several_numbers_reach_one_queue_with_their_origin(tmp_path: Path) -> None:
    """Nobody is led back to the hotline that was: the queue is the one that the number names."""
    async with floor_world(tmp_path) as world:
        await numbers(world, CITY, *MERGED)
        greeting = Greeting(world.floor, ZoneInfo("Asia/Shanghai"))
        for number in (CITY, *MERGED):
            arrival = Arrival(hotline_id="H", number="13800001234", did=number.did)
            plan = await greeting.plan(arrival)
            assert plan.default_queue == "civil"
            assert plan.valid_queues <= {*world.floor.queues, FALLBACK}
            call = await dials(world, number.did)
            assert call.tags.origin == number.origin


@pytest.mark.parametrize("later", [(), (Number(did="12315", queue="civil"),)], ids=["as-is", "own"])
async def test_r05_the_figures_of_each_origin_are_the_facts(
    tmp_path: Path, later: tuple[Number, ...]
) -> None:
    """Each contact once, at its origin; also when the number becomes the city's own afterwards."""
    async with floor_world(tmp_path) as world:
        await numbers(world, CITY, *MERGED)
        since = world.clock.now()
        for n, number in enumerate((CITY, *MERGED, *MERGED)):
            call = await dials(world, number.did, f"1380000{n:04}")
            world.clock.turn(1 + n)
            if n % 2:
                await world.hangs_up(call)
        await numbers(world, *later)
        until = world.clock.now() + timedelta(seconds=1)
        report = await counted(world.store, since, until)
        arrived = {origin: one.calls.arrived for origin, one in report.origins.items()}
        assert arrived == {"": 1, "12315": 2, "12320": 2, "12333": 2}
        assert report == recomputed(await world.store.facts(limit=5000), since, until)

"""r31, No. 66: calls that nobody took are called back, each person once, by their turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.core.callback import CallbackReason, CallbackState
from gateway.core.facts import FactKind
from tests.gateway.intake.floor_world import FloorWorld, floor_world
from tests.gateway.intake.test_dialler import Calling, calling_on
from tests.gateway.intake.test_owing import keeps_place


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[FloorWorld]:
    """A floor with two operators."""
    async with floor_world(tmp_path) as one:
        yield one


@pytest.fixture
def calling(world: FloorWorld) -> Calling:
    """Somebody who calls back; a trunk leads out."""
    world.floor.link = "up"
    return Calling(world, calling_on(world, world.floor))


async def test_every_missed_caller_stands_in_the_list_once(world: FloorWorld) -> None:
    """Whoever waited and was not answered, however often; until somebody talks to them."""
    for number in ("13800000001", "13800000002", "13800000001"):
        call = await world.arrives(number)
        world.clock.turn(30)
        await world.hangs_up(call)
    found = world.floor.callbacks.values()
    assert sorted(one.number for one in found) == ["13800000001", "13800000002"]
    assert {one.reason for one in found} == {CallbackReason.ABANDONED}
    await world.seated("li", "8001")
    again = await world.arrives("13800000001")
    await world.rings(again, "8001")
    await world.answers(again, "8001")
    (left,) = world.floor.callbacks.values()
    assert left.number == "13800000002"
    kinds = [fact.kind for fact in await world.store.facts()]
    assert kinds.count(FactKind.CALLBACK_OPENED) == 2
    assert kinds.count(FactKind.CALLBACK_DONE) == 1


async def test_a_kept_place_is_served_as_if_they_had_stayed(calling: Calling) -> None:
    """Behind who came before, ahead of who came after; the place survives the wait."""
    world = calling.world
    before = await world.arrives("13800000001")
    world.clock.turn(5)
    kept = await keeps_place(world, "13800000002")
    await world.arrives("13800000003")
    await world.seated("li", "8001")
    await calling.dialler.tick()
    assert calling.offered("li") == ""
    await world.rings(before, "8001")
    await world.seated("wang", "8002")
    await calling.dialler.tick()
    assert calling.offered("wang") == kept.id
    assert kept.state is CallbackState.OPEN

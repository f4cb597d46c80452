"""How a caller is received."""

from datetime import timedelta

import pytest

from gateway.core.citizen import CallerFlag, FlagKind
from gateway.core.queue import FALLBACK
from gateway.intake.greeting import Greeting
from ivr.plan import Arrival
from tests.gateway.intake.floor_world import FloorWorld
from tests.gateway.intake.test_floor import StoreBehindASwitch

NUMBER = "13800001234"


def arrival(number: str = NUMBER, did: str = "12345") -> Arrival:
    """Someone at the door."""
    return Arrival(hotline_id="Ht-1", number=number, did=did)


async def test_the_dialled_number_chooses_the_queue(world: FloorWorld) -> None:
    """A number without a queue of its own, or with one that is gone, reaches the first there is."""
    greeting = Greeting(world.floor, {"12345": "civil", "12315": "closed-down"})
    for did in ("12345", "12315", "110"):
        plan = await greeting.plan(arrival(did=did))
        assert (plan.default_queue, plan.straight) == ("civil", False)
        assert plan.valid_queues == {"civil", FALLBACK}


@pytest.mark.parametrize(
    ("kind", "straight"),
    [(FlagKind.ELDER, True), (FlagKind.DIRECT, True), (FlagKind.CARE, False)],
)
async def test_elders_and_marked_numbers_go_straight_to_a_person(
    world: FloorWorld, kind: FlagKind, *, straight: bool
) -> None:
    """Until the mark expires; a withheld number has none."""
    until = world.clock.now() + timedelta(days=1)
    await world.store.record(CallerFlag(number=NUMBER, kind=kind, until=until))
    greeting = Greeting(world.floor, {"12345": "civil"})
    assert (await greeting.plan(arrival())).straight is straight
    assert (await greeting.plan(arrival(number=""))).straight is False
    world.clock.turn(2 * 86_400)
    assert (await greeting.plan(arrival())).straight is False


async def test_a_store_that_is_away_keeps_nobody_at_the_door(world: FloorWorld) -> None:
    """Even a marked number is greeted like anyone else, and at once."""
    await world.store.record(CallerFlag(number=NUMBER, kind=FlagKind.ELDER))
    switch = StoreBehindASwitch(world.store)
    world.floor.store = switch
    assert (await Greeting(world.floor, {"12345": "civil"}).plan(arrival())).straight
    switch.away = True
    plan = await Greeting(world.floor, {"12345": "civil"}).plan(arrival())
    assert (plan.default_queue, plan.straight) == ("civil", False)

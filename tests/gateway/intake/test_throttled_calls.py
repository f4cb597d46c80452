"""A number that calls too often is received like any other, behind the others."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from config.throttle_settings import ThrottleSettings
from gateway.app.throttle import counted_here
from gateway.core.facts import FactKind
from gateway.intake.asking import Journeys
from gateway.intake.greeting import Greeting
from ivr.plan import Arrival
from ivr.session import Journey
from tests.gateway.intake.floor_world import FloorWorld

VICTIM = "13800001234"


def greeting_of(world: FloorWorld) -> Greeting:
    """With the rules as they are shipped."""
    throttling = counted_here(ThrottleSettings(), world.clock)
    zone = ZoneInfo("Asia/Shanghai")
    return Greeting(world.floor, zone, {"9": "110"}, throttling=throttling)


def arrival(number: str = VICTIM, *, asserted: bool = False, trunk: str = "carrier") -> Arrival:
    """Someone at the door, by a trunk."""
    return Arrival(hotline_id="Ht-1", number=number, did="12345", trunk=trunk, asserted=asserted)


async def test_a_thousand_calls_under_a_number_do_not_lock_its_owner_out(
    world: FloorWorld,
) -> None:
    """Within ten minutes. The owner is led to a queue, told of callback and message.

    The emergency keys lead where they led, and everybody else is received as ever.
    """
    greeting = greeting_of(world)
    spoofed = []
    for _ in range(1_000):
        spoofed.append(await greeting.plan(arrival()))
        world.clock.turn(0.6)
    assert {plan.slow for plan in spoofed} == {"", "number"}
    assert sum(not plan.slow for plan in spoofed) == 10 + 4
    assert {plan.default_queue for plan in spoofed} == {"civil"}
    owner = await greeting.plan(arrival())
    assert (owner.slow, owner.default_queue) == ("number", "civil")
    assert dict(owner.emergency_keys) == {"9": "110"}
    assert not (await greeting.plan(arrival(asserted=True))).slow
    assert not (await greeting.plan(arrival(trunk="other"))).slow
    for number in range(100):
        assert not (await greeting.plan(arrival(f"139{number:08}"))).slow
    world.clock.turn(150)
    assert not (await greeting.plan(arrival())).slow


async def test_a_thousand_made_up_numbers_leave_half_to_those_who_never_called(
    world: FloorWorld,
) -> None:
    """Each calls twice: second calls wait behind once half of the trunk's burst is used."""
    greeting, numbers = greeting_of(world), [f"137{n:08}" for n in range(1_000)]
    again = 0
    for number in numbers[:100]:
        await greeting.plan(arrival(number))
        again += not (await greeting.plan(arrival(number))).slow
    assert again == 50
    first = [(await greeting.plan(arrival(number))).slow for number in numbers[100:]]
    assert first.count("") == 200 - 100 - 50
    assert set(first) == {"", "trunk"}


async def test_which_limit_it_was_is_kept_with_the_call(world: FloorWorld) -> None:
    """A fact, after the verdict."""
    call = await world.arrives()
    await Journeys(world.floor, {}).went(Journey(hotline_id=call.hotline_id, slow="number"))
    facts = await world.store.facts(contact_id=call.id)
    assert [f.data for f in facts if f.kind is FactKind.CALL_THROTTLED] == [{"limit": "number"}]

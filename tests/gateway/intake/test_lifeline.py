"""A seat's page is cut off: sound decides what becomes of its talk."""

import asyncio

import pytest

from gateway.core.call import Call
from gateway.intake.lifeline import LOOK_SECONDS, RING_SECONDS, WATCH_SECONDS, Lifeline
from tests.eventually import eventually
from tests.gateway.intake.floor_world import FloorWorld


async def talks(world: FloorWorld) -> Call:
    """Li at 8001 talks to a citizen."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    return call


async def watched(world: FloorWorld, seconds: float, *, back_after: float = 1e9) -> None:
    """The page's socket breaks; so much time passes."""
    began = world.clock.now()

    def is_back() -> bool:
        return (world.clock.now() - began).total_seconds() >= back_after

    watching = asyncio.create_task(Lifeline(world.floor, world.phones).cut("8001", is_back))
    while (world.clock.now() - began).total_seconds() < seconds and not watching.done():
        await eventually(lambda: world.clock.sleepers or watching.done())
        world.clock.turn(LOOK_SECONDS)
    async with asyncio.timeout(5):
        await watching


async def test_a_page_that_sends_no_sound_any_more_has_lost_its_talk(world: FloorWorld) -> None:
    """A crash: known within one look, not after the limit on silence."""
    call = await talks(world)
    world.phones.sounds = False
    await watched(world, LOOK_SECONDS * 2)
    assert world.phones.lost == [world.leg(call, "8001")]


async def test_a_talk_with_sound_is_never_torn_away(world: FloorWorld) -> None:
    """The socket's road is broken, the sound's is not."""
    await talks(world)
    await watched(world, WATCH_SECONDS * 2)
    assert world.phones.lost == []


async def test_a_page_that_is_back_keeps_its_talk(world: FloorWorld) -> None:
    """A short break of the socket costs nothing, whatever the sound did just then."""
    await talks(world)
    await watched(world, WATCH_SECONDS, back_after=LOOK_SECONDS * 2)
    world.phones.sounds = False
    assert world.phones.lost == []


async def test_a_ring_at_a_page_that_does_not_come_back_rings_elsewhere(world: FloorWorld) -> None:
    """Not at once: a reload comes back in time."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await watched(world, RING_SECONDS - LOOK_SECONDS, back_after=RING_SECONDS - LOOK_SECONDS)
    assert world.phones.withdrawn == []
    await watched(world, WATCH_SECONDS)
    assert world.phones.withdrawn == [world.leg(call, "8001")]


@pytest.mark.parametrize("rings", [True, False])
async def test_another_page_takes_nothing_over_from_the_one_before(
    world: FloorWorld, rings: bool
) -> None:
    """A reloaded page has no sound of the talk: the leg ends as lost, a ring is taken back."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    if not rings:
        await world.answers(call, "8001")
    await Lifeline(world.floor, world.phones).replaced("8001")
    legs = (world.phones.withdrawn, world.phones.lost)
    leg = [world.leg(call, "8001")]
    assert legs == ((leg, []) if rings else ([], leg))


async def test_a_seat_without_a_call_is_left_alone(world: FloorWorld) -> None:
    """Nothing to lose."""
    await world.seated("li", "8001")
    lifeline = Lifeline(world.floor, world.phones)
    await lifeline.replaced("8001")
    await lifeline.cut("8001", lambda: False)
    await lifeline.replaced("9999")
    assert (world.phones.lost, world.phones.withdrawn) == ([], [])

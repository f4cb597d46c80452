"""Waiting callers are told where they stand, first after a while and then at intervals."""

import pytest

from gateway.intake.announcer import Announcer
from tests.gateway.intake.floor_world import FloorWorld


@pytest.fixture
def announcer(world: FloorWorld) -> Announcer:
    """First after 15 s, then every 45 s."""
    return Announcer(world.floor, world.phones, first_after_seconds=15, every_seconds=45)


async def test_a_caller_hears_their_place_after_a_while_and_then_at_intervals(
    world: FloorWorld, announcer: Announcer
) -> None:
    """Not at once, not all the time."""
    call = await world.arrives()
    for seconds, spoken in ((14, 0), (1, 1), (44, 1), (1, 2)):
        world.clock.turn(seconds)
        await announcer.tick()
        assert len(world.phones.spoken) == spoken
    assert world.phones.spoken[0] == (call.channel, ("position_1", "callback_hint"))


async def test_each_hears_their_own_place_in_their_own_queue(
    world: FloorWorld, announcer: Announcer
) -> None:
    """Places count from the front, in the order of arrival."""
    calls = []
    for number in range(3):
        calls.append(await world.arrives(f"1380000000{number}"))
        world.clock.turn(1)
    world.clock.turn(20)
    await announcer.tick()
    assert world.phones.spoken == [
        (call.channel, (f"position_{place}", "callback_hint"))
        for place, call in enumerate(calls, start=1)
    ]


async def test_a_wait_is_told_once_enough_callers_were_answered(
    world: FloorWorld, announcer: Announcer
) -> None:
    """Three answers a minute apart: the next in line waits about a minute."""
    await world.seated("li", "8001")
    for number in range(3):
        call = await world.arrives(f"1380000001{number}")
        await world.rings(call, "8001")
        await world.answers(call, "8001")
        await announcer.tick()
        world.clock.turn(60)
        await world.hangs_up(call)
        await world.desk.finish_wrap_up("id-li")
    waiting = await world.arrives("13800000099")
    world.clock.turn(15)
    await announcer.tick()
    assert world.phones.spoken == [(waiting.channel, ("position_1", "wait_1", "callback_hint"))]


async def test_nobody_is_spoken_to_while_a_seat_rings_or_talks(
    world: FloorWorld, announcer: Announcer
) -> None:
    """The words are for those who wait."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    world.clock.turn(60)
    await announcer.tick()
    await world.answers(call, "8001")
    world.clock.turn(60)
    await announcer.tick()
    assert world.phones.spoken == []


async def test_a_telephone_system_that_is_away_silences_nobody_for_ever(
    world: FloorWorld, announcer: Announcer
) -> None:
    """The words that could not be spoken are skipped; the next come in their turn."""
    await world.arrives()
    world.clock.turn(15)
    world.phones.away = True
    await announcer.tick()
    world.phones.away = False
    world.clock.turn(45)
    await announcer.tick()
    assert len(world.phones.spoken) == 1


async def test_who_is_over_a_limit_counts_those_who_come_later_and_is_counted_by_none(
    world: FloorWorld, announcer: Announcer
) -> None:
    """They stand behind everybody else, among themselves in order; so do their kept places."""
    slow = await world.arrives("13800000001", slow=True)
    world.clock.turn(1)
    calls = [await world.arrives(f"1380000001{number}") for number in range(2)]
    world.clock.turn(20)
    await announcer.tick()
    places = {channel: said[0] for channel, said in world.phones.spoken}
    assert places[calls[0].channel] == places[calls[1].channel] == "position_1"
    assert places[slow.channel] == "position_3"

"""Deadlines: no citizen rings into a dead screen, no wrap-up lasts for ever."""

from gateway.core.call import CallState
from gateway.core.seat import SeatState
from tests.gateway.intake.floor_world import FloorWorld


async def test_a_pop_nobody_saw_rings_elsewhere_after_five_seconds(world: FloorWorld) -> None:
    """Resent after 2 s, taken back after 5 s; the seat is not ready, the citizen still waits."""
    await world.seated("li", "8001")
    async with world.floor.hub.attach(world.operators["li"]) as console:
        await anext(console)
        call = await world.arrives()
        await world.rings(call, "8001")
        world.clock.turn(2.1)
        told = [await anext(console) for _ in range(2)]
        await world.dispatch.tick()
        again = [await anext(console) for _ in range(2)]
        assert [one["type"] for one in told] == [one["type"] for one in again]
        assert again[1]["data"]["contact_id"] == call.id
        world.clock.turn(3)
        await world.dispatch.tick()
    seat = world.floor.seats["8001"]
    assert (seat.state, seat.reason) == (SeatState.NOT_READY, "unreachable")
    assert world.phones.withdrawn == [world.leg(call, "8001")]
    assert world.phones.paused("8001") is True


async def test_a_pop_that_was_seen_rings_on(world: FloorWorld) -> None:
    """An acknowledged pop is the operator's to answer; only the ring limit ends it."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.desk.pop_shown("id-li", call.id)
    world.clock.turn(10)
    await world.dispatch.tick()
    assert world.floor.seats["8001"].state is SeatState.OFFERED
    assert world.floor.calls[call.id].state is CallState.OFFERED


async def test_a_wrap_up_ends_by_itself_and_can_be_extended(world: FloorWorld) -> None:
    """Thirty seconds in this queue, a minute more on request, then ready again."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    await world.hangs_up(call)
    await world.desk.extend_wrap_up("id-li")
    world.clock.turn(31)
    await world.dispatch.tick()
    assert world.state("8001") is SeatState.WRAPPING_UP
    world.clock.turn(60)
    await world.dispatch.tick()
    assert world.state("8001") is SeatState.READY
    assert world.phones.paused("8001") is False
    assert call.id not in world.floor.calls


async def test_a_ready_seat_whose_console_is_gone_is_taken_out(world: FloorWorld) -> None:
    """A closed laptop must not be rung: half a minute without a console is enough."""
    await world.seated("li", "8001")
    async with world.floor.hub.attach(world.operators["li"]):
        world.clock.turn(100)
        await world.dispatch.tick()
        assert world.floor.seats["8001"].state is SeatState.READY
    await world.dispatch.tick()
    world.clock.turn(29)
    await world.dispatch.tick()
    assert world.floor.seats["8001"].state is SeatState.READY
    world.clock.turn(2)
    await world.dispatch.tick()
    seat = world.floor.seats["8001"]
    assert (seat.state, seat.reason) == (SeatState.NOT_READY, "console_gone")
    assert world.phones.paused("8001") is True

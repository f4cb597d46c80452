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
    world.floor.hub.attach(world.operators["li"])
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
    console = world.floor.hub.attach(world.operators["li"])
    world.clock.turn(31)
    await world.dispatch.tick()
    assert world.state("8001") is SeatState.WRAPPING_UP
    world.clock.turn(60)
    console.heard()
    await world.dispatch.tick()
    assert world.state("8001") is SeatState.READY
    assert world.phones.paused("8001") is False
    assert call.id not in world.floor.calls


async def test_a_ready_seat_whose_console_is_gone_is_taken_out(world: FloorWorld) -> None:
    """A laptop that sleeps must not be rung: its open socket says nothing, only its words do."""
    await world.seated("li", "8001")
    async with world.floor.hub.attach(world.operators["li"]) as console:
        for _ in range(10):
            world.clock.turn(10)
            console.heard()
            await world.dispatch.tick()
            assert world.floor.seats["8001"].state is SeatState.READY
        world.clock.turn(19)
        await world.dispatch.tick()
        assert world.floor.seats["8001"].state is SeatState.READY
        world.clock.turn(2)
        await world.dispatch.tick()
        seat = world.floor.seats["8001"]
        assert (seat.state, seat.reason) == (SeatState.NOT_READY, "console_gone")
        assert world.phones.paused("8001") is True


async def test_a_call_does_not_ring_on_at_a_seat_whose_console_is_gone(world: FloorWorld) -> None:
    """The pop was painted, then the laptop was shut: the call rings elsewhere."""
    await world.seated("li", "8001")
    async with world.floor.hub.attach(world.operators["li"]) as console:
        call = await world.arrives()
        await world.rings(call, "8001")
        await world.desk.pop_shown("id-li", call.id)
        world.clock.turn(19)
        await world.dispatch.tick()
        assert world.phones.withdrawn == []
        world.clock.turn(2)
        await world.dispatch.tick()
        assert world.phones.withdrawn == [world.leg(call, "8001")]
        assert world.floor.seats["8001"].reason == "console_gone"
        console.heard()


async def test_a_wrap_up_that_ends_at_an_empty_chair_makes_no_seat_ready(
    world: FloorWorld,
) -> None:
    """Not for a moment: the queue would ring it."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    await world.hangs_up(call)
    await world.dispatch.tick()
    world.clock.turn(31)
    await world.dispatch.tick()
    seat = world.floor.seats["8001"]
    assert (seat.state, seat.reason) == (SeatState.NOT_READY, "console_gone")
    assert world.phones.paused("8001") is True


async def test_a_seat_never_heard_of_has_the_same_time_to_say_something(
    world: FloorWorld,
) -> None:
    """After a restart of the gateway every console needs a moment to come back."""
    await world.seated("li", "8001")
    await world.dispatch.tick()
    world.clock.turn(19)
    await world.dispatch.tick()
    assert world.floor.seats["8001"].state is SeatState.READY
    world.clock.turn(2)
    await world.dispatch.tick()
    seat = world.floor.seats["8001"]
    assert (seat.state, seat.reason) == (SeatState.NOT_READY, "console_gone")
    assert world.phones.paused("8001") is True

"""The wallboard: live from the floor, the day from the facts, and never different from them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.core import line
from gateway.core.call import CallState
from gateway.core.errors import StoreUnavailable
from gateway.core.facts import Fact, FactKind
from gateway.core.statistics import Totals, recomputed
from gateway.intake.board import Board
from gateway.intake.floor import Floor
from tests.eventually import eventually
from tests.gateway.intake.floor_world import FloorWorld, floor_world
from tests.message_rows import a_closed_chat, an_identity


@dataclass
class Parts:
    """How the gateway's parts are, as a test says."""

    states: dict[str, str] = field(default_factory=lambda: {"store": "up", "reception": "up"})

    def health(self) -> dict[str, str]:
        """As the gateway asks."""
        return self.states


@asynccontextmanager
async def running(floor: Floor, parts: Parts | None = None) -> AsyncIterator[Board]:
    """A board that has read the day."""
    board = Board(floor, (parts or Parts()).health)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(board.run())
        await eventually(lambda: board.complete)
        yield board
        task.cancel()


async def told(world: FloorWorld) -> Totals:
    """The figures recomputed from every fact in the store."""
    return recomputed(await world.store.facts(limit=5000), world.clock.now())


async def some_calls(world: FloorWorld) -> None:
    """One answered after 9 s, one who gave up after 20 s, one who still waits."""
    await world.seated("li", "8001")
    first = await world.arrives()
    world.clock.turn(9)
    await world.rings(first, "8001")
    await world.answers(first, "8001")
    second = await world.arrives("13800000002")
    world.clock.turn(20)
    await world.hangs_up(second)
    await world.arrives("13800000003")


def codes(board: Board) -> list[str]:
    """The alarms."""
    return [alarm["code"] for alarm in board.view()["alarms"]]


async def test_the_board_shows_what_is_and_what_the_facts_say(world: FloorWorld) -> None:
    """Live figures from the floor; the day's equal those recomputed from all facts."""
    async with running(world.floor) as board:
        await some_calls(world)
        view = board.view()
        assert board.totals() == await told(world)
    assert (view["waiting"], view["seats"]["talking"], view["seats"]["signed_out"]) == (1, 1, 2)
    assert view["longest_wait_since"] == view["at"]
    day = view["last_24h"]
    assert {name: day[name] for name in ("arrived", "answered", "abandoned", "open")} == {
        "arrived": 3,
        "answered": 1,
        "abandoned": 1,
        "open": 1,
    }
    assert (day["answered_in_15s_rate"], day["connect_rate"]) == (0.5, 0.5)
    assert day["average_wait_seconds"] == 9.0
    civil = next(queue for queue in view["queues"] if queue["name"] == "civil")
    assert (civil["waiting"], civil["talking"], civil["ready"]) == (1, 1, 0)
    assert civil["connect_rate"] == 0.5
    assert len(view["hours"]) == 24
    assert view["hours"][-1]["arrived"] == 3


async def test_a_gateway_that_starts_again_shows_the_same_day(world: FloorWorld) -> None:
    """The figures live in the facts, not in the process."""
    async with running(world.floor) as board:
        await some_calls(world)
        before = board.totals()
    floor = Floor(world.store, world.clock)
    await floor.open()
    async with running(floor) as again:
        assert again.totals() == before


class Hindered:
    """The store, whose facts are read late, or not at all for a while."""

    def __init__(self, world: FloorWorld) -> None:
        self._store = world.store
        self.away, self.open = False, asyncio.Event()

    async def facts(self, **how: Any) -> tuple[Fact, ...]:
        """Read once ``open``, unless away."""
        if self.away:
            raise StoreUnavailable("away")
        await self.open.wait()
        return await self._store.facts(**how)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.parametrize("page", [3, 1000])
async def test_facts_that_come_while_the_day_is_read_count_once(
    world: FloorWorld, page: int
) -> None:
    """Calls come and go while the store is read: none counts twice, none is forgotten."""
    await some_calls(world)
    store = Hindered(world)
    world.floor.store = store
    board = Board(world.floor, Parts().health, page)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(board.run())
        for number in range(9):
            call = await world.arrives(f"1390000{number:04}")
            await world.hangs_up(call)
        store.open.set()
        await eventually(lambda: board.complete)
        await world.arrives()
        assert board.totals() == await told(world)
        task.cancel()


async def test_a_store_that_cannot_be_read_is_asked_again(world: FloorWorld) -> None:
    """The live part is shown all the while, and that the day is not complete."""
    await some_calls(world)
    store = Hindered(world)
    store.away = True
    store.open.set()
    world.floor.store = store
    board = Board(world.floor, Parts().health)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(board.run())
        await world.clock.elapse(12)
        await world.arrives()
        assert "counting" in codes(board)
        assert board.view()["waiting"] == 2
        store.away = False

        async def complete() -> bool:
            await world.clock.elapse(5)
            return board.complete

        await eventually(complete)
        assert board.totals() == await told(world)
        task.cancel()


async def test_a_clock_that_was_set_makes_the_day_be_read_anew(world: FloorWorld) -> None:
    """A day ahead and back again: the calls are still there."""
    async with running(world.floor) as board:
        await some_calls(world)
        before, now = board.totals(), world.clock.now()
        for jump in (timedelta(days=400), -timedelta(days=400)):
            world.clock.set_wall_clock(world.clock.now() + jump)
            board.totals()
            await world.clock.elapse(5)
            await eventually(lambda: board.complete)
        assert board.totals().whole == before.whole
        assert (world.clock.now() - now).total_seconds() == 10


async def test_alarms_come_and_go(world: FloorWorld) -> None:
    """Link, parts, owed rows, nobody there, too many waiting; each only while it is so."""
    parts = Parts()
    async with running(world.floor, parts) as board:
        assert codes(board) == ["link_down", "nobody_ready"]
        world.floor.link = "up"
        parts.states["reception"] = "ValueError"
        assert codes(board) == ["part_down", "nobody_ready"]
        parts.states["reception"] = "up"
        await world.seated("li", "8001")
        assert codes(board) == []
        calls = [await world.arrives(f"1380000000{n}") for n in range(6)]
        assert codes(board) == ["many_waiting"]
        await world.hangs_up(calls[0])
        assert codes(board) == []
        view = board.view()
        assert view["alarms"] == []


async def test_a_low_connect_rate_is_an_alarm_once_enough_have_asked(world: FloorWorld) -> None:
    """GB/T 33358: 95 % of 24 h; one caller of three who gave up proves nothing."""
    async with running(world.floor) as board:
        await world.seated("li", "8001")
        world.floor.link = "up"
        for number in range(20):
            assert "connect_rate_low" not in codes(board), number
            call = await world.arrives(f"1390000{number:04}")
            await world.hangs_up(call)
        assert codes(board) == ["connect_rate_low"]
        (alarm,) = board.view()["alarms"]
        assert "95" in alarm["zh"]
        assert "95" in alarm["en"]


async def test_a_caller_turned_away_is_an_alarm_of_this_hour(world: FloorWorld) -> None:
    """And counts in the day as turned away, not as abandoned."""
    async with running(world.floor) as board:
        at: dict[str, Any] = {"hotline_id": "Hfull", "at": world.clock.now()}
        await world.hear(
            line.CallArrived(
                **at, channel="PJSIP/x", number="", did="12345", origin=line.Origin.TRUNK
            ),
            line.CallOverflowed(**at, told=line.Told.LATER),
            line.CallGone(**at, cause=17, by_citizen=False),
        )
        assert "overflow" in codes(board)
        day = board.view()["last_24h"]
        assert (day["overflowed"], day["abandoned"], day["connect_rate"]) == (1, 0, 0.0)
        world.clock.turn(3600)
        assert "overflow" not in codes(board)


async def test_two_boards_of_two_floors_are_apart(tmp_path: Path) -> None:
    """Nothing is kept beside the floor: a new hotline begins at zero."""
    async with floor_world(tmp_path) as other, running(other.floor) as board:
        assert board.view()["last_24h"]["arrived"] == 0
        assert board.view()["last_24h"]["connect_rate"] is None


async def test_a_call_that_is_being_reconnected_is_in_progress(world: FloorWorld) -> None:
    """The citizen hears music until the seat is back: answered, not lost, not waiting."""
    async with running(world.floor) as board:
        await world.seated("li", "8001")
        call = await world.arrives()
        await world.rings(call, "8001")
        await world.answers(call, "8001")
        lost = line.SeatLost(
            hotline_id=call.hotline_id,
            at=world.clock.now(),
            seat="8001",
            leg=world.leg(call, "8001"),
        )
        await world.hear(lost)
        assert world.floor.calls[call.id].state is CallState.RECONNECTING
        view = board.view()
        civil = next(queue for queue in view["queues"] if queue["name"] == "civil")
        assert (civil["talking"], civil["waiting"], view["waiting"]) == (1, 0, 0)
        day = view["last_24h"]
        assert (day["answered"], day["open"], day["lost"], day["abandoned"]) == (1, 0, 0, 0)


async def test_what_is_written_moves_no_figure_of_calls(tmp_path: Path) -> None:
    """A conversation among the calls, whatever is noted of it, leaves the calls' figures alone."""
    async with floor_world(tmp_path) as world, running(world.floor) as board:
        await some_calls(world)
        before = board.totals()
        kinds = [kind for kind in FactKind if kind is not FactKind.CALL_ARRIVED]
        facts = [Fact(kind=kind, at=world.clock.now(), contact_id="k1") for kind in kinds]
        chat = a_closed_chat("k1", "i1")
        await world.floor.commit(an_identity("i1"), chat, *facts, must=True)
        assert board.totals() == before == await told(world)

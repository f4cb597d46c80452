"""Laws of announced incidents: heard at once, over by themselves, also over a restart."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.core.errors import AlreadyTaken, Invalid, PhonesUnavailable, StoreUnavailable, Unknown
from gateway.core.facts import FactKind
from gateway.core.incident import MOST_AT_ONCE
from gateway.core.number import Number
from gateway.core.queue import Queue
from gateway.intake.board import Board
from gateway.intake.greeting import Greeting
from gateway.intake.incidents import Incidents
from tests.eventually import eventually
from tests.gateway.intake.floor_world import FloorWorld
from tests.gateway.intake.test_floor import StoreBehindASwitch
from tests.gateway.intake.test_greeting import arrival, publish

HOUR = 60
SHANGHAI = ZoneInfo("Asia/Shanghai")
FLOOD = Queue(name="flood", title_zh="防汛", title_en="Flood", rank=1)


@dataclass
class SoundsPeer:
    """A folder that holds what is heard, and a voice that cannot read Latin letters."""

    heard: dict[str, str | bytes] = field(default_factory=dict)

    async def spoken(self, name: str, text: str) -> None:
        """Read it."""
        if text.isascii():
            raise Invalid
        self.heard[name] = text

    async def recorded(self, name: str, wav: bytes) -> None:
        """Take it."""
        self.heard[name] = wav

    async def drop(self, name: str) -> None:
        """Forget it."""
        self.heard.pop(name, None)


async def opened(world: FloorWorld, sounds: SoundsPeer) -> Incidents:
    """As after a start, with a number and a queue for floods."""
    await publish(world, Number(did="12345", queue="civil"), FLOOD)
    incidents = Incidents(world.floor, sounds, world.phones)
    await incidents.open()
    return incidents


async def begun(incidents: Incidents, world: FloorWorld, **more: Any) -> str:
    """Chen announces a flood for an hour; its id."""
    usual: dict[str, Any] = {
        "texts": ("人民路积水", "Flood"),
        "dids": ["12345"],
        "queue": "flood",
        "key": "3",
        "rank": 40,
        "minutes": HOUR,
    }
    return (await incidents.begin(world.operators["chen"], **usual | more)).id


async def test_callers_of_its_numbers_are_told_and_led(world: FloorWorld) -> None:
    """A key leads to its queue with its rank; without one all callers go there."""
    sounds = SoundsPeer()
    incidents = await opened(world, sounds)
    greeting = Greeting(world.floor, SHANGHAI, incident_at=incidents.heard_at)
    assert (await greeting.plan(arrival())).bulletin is None
    by_key = await begun(incidents, world)
    plan = await greeting.plan(arrival())
    assert plan.bulletin
    assert (plan.bulletin.name, plan.bulletin.key) == (by_key, "3")
    assert (plan.bulletin.queue, plan.bulletin.prio) == ("flood", 40)
    assert (plan.default_queue, plan.prio) == ("civil", 0)
    assert (await greeting.plan(arrival(did="12315"))).bulletin is None

    world.clock.turn(1)
    await begun(incidents, world, key="", wav=b"RIFF")
    plan = await greeting.plan(arrival())
    assert (plan.default_queue, plan.prio) == ("flood", 40)
    assert sorted(map(str, sounds.heard.values())) == ["b'RIFF'", "人民路积水"]


async def test_it_is_over_by_itself_also_over_a_restart(world: FloorWorld) -> None:
    """Nobody hears it from its last second on; a gateway that comes later ends it."""
    sounds = SoundsPeer()
    incidents = await opened(world, sounds)
    id_ = await begun(incidents, world)
    board = Board(world.floor, dict)
    board.others.append(incidents.alarms)
    assert "突发事件：人民路积水" in str(board.view())
    world.clock.turn(HOUR * 60)
    assert incidents.heard_at("12345") is None
    assert incidents.picture(world.operators["li"])["incident"] is None
    later = Incidents(world.floor, sounds, world.phones)
    await later.open()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(later.run())
        await eventually(lambda: not sounds.heard)
        running.cancel()
    (one,) = await later.last()
    assert (one.id, one.ended_by, one.ended_at) == (id_, "", one.until)
    kinds = [fact.kind for fact in await world.store.facts()]
    assert kinds[-2:] == [FactKind.INCIDENT_BEGUN, FactKind.INCIDENT_ENDED]
    assert "人民路" not in str(await world.store.facts())


async def test_the_telephone_system_knows_what_is_on_for_when_nobody_is_here(
    world: FloorWorld,
) -> None:
    """The newest of each number, until its end; taken back at once, told again when forgotten."""
    incidents = await opened(world, SoundsPeer())
    told = world.phones.announced

    def heard() -> str | None:
        return told["12345"][0] if told else None

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(incidents.run())
        await eventually(lambda: heard() == "")  # whatever a gateway before us left
        first = await begun(incidents, world)
        await eventually(lambda: heard() == first)
        assert told["12345"][1] == (await incidents.last())[0].until
        world.clock.turn(1)
        newest = await begun(incidents, world)
        await eventually(lambda: heard() == newest)
        told.clear()
        await incidents.keep()
        assert heard() == newest

        world.phones.away = True
        await incidents.end(world.operators["chen"], newest)
        with pytest.raises(PhonesUnavailable):
            await incidents.keep()
        world.phones.away = False
        await incidents.keep()
        assert heard() == first
        await incidents.end(world.operators["chen"], first)
        await eventually(lambda: heard() == "")
        running.cancel()


async def test_what_cannot_be_heard_is_not_announced(world: FloorWorld) -> None:
    """A text that no voice reads, too many at once, a store that is away: nothing is on."""
    sounds = SoundsPeer()
    incidents = await opened(world, sounds)
    with pytest.raises(Invalid):
        await begun(incidents, world, texts=("flood", ""))
    with pytest.raises(Invalid):
        await begun(incidents, world, queue="nowhere")
    with pytest.raises(Unknown):
        await incidents.end(world.operators["chen"], "a1")
    switch = StoreBehindASwitch(world.store)
    world.floor.store, switch.away = switch, True
    with pytest.raises(StoreUnavailable):
        await begun(incidents, world)
    switch.away = False
    assert not sounds.heard
    assert incidents.heard_at("12345") is None
    for _ in range(MOST_AT_ONCE):
        await begun(incidents, world)
    with pytest.raises(AlreadyTaken):
        await begun(incidents, world)


async def test_a_queue_that_is_taken_from_the_plan_takes_its_incident_along(
    world: FloorWorld,
) -> None:
    """Nobody is led where nothing is."""
    incidents = await opened(world, SoundsPeer())
    await begun(incidents, world)
    assert incidents.heard_at("12345")
    del world.floor.queues["flood"]
    assert incidents.heard_at("12345") is None

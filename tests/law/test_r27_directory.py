"""r27: the utilities' lines serve all day, are looked at daily, and have somebody on call."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from config.load import load_settings
from gateway.app.city import city_of
from gateway.core.errors import PhonesUnavailable, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.intake.city_targets import DirectoryTargets, EmergencyTargets
from gateway.intake.line_health import LineHealth
from tests.gateway.intake.floor_world import FloorWorld, floor_world


@dataclass
class TrunksPeer:
    """Trunks that answer as the test says."""

    dead: set[str] = field(default_factory=set)
    away: bool = False
    asked: int = 0

    async def answering(self, trunks: Collection[str]) -> Mapping[str, bool]:
        """Each as it was told to be."""
        self.asked += 1
        if self.away:
            raise PhonesUnavailable("away")
        return {one: one not in self.dead for one in trunks}


@dataclass
class Lines:
    """The demo city's lines over a floor."""

    world: FloorWorld
    trunks: TrunksPeer
    health: LineHealth
    emergency: EmergencyTargets
    directory: DirectoryTargets

    async def records(self) -> list[Fact]:
        """What was written of the lines, in order."""
        facts = await self.world.store.facts(limit=500)
        return [one for one in facts if one.kind is FactKind.LINES_CHECKED]


@pytest.fixture
async def lines(tmp_path: Path) -> AsyncIterator[Lines]:
    """The demo city at noon."""
    (tmp_path / "hotline.toml").write_text('[site]\ncity_profile = "demo"\n')
    city = city_of(load_settings(tmp_path / "hotline.toml"))
    async with floor_world(tmp_path) as world:
        trunks = TrunksPeer()
        health = LineHealth(world.floor, trunks, city, UTC, 6)
        now = world.clock.now()
        world.clock.turn((now.replace(hour=12, minute=0) - now + timedelta(days=1)).total_seconds())
        yield Lines(
            world=world,
            trunks=trunks,
            health=health,
            emergency=EmergencyTargets(city, lambda: health.well),
            directory=DirectoryTargets(city, lambda: health.well, UTC, world.clock),
        )


async def test_every_line_is_written_down_once_a_day(lines: Lines) -> None:
    """However often it is looked at: one record a line and day, with each trunk's state."""
    lines.trunks.dead = {"loopback-a"}
    for _ in range(3):
        await lines.health.turn()
    first = await lines.records()
    names = [one["line"] for one in lines.health.view()]
    assert [one.data["line"] for one in first] == names
    assert {"110", "119", "120", "water", "power", "gas", "heat", "telecom", "duty"} <= set(names)
    said = {one.data["line"]: (one.data["result"], one.data["trunks"]) for one in first}
    assert said["110"] == ("up", "loopback-a=down loopback-b=up")
    assert said["water"] == ("down", "loopback-a=down")
    lines.world.clock.turn(86_400)
    await lines.health.turn()
    assert len(await lines.records()) == 2 * len(first)


async def test_before_its_hour_and_without_a_telephone_nothing_is_written(lines: Lines) -> None:
    """A record says what was seen, never what was not asked."""
    lines.trunks.away = True
    await lines.health.turn()
    assert await lines.records() == []
    lines.trunks.away = False
    lines.world.clock.turn(13 * 3600)
    await lines.health.turn()
    assert await lines.records() == []
    lines.world.clock.turn(5 * 3600)
    await lines.health.turn()
    assert await lines.records()


async def test_the_last_trunk_gone_is_red_for_whoever_looks(lines: Lines) -> None:
    """In the directory that the console shows, and on the wall; back again, it is well again."""

    def red() -> set[str]:
        shown = [*lines.emergency.entries(), *lines.directory.entries()]
        return {one.get("code") or one["id"] for one in shown if not one["healthy"]}

    await lines.health.turn()
    assert (red(), list(lines.health.alarms())) == (set(), [])
    lines.trunks.dead = {"loopback-a"}
    await lines.health.turn()
    utilities = {"water", "power", "gas", "heat", "telecom"}
    assert red() == utilities, "110 has another trunk"
    lines.trunks.dead = {"loopback-a", "loopback-b"}
    await lines.health.turn()
    assert red() == utilities | {"duty", "110", "119", "120"}
    ((code, (zh, _)),) = lines.health.alarms()
    assert code == "line_dead"
    assert "110" in zh
    lines.trunks.dead = set()
    await lines.health.turn()
    assert (red(), list(lines.health.alarms())) == (set(), [])


async def test_at_every_hour_somebody_is_tried(lines: Lines) -> None:
    """Open: the utility, then who is on call; closed at night: who is on call, at once."""
    noon = lines.world.clock.now()
    open_now = lines.directory.tries("power", "", noon)
    assert [one.target_id for one in open_now] == ["power", "duty"]
    night = lines.directory.tries("power", "", noon.replace(hour=23))
    assert [one.target_id for one in night] == ["duty"]
    hours = [noon + timedelta(hours=hour) for hour in range(24 * 7)]
    ids = [one["id"] for one in lines.directory.entries()]
    assert all(lines.directory.tries(id_, "", at) for id_ in ids for at in hours)


async def test_a_target_is_chosen_by_id_and_its_number_is_never_shown(lines: Lines) -> None:
    """What is dialled stands in the city's data; what is not there is nobody's guess."""
    assert "number" not in str(lines.directory.entries()) + str(lines.emergency.entries())
    now = lines.world.clock.now()
    assert lines.emergency.title("110") == "110 公安报警"
    east = lines.emergency.tries("110", "east", now)
    assert (east[0].number, east[0].trunk) == ("1101", "loopback-b")
    assert lines.emergency.tries("122", "", now) == (), "guidance is told, not dialled"
    for ask in (lines.emergency, lines.directory):
        with pytest.raises(Unknown):
            ask.tries("13800001234", "", now)
        with pytest.raises(Unknown):
            ask.title("13800001234")

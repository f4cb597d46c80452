"""The whole simulation against a whole gateway with a real Asterisk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from config.settings import SeatSeed, Settings
from gateway.app import OurAsterisk, open_gateway, opened_store
from gateway.app.keeper import invite
from gateway.cli.simulate_call import StoreBackstage
from gateway.clock import SystemClock
from gateway.core.errors import AlreadyTaken
from gateway.core.operator import Role
from gateway.intake.accounts import Accounts
from gateway.simulate.scenario import NotEnoughSeats, Plan, simulate
from gateway.simulate.tally import Tally
from gateway.store.store import SqlStore
from gateway.telephony.free_port import free_port
from ivr.flow import prompts
from ivr.loader import MAIN, parse
from tests.asterisk_world import MUSIC_HZ, PROMPT_HZ, test_program, tone

pytestmark = pytest.mark.asterisk


@dataclass
class Hotline:
    """A running gateway, and its store from the back door."""

    plan: Plan
    store: SqlStore


@asynccontextmanager
async def hotline(tmp_path: Path, seats: int = 4) -> AsyncIterator[Hotline]:
    """Everything, in this process."""
    plain = Settings()
    settings = replace(
        plain,
        data_dir=tmp_path / "data",
        web=replace(plain.web, port=free_port()),
        asterisk=replace(plain.asterisk, sip_port=free_port()),
        seats=SeatSeed(first=8001, last=8000 + seats),
    )
    names = {name for node in parse(MAIN.read_bytes()).nodes.values() for name in prompts(node)}
    for name in names | {"please_wait", "all_busy", "reconnecting"}:
        tone(tmp_path / "prompts" / f"{name}.wav", PROMPT_HZ, 0.2)
    tone(tmp_path / "moh" / "music.wav", MUSIC_HZ, 5)
    ours = OurAsterisk(program=test_program(), prompts=tmp_path / "prompts", music=tmp_path / "moh")
    async with AsyncExitStack() as stack:
        invitation = await invite(stack, settings, ours, lambda *_: None)
        gateway = await stack.enter_async_context(open_gateway(settings, invitation))
        store = await stack.enter_async_context(opened_store(settings))
        plan = Plan(
            url=gateway.url,
            sip=(settings.asterisk.sip_host, settings.asterisk.sip_port),
            did="12345",
            calls=6,
            rate=3,
            seats=3,
            talk_seconds=1,
            patience_seconds=40,
        )
        yield Hotline(plan, store)


async def test_everyone_is_answered_and_every_screen_shows_the_right_citizen(
    tmp_path: Path,
) -> None:
    """Six citizens, three seats, twice over with the same logins; afterwards nobody is left."""
    async with hotline(tmp_path) as world:
        backstage = StoreBackstage(world.store)
        for _ in range(2):
            tally = Tally()
            await simulate(world.plan, backstage, tally)
            assert tally.went_well, tally.as_json()
            assert (tally.answered, tally.ended, tally.waiting) == (6, 6, 0)
            assert len(tally.pop_seconds) == 6
            assert max(tally.pop_seconds) < 2
        operators = await world.store.operators()
        simulated = [one for one in operators if one.simulated]
        assert {one.login for one in simulated} == {"sim-01", "sim-02", "sim-03"}
        assert not any(one.active for one in simulated)
        assert all(seat.state == "signed_out" for seat in await world.store.seats())


async def test_it_does_not_take_a_seat_from_anybody_nor_a_login(tmp_path: Path) -> None:
    """Too few seats, or a real person called sim-01: it says so and leaves nothing behind."""
    async with hotline(tmp_path, seats=2) as world:
        backstage = StoreBackstage(world.store)
        with pytest.raises(NotEnoughSeats):
            await simulate(world.plan, backstage, Tally())
        assert not any(one.active for one in await world.store.operators() if one.simulated)
        await Accounts(world.store, SystemClock()).add("sim-04", "李", Role.OPERATOR, {})
        with pytest.raises(AlreadyTaken):
            await backstage.add_operator("sim-04")

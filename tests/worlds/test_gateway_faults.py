"""Whatever happens to the gateway, nobody on the phone is dropped, and it finds them all again.

At every fault one citizen talks, one waits in the queue, and one is in the flow, or comes into it.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from config.load import load_settings
from gateway.app import opened_store
from gateway.core.contact import ContactQuery
from gateway.simulate.call import Call
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import Answer
from gateway.telephony.asterisk_process import AsteriskProcess
from tests.eventually import eventually
from tests.external_asterisk import external_gateway
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.console import Console
from tests.peers.flow_peers import flow, full_backlog, silent
from tests.store_world import call_of
from tests.walks.people import citizen, they_hear_each_other
from tests.worlds.truth import applications, asterisk_of, belief, truth

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(240)]
GUARD_SECONDS = 8
SOON_SECONDS = 5.0
WATCHDOG_SECONDS = 3.5
REBUILT_SECONDS = 60.0
QUEUES = ("civil", "enterprise", "fallback")
SKILLED = ("civil", "enterprise")
TALKER, WAITER, COMER = "13800000041", "13800000042", "13800000043"


@dataclass
class Town:
    """Two seats: li alone has the skill of the queue that is dialled, wang is free."""

    world: GatewayWorld
    asterisk: AsteriskProcess
    phones: dict[str, SipPhone] = field(default_factory=dict)
    consoles: dict[str, Console] = field(default_factory=dict)

    async def open(self, stack: AsyncExitStack) -> None:
        """Both signed in and ready, at desk phones that answer."""
        for login, seat, skill in (("li", "8001", "civil"), ("wang", "8002", "enterprise")):
            await self.world.add(login, skills={skill: 0})
            password = await self.world.phone_password(seat)
            answers = Answer(after_seconds=0.3)
            phone = SipPhone(f"desk-{seat}", self.world.sip, password, on_invite=answers)
            self.phones[login] = await stack.enter_async_context(phone)
            await phone.register()
            console = await stack.enter_async_context(self.world.console(login))
            self.consoles[login] = console
            await console.sit(seat)
            await console.ready()
            await console.seat_becomes("ready")

    async def serve_next(self, first: Call) -> Call:
        """Li's talk ends and is wrapped up; gives li's side of the next one, when both talk."""
        async with self.world.console("li") as li:
            await li.sees("talking", 20)
            await first.hang_up()
            await li.seat_becomes("wrapping_up")
            await li.post("/api/v1/seat/finish-wrap-up")
            second = await self.phones["li"].next_call(20)
            await li.sees("talking", 20)
        return second

    async def is_so(self) -> bool:
        """Whether the gateway believes what Asterisk says: no ghost call, no ghost seat."""
        believed = await belief(self.world, SKILLED)
        return believed == await truth(self.asterisk, SKILLED)

    async def in_application(self, name: str, count: int) -> None:
        """Wait until so many citizens are in this application of the dialplan."""

        async def look() -> bool:
            return [app for _, app in await applications(self.asterisk)].count(name) == count

        await eventually(look, 15)


@asynccontextmanager
async def alone(folder: Path) -> AsyncIterator[Town]:
    """The gateway beside an Asterisk of its own: nobody starts another."""
    async with external_gateway(folder, guard_seconds=GUARD_SECONDS) as (world, own):
        await eventually(world.is_ready, 60)
        yield Town(world, own)


@asynccontextmanager
async def kept(folder: Path) -> AsyncIterator[Town]:
    """The gateway below the keeper, who watches it."""
    async with gateway_world(folder) as world:
        yield Town(world, asterisk_of(world))


@asynccontextmanager
async def nobody(port: int) -> AsyncIterator[None]:
    """Nothing listens."""
    del port
    yield


Place = Callable[[int], AbstractAsyncContextManager[object]]
LASTING: dict[str, tuple[Place, float]] = {
    "refused": (nobody, SOON_SECONDS),
    "syn-dropped": (full_backlog, SOON_SECONDS),
    "silent": (lambda port: flow(port, silent), SOON_SECONDS + GUARD_SECONDS),
}
"""What stands in a killed gateway's place, and how soon a caller then has a person."""


async def another_is_ready(world: GatewayWorld, before: int) -> bool:
    """Whether the keeper's next gateway answers."""
    return bool(world.gateway_pid(before)) and await world.is_ready()


def hears_all_the_time(call: Call, since: float) -> None:
    """No hole in what this ear heard."""
    assert not call.has_ended
    assert call.heard.longest_silence(since) < 2.0


async def settle(town: Town, numbers: tuple[str, ...]) -> None:
    """Everybody has hung up: nothing is left over, and each contact says that it was answered."""

    async def nothing_left() -> bool:
        seen = await truth(town.asterisk, QUEUES)
        return not seen.calls and not seen.busy_seats and await town.is_so()

    await eventually(nothing_left, 30)
    async with opened_store(town.world.settings()) as store:
        for number in numbers:
            found = await store.contacts(ContactQuery(number=number))
            assert [call_of(record).outcome for record in found] == ["answered"], number


async def test_while_there_is_no_gateway_everybody_gets_a_person(tmp_path: Path) -> None:
    """The talk goes on, who comes falls open, who waits is kept; then all are known."""
    loop = asyncio.get_running_loop()
    async with alone(tmp_path) as town, AsyncExitStack() as stack:
        await town.open(stack)
        port = load_settings(town.world.config).asterisk.agi_port
        talker = await stack.enter_async_context(citizen(town.world, TALKER))
        talk = await town.phones["li"].next_call(20)
        await they_hear_each_other(talker, talk)
        waiter = await stack.enter_async_context(citizen(town.world, WAITER))
        await town.in_application("Queue", 2)
        await eventually(town.is_so, 15)
        killed = loop.time()
        await town.world.stop(signal.SIGKILL)
        for fault, (place, limit) in LASTING.items():
            async with place(port), citizen(town.world, COMER) as comer:
                dialled = loop.time()
                other = await town.phones["wang"].next_call(20)
                assert other.started_at - dialled < limit, fault
                await they_hear_each_other(comer, other)
            hears_all_the_time(talker, killed)
        comer = await stack.enter_async_context(citizen(town.world, COMER))
        await they_hear_each_other(comer, await town.phones["wang"].next_call(20))
        await they_hear_each_other(talker, talk)
        await town.world.start()
        await eventually(town.is_so, REBUILT_SECONDS)
        hears_all_the_time(waiter, killed)
        hears_all_the_time(talker, killed)
        await they_hear_each_other(waiter, await town.serve_next(talker))
        for call in (waiter, comer):
            await call.hang_up()
        await settle(town, (TALKER, WAITER))


async def test_a_gateway_that_falls_is_replaced_and_finds_everybody(tmp_path: Path) -> None:
    """Killed, and stopped until the watchdog kills it: one talks, one waits, one is in the flow."""
    loop = asyncio.get_running_loop()
    async with kept(tmp_path) as town, AsyncExitStack() as stack:
        world = town.world
        await town.open(stack)
        talker = await stack.enter_async_context(citizen(world, TALKER))
        talk = await town.phones["li"].next_call(20)
        await they_hear_each_other(talker, talk)
        waiter = await stack.enter_async_context(citizen(world, WAITER))
        await town.in_application("Queue", 2)
        await eventually(town.is_so, 15)
        fallen = loop.time()
        for how, limit in ((signal.SIGKILL, 0.0), (signal.SIGSTOP, WATCHDOG_SECONDS)):
            async with citizen(world, COMER) as comer:
                await town.in_application("AGI", 1)
                before, began = world.gateway_pid(), loop.time()
                os.kill(before, how)
                other = await town.phones["wang"].next_call(30)
                assert other.started_at - began < SOON_SECONDS + limit, how
                await they_hear_each_other(comer, other)
                await eventually(partial(another_is_ready, world, before), 30)
                await eventually(town.is_so, REBUILT_SECONDS)
                assert loop.time() - began < REBUILT_SECONDS
                hears_all_the_time(talker, fallen)
                hears_all_the_time(waiter, fallen)
                await they_hear_each_other(comer, other)
            async with world.console("wang") as wang:
                await wang.seat_becomes("wrapping_up", 20)
                await wang.post("/api/v1/seat/finish-wrap-up")
                await wang.seat_becomes("ready")
        await they_hear_each_other(talker, talk)
        await they_hear_each_other(waiter, await town.serve_next(talker))
        await waiter.hang_up()
        await settle(town, (TALKER, WAITER))

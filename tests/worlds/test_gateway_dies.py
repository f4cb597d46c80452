"""The gateway is killed: whoever talks goes on talking, whoever calls still reaches a person."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import Answer
from tests.eventually import eventually
from tests.external_asterisk import external_gateway
from tests.gateway_world import GatewayWorld
from tests.peers.console import Console
from tests.walks.people import citizen, they_hear_each_other

pytestmark = pytest.mark.asterisk


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[GatewayWorld]:
    """A gateway beside an Asterisk that is not its child, and one login."""
    async with external_gateway(tmp_path) as (world, _):
        await eventually(world.is_ready, 30)
        await world.add("li")
        yield world


@asynccontextmanager
async def desk(world: GatewayWorld) -> AsyncIterator[SipPhone]:
    """The phone of seat 8001, which answers soon."""
    password = await world.phone_password("8001")
    answers = Answer(after_seconds=0.3)
    async with SipPhone("desk-8001", world.sip, password, on_invite=answers) as phone:
        await phone.register()
        yield phone


@asynccontextmanager
async def ready(world: GatewayWorld) -> AsyncIterator[Console]:
    """The console of who sits there, ready."""
    async with world.console("li") as li:
        await li.sit("8001")
        await li.ready()
        await li.seat_becomes("ready")
        yield li


async def test_a_talk_outlives_the_gateway_and_is_found_again(world: GatewayWorld) -> None:
    """Kill -9 in the talk: sound goes on; after the restart seat and call are as they are.

    The record is of one call, answered by the one who took it.
    """
    async with desk(world) as phone, ready(world) as li, citizen(world, "13800000031") as call:
        seat_call = await phone.next_call(20)
        talking = await li.sees("talking")
        await they_hear_each_other(call, seat_call)
        await world.stop(signal.SIGKILL)
        await they_hear_each_other(call, seat_call)
        await world.start()
        async with world.console("li") as again:
            await again.sees("talking", 20)
            assert again.call
            assert again.call["contact_id"] == talking["contact_id"]
            assert again.seat_state == "talking"
            await they_hear_each_other(call, seat_call)
            await call.hang_up()
            await again.seat_becomes("wrapping_up")
            found = await again.search("13800000031")
            outcomes = [(one["outcome"], one["seat"]) for one in found["items"]]
            assert outcomes == [("answered", "8001")]


async def test_whoever_calls_while_the_gateway_is_dead_reaches_a_person(
    world: GatewayWorld,
) -> None:
    """No flow, no pops, no gateway: the dialplan's last queue rings the seats that were ready."""
    async with desk(world) as phone:
        async with ready(world):
            pass
        await world.stop(signal.SIGKILL)
        async with citizen(world, "13800000032") as call:
            seat_call = await phone.next_call(20)
            await they_hear_each_other(call, seat_call)
            await world.start()
            async with world.console("li") as again:
                seen = await again.sees("talking", 20)
                assert seen["number_masked"] == "138****0032"
                await call.hang_up()
                await again.seat_becomes("wrapping_up")


async def test_who_talked_when_it_died_takes_the_next_call_though_no_gateway_comes(
    world: GatewayWorld,
) -> None:
    """The pause of a talk ends with the talk: the one who waits is put through, and one more."""
    async with desk(world) as phone:
        async with ready(world) as li, citizen(world, "13800000034") as first:
            seat_call = await phone.next_call(20)
            await li.sees("talking")
            await they_hear_each_other(first, seat_call)
            await world.stop(signal.SIGKILL)
            async with citizen(world, "13800000035") as second:
                await they_hear_each_other(first, seat_call)
                await first.hang_up()
                await they_hear_each_other(second, await phone.next_call(20))
                await second.hang_up()
        async with citizen(world, "13800000036") as third:
            await they_hear_each_other(third, await phone.next_call(20))

"""A seat is lost and the gateway dies with it: the citizen is kept all the same."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.simulate.call import Call
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import AT_ONCE, Silent
from tests.eventually import eventually
from tests.external_asterisk import external_gateway
from tests.gateway_world import GatewayWorld
from tests.peers.console import Console
from tests.walks.people import citizen, they_hear_each_other

pytestmark = pytest.mark.asterisk

NUMBER = "13800000041"


@dataclass
class Torn:
    """A citizen whose seat 8001 was torn away in a talk; its phone says nothing for the moment."""

    world: GatewayWorld
    phone: SipPhone
    call: Call
    contact_id: str


@asynccontextmanager
async def torn(folder: Path, reconnect_seconds: int) -> AsyncIterator[Torn]:
    """Li talked; the console says that the seat is kept."""
    settings = {"reconnect_seconds": reconnect_seconds, "rtp_timeout_seconds": 5}
    async with external_gateway(folder, **settings) as (world, _):
        await eventually(world.is_ready, 30)
        await world.add("li")
        password = await world.phone_password("8001")
        async with (
            SipPhone("desk-8001", world.sip, password, on_invite=AT_ONCE) as phone,
            citizen(world, NUMBER) as call,
        ):
            await phone.register()
            async with world.console("li") as li:
                await li.sit("8001")
                await li.ready()
                seat_call = await phone.next_call(20)
                talking = await li.sees("talking", 20)
                await they_hear_each_other(call, seat_call)
                phone.on_invite = Silent()
                seat_call.vanish()  # no BYE: its silence is all there is to know it by
                await li.sees("reconnecting", 20)
                assert li.seat_state == "talking"
                yield Torn(world, phone, call, talking["contact_id"])


async def outcomes(console: Console) -> list[tuple[str, str]]:
    """Of this citizen: how each contact ended and at which seat."""
    found = await console.search(NUMBER)
    return [(one["outcome"], one["seat"]) for one in found["items"]]


async def test_the_next_gateway_finds_the_seat_kept_and_back(tmp_path: Path) -> None:
    """Killed and started again meanwhile: the same call, the same seat; answered once."""
    async with torn(tmp_path, reconnect_seconds=90) as one:
        await one.world.stop(signal.SIGKILL)
        await one.world.start()
        async with one.world.console("li") as li:
            seen = await li.sees("reconnecting", 20)
            assert seen["contact_id"] == one.contact_id
            assert li.seat_state == "talking"
            one.phone.on_invite = AT_ONCE
            await they_hear_each_other(one.call, await one.phone.next_call(30))
            await li.sees("talking", 20)
            await one.call.hang_up()
            await li.seat_becomes("wrapping_up", 20)
            detail = await li.get(f"/api/v1/contacts/{one.contact_id}")
            kinds = [fact["kind"] for fact in detail["facts"]]
            told = ("call_answered", "operator_lost", "operator_back")
            assert [kinds.count(kind) for kind in told] == [1, 1, 1]
            assert await outcomes(li) == [("answered", "8001")]


async def test_without_any_gateway_the_citizen_goes_to_the_next_seat(tmp_path: Path) -> None:
    """The dialplan alone gives up on the lost seat; the next gateway finds where the call is."""
    async with torn(tmp_path, reconnect_seconds=4) as one:
        await one.world.stop(signal.SIGKILL)
        password = await one.world.phone_password("8002")
        async with SipPhone("desk-8002", one.world.sip, password) as other:
            await other.register()
            await they_hear_each_other(one.call, await other.next_call(40))
            await one.world.start()
            await one.world.add("chen")
            async with one.world.console("li") as li:
                await li.seat_becomes("wrapping_up", 20)
                await they_hear_each_other(one.call, other.calls[0])
                await one.call.hang_up()

                async def ended() -> bool:
                    return await outcomes(li) == [("answered", "8002")]

                await eventually(ended, 20)

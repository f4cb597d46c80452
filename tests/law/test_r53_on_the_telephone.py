"""Row 53 (S0 articles 9 and 33; S2 article 29): what a suspended caller hears and can still do.

Told at once, with a real Asterisk: a key appeals, a key reaches 110, a message is kept; whoever is
restricted is put through to a person; with the gateway away everybody waits for one.
"""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from gateway.app import opened_store
from gateway.clock import SystemClock
from gateway.core.identity import Identity
from gateway.core.misconduct import MisconductKind
from gateway.core.operator import Role
from gateway.core.standing import Standing, StandingState
from gateway.simulate.hearing import loudness
from gateway.simulate.policy import Answer
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.walks.people import citizen, connected, operator
from tests.worlds.dispatchers import FarEnd, far_ends

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

SUSPENDED, RESTRICTED = "13900000052", "13900000053"
POLICE = {
    "code": "110",
    "title_zh": "公安报警",
    "title_en": "Police",
    "policy": "transfer",
    "key": "3",
    "regions": [{"id": "city", "title_zh": "全市", "trunks": ["police"]}],
}


@dataclass
class City:
    """A gateway, and the telephone of the police."""

    world: GatewayWorld
    police: FarEnd


async def measures(world: GatewayWorld) -> None:
    """One number is suspended, another restricted."""
    now = SystemClock().now()
    async with opened_store(world.settings()) as store:
        for number, state in (
            (SUSPENDED, StandingState.SUSPENDED),
            (RESTRICTED, StandingState.RESTRICTED),
        ):
            who = f"i-{number}"
            one = Standing(
                id=number[-2:] * 16,
                identity_id=who,
                kind=MisconductKind.INSULTING,
                state=state,
                opened_at=now,
                reminded_at=now,
                grace_until=now,
                again_at=now,
                reason="多次辱骂",
                proposed_by="a",
                approved_by="b",
                measured_at=now,
                until=now + timedelta(days=3),
                deciders=("a", "b"),
            )
            identity = Identity(id=who, account="", scheme="phone", value=number, first_seen=now)
            await store.record(identity, one)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    """Started again after the measures were taken: they outlive that."""
    folder = tmp_path_factory.mktemp("gateway")
    async with far_ends({"police": Answer(0.1)}) as ends:
        trunks = [asdict(one) for one in ends.asterisk["trunks"]]
        sip = {"sip_port": ends.asterisk["sip_port"]}
        async with gateway_world(
            folder, asterisk=sip, trunks=trunks, queue={"wrap_up_seconds": 1}, emergency=[POLICE]
        ) as world:
            world.sip = ("127.0.0.1", sip["sip_port"])
            await world.stop()
            await world.add("chen", Role.SUPERVISOR)
            await measures(world)
            await world.start()
            sounds = folder / "data" / "recordings" / "incidents"
            await eventually(lambda: len(list(sounds.glob("*.wav"))) == 2, 60)
            yield City(world, ends["police"])


async def test_r53_a_suspended_caller_is_told_and_appeals(city: City) -> None:
    """A voice says so; 9 appeals, and what they say is kept to be listened to."""
    async with citizen(city.world, SUSPENDED) as call, city.world.console("chen") as chen:
        await call.answered()
        await eventually(lambda: loudness(call.heard.samples(0.5)) > 200, 15)
        call.press("9")

        async def appealed() -> bool:
            items: list[dict[str, Any]] = (await chen.get("/api/v1/standings"))["items"]
            return {one["state"]: one["appeal"]["state"] for one in items} == {
                "suspended": "open",
                "restricted": "",
            }

        await eventually(appealed, 15)
        assert not call.has_ended
        await call.hang_up()


async def test_r53_a_suspended_caller_reaches_the_police_by_one_key(city: City) -> None:
    """While they are being told, without a seat."""
    async with citizen(city.world, SUSPENDED) as call:
        await call.answered()
        call.press("3")
        dispatcher = await city.police.phone.next_call(20)
        await dispatcher.answered()
        call.play_tone(440)
        await eventually(lambda: dispatcher.heard.hears(440), 10)
        await call.hang_up()


async def test_r53_a_restricted_caller_is_told_and_put_through(city: City) -> None:
    """No seat rings for the suspended; one does for the restricted, once they have heard it."""
    async with (
        operator(city.world, "li", "8001") as li,
        citizen(city.world, SUSPENDED) as other,
        citizen(city.world, RESTRICTED) as call,
    ):
        await connected(call, li)
        await other.answered()
        await call.hang_up()
        await other.hang_up()


async def test_r53_with_the_gateway_away_everybody_waits_for_a_person(city: City) -> None:
    """The dialplan alone suspends nobody: it falls open to the last queue."""
    gateway = city.world.gateway_pid()
    os.kill(gateway, signal.SIGSTOP)
    try:
        async with citizen(city.world, SUSPENDED) as call:
            await call.answered()
            log = city.world.data_dir

            def waits() -> bool:
                told = "".join(one.read_text("utf-8", "replace") for one in log.rglob("queue_log"))
                return "HOTLINEOPEN" in told

            await eventually(waits, 40)
            await call.hang_up()
    finally:
        with suppress(ProcessLookupError):  # a gateway that hangs is ended by itself
            os.kill(gateway, signal.SIGCONT)

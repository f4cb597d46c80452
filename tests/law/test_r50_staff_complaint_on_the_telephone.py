"""Row 50 on a real Asterisk: a key complains about staff, and whoever is meant is never rung."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from gateway.core.operator import Role
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.walks.people import Seated, citizen, connected, operator

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

KEY, NUMBER, OTHER = "5", "13900000050", "13900000051"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """A gateway where 5 during the greeting complains about staff."""
    folder = tmp_path_factory.mktemp("gateway")
    async with gateway_world(
        folder, queue={"wrap_up_seconds": 1}, staff_complaint={"key": KEY}
    ) as world:
        await world.add("chen", Role.SUPERVISOR)
        yield world


async def complaints(world: GatewayWorld) -> list[dict[str, Any]]:
    """As a supervisor who is not concerned sees them."""
    async with world.console("chen") as chen:
        items: list[dict[str, Any]] = (await chen.get("/api/v1/staff-complaints"))["items"]
        return items


async def served(number: str, world: GatewayWorld, seated: Seated) -> None:
    """This operator talked with this number just now."""
    async with citizen(world, number) as call:
        await connected(call, seated)
        await call.hang_up()
    await eventually(lambda: seated.console.seat_state == "ready", 20)


async def waiting(world: GatewayWorld) -> int:
    """How many stand in the queues."""
    async with world.console("chen") as chen:
        return sum(one["waiting"] for one in await chen.get("/api/v1/queues"))


async def test_r50_a_key_goes_past_whoever_served_them_and_others_are_served_on(
    world: GatewayWorld,
) -> None:
    """Li's turn it would be, and Wang is rung; afterwards Li is rung for others as before.

    With Li alone at work the caller is led to a message, and nobody else waits for that.
    """
    async with operator(world, "li", "8001") as li:
        await served(NUMBER, world, li)
        await li.console.post("/api/v1/seat/break", {"reason": "rest"})
        async with operator(world, "wang", "8002") as wang:
            await served(OTHER, world, wang)
            await li.console.ready()
            await li.console.seat_becomes("ready")
            rung = len(li.phone.calls)
            async with citizen(world, NUMBER) as call:
                await call.answered()
                call.press(KEY)
                seat_call = await wang.phone.next_call(40)
                await seat_call.answered()
                (one,) = await complaints(world)
                assert [who["login"] for who in one["concerned"]] == ["li"]
                await call.hang_up()
            assert len(li.phone.calls) == rung
            await eventually(lambda: wang.console.seat_state == "ready", 20)
            await wang.console.post("/api/v1/seat/break", {"reason": "rest"})
            async with citizen(world, NUMBER) as call:
                await call.answered()
                call.press(KEY)

                async def led_away() -> bool:
                    return len(await complaints(world)) == 2 and await waiting(world) == 0

                await eventually(led_away, 30)
                assert not call.has_ended
                assert len(li.phone.calls) == rung
                await served(OTHER, world, li)
                await call.hang_up()

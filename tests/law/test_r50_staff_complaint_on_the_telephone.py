"""Row 50 on a real Asterisk: a key complains about staff, and whoever is meant is never rung."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from gateway.core.operator import Role
from gateway.simulate.policy import Answer
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


async def served(call_number: str, world: GatewayWorld, seated: Seated) -> None:
    """This operator talked with this number just now."""
    async with citizen(world, call_number) as call:
        await connected(call, seated)
        await call.hang_up()
    await eventually(lambda: seated.console.seat_state == "ready", 20)


async def test_r50_a_key_goes_past_whoever_served_them_and_others_are_served_on(
    world: GatewayWorld,
) -> None:
    """Li is idle for longer and not rung; Wang is. Afterwards Li is rung as before.

    With Li alone at work the caller is led to a message, and nobody else waits for that.
    """
    async with operator(world, "li", "8001") as li:
        await served(NUMBER, world, li)
        async with citizen(world, NUMBER) as call:
            await call.answered()
            call.press(KEY)
            async with operator(world, "wang", "8002", answers=Answer(0.2)) as wang:
                seat_call = await wang.phone.next_call(60)
                await seat_call.answered()
                rung = len(li.phone.calls)
                (one,) = await complaints(world)
                assert [who["login"] for who in one["concerned"]] == ["li"]
                await call.hang_up()
                assert rung == len(li.phone.calls)
                await served(OTHER, world, wang)
                await wang.console.post("/api/v1/seat/break", {"reason": "rest"})
                await served(OTHER, world, li)
        async with citizen(world, NUMBER) as call:
            await call.answered()
            call.press(KEY)

            async def left() -> bool:
                log = "".join(
                    one.read_text("utf-8", "replace") for one in world.data_dir.rglob("queue_log")
                )
                return len(await complaints(world)) == 2 and log.count("ABANDON") >= 0

            await eventually(left, 20)
            async with citizen(world, OTHER) as other:
                await connected(other, li)
                await other.hang_up()
            await call.hang_up()

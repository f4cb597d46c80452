"""A conversation and a call at one seat, out of one queue."""

from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.visitor import visitor
from tests.walks.people import citizen, connected, operator, they_hear_each_other

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]


async def test_one_operator_has_a_chat_and_a_call_and_answers_both(world: GatewayWorld) -> None:
    """The call rings beside the open conversation; both go on, and no second one comes yet."""
    async with operator(world, "dong", "8007") as dong, visitor(world.url) as writer:
        await writer.writes("社保怎么办")
        await dong.console.accept(writer.conv)
        async with citizen(world, "13812340000") as call:
            seat_call = await connected(call, dong)
            await they_hear_each_other(call, seat_call)
            await dong.console.say(writer.conv, "请稍等，我在接电话")
            await writer.hears("接电话")
            async with visitor(world.url) as other:
                await other.writes("还有一个")
                assert dong.console.chat(other.conv) is None
                await call.hang_up()
                await dong.console.seat_becomes("wrapping_up")
                await dong.console.post("/api/v1/seat/finish-wrap-up")
                await dong.console.accept(other.conv)
                for conv in (writer.conv, other.conv):
                    await dong.console.post(f"/api/v1/chats/{conv}/close", {"code": "consult"})


@pytest.mark.asyncio(loop_scope="function")
async def test_a_seat_full_of_conversations_is_not_rung(tmp_path: Path) -> None:
    """Paused before the offer that fills it, rung again when one is closed."""
    async with (
        gateway_world(tmp_path, chat={"per_seat": 1}) as world,
        operator(world, "li", "8001") as li,
        visitor(world.url) as writer,
    ):
        await writer.writes("网上办事打不开")
        await li.console.accept(writer.conv)
        async with citizen(world, "13812340001") as call:
            await eventually(lambda: any(q["waiting"] for q in li.console.state["queues"]), 20)
            assert li.console.call is None
            await li.console.post(f"/api/v1/chats/{writer.conv}/close", {"code": "consult"})
            await connected(call, li)
            await call.hang_up()
            await li.console.seat_becomes("wrapping_up")

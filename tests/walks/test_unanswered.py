"""Nobody takes the call, or not the first one asked: the citizen still reaches a person."""

import pytest

from gateway.core.operator import Role
from gateway.simulate.policy import BUSY, Reject, Ring
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld
from tests.walks.people import citizen, connected, operator, they_hear_each_other

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]


async def test_a_caller_who_gives_up_is_abandoned(world: GatewayWorld) -> None:
    """呼损: no seat, the caller hangs up; the record says so."""
    await world.add("chen", Role.SUPERVISOR)
    async with world.console("chen") as chen:

        def waiting() -> bool:
            return any(queue["waiting"] for queue in chen.state["queues"])

        async with citizen(world, "13800000011") as call:
            await call.answered()
            await eventually(waiting, 10)
            await call.hang_up()
        await eventually(lambda: not waiting())
        found = await chen.search("13800000011")
        assert [one["outcome"] for one in found["items"]] == ["abandoned"]


@pytest.mark.parametrize(
    ("policy", "reason"),
    [(Ring(), "no_answer"), (BUSY, "busy"), (Reject(603, "Decline"), "rejected")],
    ids=["no answer", "busy", "rejected"],
)
async def test_a_seat_that_does_not_take_it_is_passed_over(
    world: GatewayWorld, policy: Ring | Reject, reason: str
) -> None:
    """The next seat rings; the first is taken out with the true reason."""
    async with operator(world, "li", "8001", answers=policy) as li, citizen(world) as call:
        await call.answered()
        await eventually(lambda: li.console.state["seat"]["reason"] == reason, 15)
        assert li.console.seat_state == "not_ready"
        async with operator(world, "wang", "8002") as wang:
            seat_call = await connected(call, wang)
            await they_hear_each_other(call, seat_call)
            await call.hang_up()


async def test_two_calls_and_two_seats_have_each_their_own_pop(world: GatewayWorld) -> None:
    """No pop on a wrong screen, no seat with two calls."""
    async with (
        operator(world, "li", "8001") as li,
        operator(world, "wang", "8002") as wang,
        citizen(world, "13800000001") as one,
        citizen(world, "13800000002") as two,
    ):
        await one.answered()
        await two.answered()
        first = await li.console.sees("talking", 15)
        second = await wang.console.sees("talking", 15)
        assert first["contact_id"] != second["contact_id"]
        assert {first["number_masked"], second["number_masked"]} == {
            "138****0001",
            "138****0002",
        }
        assert li.console.pops == [first["contact_id"]]
        assert wang.console.pops == [second["contact_id"]]
        assert (len(li.phone.calls), len(wang.phone.calls)) == (1, 1)


async def test_a_caller_who_waited_too_long_goes_on_to_the_last_queue(
    world: GatewayWorld,
) -> None:
    """Timed out is not dropped: whoever is there answers, and the record says both."""
    async with (
        operator(world, "zhao", "8003", skills={"enterprise": 0}) as zhao,
        citizen(world, "13800000021") as call,
    ):
        seat_call = await connected(call, zhao)
        await they_hear_each_other(call, seat_call)
        assert zhao.console.call
        path = f"/api/v1/contacts/{zhao.console.call['contact_id']}"
        kinds = [fact["kind"] for fact in (await zhao.console.get(path))["facts"]]
        assert "call_timed_out" in kinds
        assert zhao.console.call["queue"] == "fallback"
        await call.hang_up()


async def test_a_pop_nobody_paints_rings_elsewhere(world: GatewayWorld) -> None:
    """A frozen browser: after 5 s, before the ring would end, the call rings at another seat."""
    async with operator(world, "li", "8001", answers=Ring()) as li:
        li.console.paints = False
        async with citizen(world) as call:
            await call.answered()
            await eventually(lambda: li.console.state["seat"]["reason"] == "unreachable", 15)
            async with operator(world, "wang", "8002") as wang:
                await connected(call, wang)
                await call.hang_up()

"""Human first (GB/T 33358): keys are shortcuts, nobody needs one."""

import pytest

from gateway.app import opened_store
from gateway.clock import SystemClock
from gateway.core.citizen import CallerFlag, FlagKind
from tests.gateway_world import GatewayWorld
from tests.walks.people import citizen, connected, operator

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.parametrize(
    ("key", "queue"), [("", "civil"), ("0", "civil"), ("2", "enterprise"), ("9", "civil")]
)
async def test_a_key_during_the_greeting_is_a_shortcut_and_none_is_needed(
    world: GatewayWorld, key: str, queue: str
) -> None:
    """No key and 0 reach a person; 2 the enterprise queue; a key without meaning harms nobody."""
    async with operator(world, "li", "8001") as li, citizen(world) as call:
        await call.answered()
        if key:
            call.press(key)
        await connected(call, li)
        assert li.console.call
        assert li.console.call["queue"] == queue
        await call.hang_up()


async def test_an_elder_goes_straight_to_a_person(world: GatewayWorld) -> None:
    """A flagged number hears no greeting menu: the wait is shorter than the greeting."""
    flag = CallerFlag(number="13900000065", kind=FlagKind.ELDER, note="听力不便")
    async with opened_store(world.settings()) as store:
        await store.record(flag)
        assert await store.flags(flag.number, SystemClock().now())
    async with operator(world, "li", "8001") as li, citizen(world, flag.number) as call:
        await connected(call, li)
        assert li.console.call
        assert li.console.call["flags"] == [{"kind": "elder", "note": "听力不便"}]
        assert li.console.call["wait_seconds"] < 2.0
        await call.hang_up()

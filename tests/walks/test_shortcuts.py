"""Human first (GB/T 33358): keys are shortcuts, nobody needs one."""

import pytest

from tests.eventually import eventually
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
    """A number that an operator marked during one call hears no greeting menu at the next."""
    number = "13900000065"
    shown = [{"kind": "elder", "note": "听力不便", "until": None}]
    async with operator(world, "li", "8001") as li:
        async with citizen(world, number) as first:
            await connected(first, li)
            assert li.console.call
            assert li.console.call["flags"] == []
            waited = li.console.call["wait_seconds"]
            path = f"/api/v1/contacts/{li.console.call['contact_id']}/flags"
            await li.console.post(path, {"kind": "elder", "note": "听力不便"})
            await eventually(lambda: li.console.call and li.console.call["flags"] == shown)
            await first.hang_up()
        await li.console.seat_becomes("ready")
        async with citizen(world, number) as second:
            await connected(second, li)
            assert li.console.call
            assert li.console.call["flags"] == shown
            assert li.console.call["wait_seconds"] < min(2.0, waited - 1.0)
            await second.hang_up()

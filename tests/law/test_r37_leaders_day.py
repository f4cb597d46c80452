"""Row 37 (S1 article 11, S4 article 36): leaders take turns at the hotline and answer citizens.

Booked by date, with a seat and a key; the citizen hears who answers today; an assistant hears each
call; the day has figures of its own, and a list of who is to be called back.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from gateway.core.operator import Role
from tests.ears import Ears
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.walks.people import citizen, connected, operator

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

WHERE = "/api/v1/leader-days"
LEADERS = {"name": "leaders", "title_zh": "领导接听", "title_en": "Leaders"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """One number, and a queue that nothing but a booking leads to."""
    folder = tmp_path_factory.mktemp("leaders")
    async with gateway_world(folder, numbers=[{"did": "12345"}], queues=[LEADERS]) as world:
        await world.add("chen", Role.SUPERVISOR)
        yield world


def today() -> dict[str, Any]:
    """From this minute on until the evening, at 8001, assisted at 8002."""
    now = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai"))
    ends = min(now + timedelta(hours=10), now.replace(hour=23, minute=59))
    times = {"date": now.date().isoformat(), "begins": f"{now:%H:%M}", "ends": f"{ends:%H:%M}"}
    leader = {"name": "张三", "title": "副市长", "department": "市政府", "seat": "8001"}
    return {
        **times,
        **leader,
        "assistant": "8002",
        "queue": "leaders",
        "key": "8",
        "dids": ["12345"],
    }


async def test_r37_a_citizen_talks_to_the_leader_whose_assistant_hears_and_whispers(
    world: GatewayWorld,
) -> None:
    """By key 8; who presses nothing reaches an operator; the day has its own figures."""
    people = Ears()
    async with (
        operator(world, "zhang", "8001", skills={}) as leader,
        operator(world, "wang", "8002") as wang,
        operator(world, "li", "8003") as li,
        world.console("chen") as chen,
    ):
        day = await chen.post(WHERE, today())
        welcome = world.data_dir / "recordings" / "incidents"
        assert list(welcome.glob(f"{day['id']}*.wav"))
        async with citizen(world, "13987650021") as call:
            await call.answered()
            call.press("8")
            people.add("seat", await connected(call, leader))
            people.add("citizen", call)
            people.add("expert", await wang.phone.next_call(10))
            await people.hear(citizen="seat", seat="citizen", expert="citizen seat")
            shown = await eventually(lambda: wang.console.state["shadow"])
            assert (shown["leader"], shown["mode"]) == ("副市长张三", "listen")
            assert leader.console.call
            assert leader.console.call["queue"] == "leaders"
            contact = leader.console.call["contact_id"]
            whisper = {"contact_id": contact, "mode": "whisper"}
            await wang.console.post(f"{WHERE}/shadow", whisper)
            await people.hear(citizen="seat", seat="citizen expert", expert="citizen seat")
            await call.hang_up()
        await leader.console.seat_becomes("wrapping_up")
        await wang.console.seat_becomes("ready")
        assert wang.console.state["shadow"] is None
        written = {"code": "consult", "note": "", "caller_name": ""}
        await leader.console.put(f"/api/v1/contacts/{contact}/disposition", written)
        async with citizen(world, "13987650022") as call:
            await connected(call, li)
            await call.hang_up()
        found = await chen.get(f"{WHERE}/{day['id']}/report")
        assert (found["offered"], found["answered"], found["elsewhere"]) == (1, 1, 0)
        assert (found["matters"], found["back"]) == ({"consult": 1}, [])
        await chen.post(f"{WHERE}/{day['id']}/cancel")
        assert not list(welcome.glob(f"{day['id']}*.wav"))

"""Row 30 (S2§13, S4§18, S3§5): in an emergency the hotline says what is known, and takes reports.

An announcement is live at once, without a restart; it is over by itself.
"""

import base64
import io
import os
import signal
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from gateway.core.operator import Role
from gateway.simulate.call import Call
from tests.asterisk_world import tone
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.walks.people import citizen, connected, operator

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

SAID_HZ = 1000
OTHER = "12315"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """Two numbers, both led to the civil queue."""
    folder = tmp_path_factory.mktemp("incident")
    async with gateway_world(folder, numbers=[{"did": "12345"}, {"did": OTHER}]) as world:
        await world.add("chen", Role.SUPERVISOR)
        yield world


def sound(folder: Path) -> str:
    """Three seconds of a tone that nothing else makes."""
    return base64.b64encode(tone(folder / "said.wav", SAID_HZ, 3).read_bytes()).decode()


def announcement(**more: Any) -> dict[str, Any]:
    """For callers of 12345."""
    usual = {"text_zh": "人民路水管爆裂，正在抢修。", "dids": ["12345"], "queue": "enterprise"}
    return {**usual, "minutes": 60, "key": "7", "rank": 30, **more}


async def hears(call: Call) -> None:
    """The announcement, at the citizen's ear."""
    await eventually(lambda: call.heard.hears(SAID_HZ, 0.5), 15)


async def test_r30_every_caller_hears_it_and_a_key_leads_to_those_who_deal_with_it(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """Announced while the hotline runs; seen on every console; another number's callers do not."""
    async with operator(world, "li", "8001") as li, world.console("chen") as chen:
        made = await chen.post("/api/v1/incidents", announcement(wav=sound(tmp_path)))
        await eventually(lambda: bool(li.console.state["incident"]))
        assert li.console.state["incident"]["text_zh"] == made["text_zh"]
        assert li.console.state["incident"]["until"] == made["until"]

        async with citizen(world, "13987650011") as call:
            await hears(call)
            call.press("7")
            await connected(call, li)
            assert li.console.call
            assert li.console.call["queue"] == "enterprise"
            await call.hang_up()
        await li.console.seat_becomes("wrapping_up")
        await li.console.post("/api/v1/seat/finish-wrap-up")
        async with citizen(world, "13987650012", OTHER) as call:
            await connected(call, li)
            assert not call.heard.hears(SAID_HZ, 0.3)
            assert li.console.call["queue"] == "civil"
            await call.hang_up()
        await chen.post(f"/api/v1/incidents/{made['id']}/end")
        await eventually(lambda: li.console.state["incident"] is None)
        (one,) = (await chen.get("/api/v1/incidents"))["items"]
        assert not one["on"]
        assert one["ended_at"] < one["until"]


async def test_r30_who_calls_while_the_gateway_is_dead_hears_it_too(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """From the telephone system alone; the next gateway ends it as usual."""
    async with world.console("chen") as chen:
        made = await chen.post("/api/v1/incidents", announcement(wav=sound(tmp_path)))
    async with citizen(world, "13987650014") as call:
        await hears(call)
    killed = world.gateway_pid()
    os.kill(killed, signal.SIGKILL)
    async with citizen(world, "13987650015") as call:
        await hears(call)
    await eventually(lambda: world.gateway_pid(killed), 30)
    await eventually(world.is_ready, 30)
    async with world.console("chen") as chen:
        await chen.post(f"/api/v1/incidents/{made['id']}/end")
        assert not any(one["on"] for one in (await chen.get("/api/v1/incidents"))["items"])


async def test_r30_a_voice_reads_what_was_written(world: GatewayWorld) -> None:
    """In the prompts' own voice, as a sound that the telephone system can play."""
    async with world.console("chen") as chen:
        made = await chen.post("/api/v1/incidents", announcement(key=""))
        (file,) = (world.data_dir / "recordings" / "incidents").glob(f"{made['id']}.wav")
        with wave.open(io.BytesIO(file.read_bytes())) as said:
            assert (said.getframerate(), said.getnchannels()) == (8000, 1)
            assert said.getnframes() > 4 * 8000
        await chen.post(f"/api/v1/incidents/{made['id']}/end")
        assert not file.exists()

"""Who waits may leave a message: it is listed, heard by who calls back, and nobody is punished."""

import signal
import wave
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from gateway.core.operator import Role
from gateway.simulate.call import Call
from gateway.simulate.policy import Ring
from tests.eventually import eventually, remains
from tests.external_asterisk import external_gateway
from tests.gateway_world import GatewayWorld
from tests.peers.console import Console
from tests.walks.people import CITIZEN_HZ, citizen, operator

pytestmark = pytest.mark.asterisk
SPOKEN_BYTES = 32_000
"""Two seconds."""


async def leaves_a_message(folder: Path, call: Call, *, hangs_up: bool = False) -> None:
    """Press the key, speak after the beep, end with # or by hanging up."""

    def begun() -> Path | None:
        return next(iter(folder.glob("*-voicemail.wav")), None)

    assert begun() is None
    call.press("*")
    path = await eventually(begun, 20)
    call.play_tone(CITIZEN_HZ)
    await eventually(lambda: path.stat().st_size > SPOKEN_BYTES, 10)
    if hangs_up:
        await call.hang_up()
    else:
        call.press("#")
        await call.ended(15)


async def messages(console: Console) -> list[dict[str, Any]]:
    """The callbacks of people who left one."""
    items = (await console.get("/api/v1/callbacks"))["items"]
    return [one for one in items if one["reason"] == "voicemail"]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_message_is_listed_and_heard(world: GatewayWorld) -> None:
    """Rung seats lose nothing by it; the list, its sound and the figures say what happened."""
    recordings = world.data_dir / "recordings"
    async with operator(world, "li", "8001", answers=Ring()) as li:
        async with citizen(world, "13800000021") as call:
            await call.answered()
            await li.console.sees("offered", 20)
            await leaves_a_message(recordings, call)
        await li.console.seat_becomes("ready")
        await remains(lambda: li.console.seat_state == "ready", 1)
        found = await eventually(lambda: messages(li.console), 20)
        (entry,) = found
        assert entry["number_masked"] == "138****0021"
        path = f"/api/v1/callbacks/{entry['id']}/voicemails"
        (message,) = (await li.console.get(path))["items"]
        assert message["contact_id"] == entry["contact_id"]
        assert message["seconds"] > 1.5
        sound = await li.console.sound(f"{path}/{entry['contact_id']}")
        with wave.open(BytesIO(sound)) as file:
            assert file.getnframes() / file.getframerate() == pytest.approx(message["seconds"], 0.1)
        assert not any(queue["waiting"] for queue in li.console.state["queues"])
    await world.add("chen", Role.SUPERVISOR)
    async with world.console("chen") as chen:
        (contact,) = (await chen.search("13800000021"))["items"]
        assert contact["outcome"] == "abandoned"


async def test_a_message_is_not_lost_with_the_gateway(tmp_path: Path) -> None:
    """Left while nobody listened, without a number: listed once the gateway is back, once."""
    async with external_gateway(tmp_path) as (world, asterisk):
        await eventually(world.is_ready, 30)
        await world.add("li", skills={"civil": 0})
        await world.stop(signal.SIGKILL)
        async with citizen(world, "13800000022") as call:
            await call.answered()
            await eventually(lambda: call.heard.packets > 100, 20)
            await leaves_a_message(asterisk.dirs.recordings, call, hangs_up=True)
        for _ in range(2):
            await world.start()
            async with world.console("li") as li:
                (entry,) = await eventually(lambda: messages(li), 20)
                assert entry["number_masked"] == ""
                (message,) = (await li.get(f"/api/v1/callbacks/{entry['id']}/voicemails"))["items"]
                assert message["seconds"] > 1.5
            await world.stop(signal.SIGTERM)

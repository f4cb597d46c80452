"""Row 8 (S0§12, S2§8, S4§12): recorded fully; sound and words belong to the contact."""

from __future__ import annotations

from pathlib import Path

import pytest

from asr.writing import line_written
from tests.eventually import eventually
from tests.gateway_world import gateway_world
from tests.peers.console import Json
from tests.peers.speaker import LAMP, speak_to
from tests.walks.people import citizen, connected, operator

pytestmark = pytest.mark.asterisk


async def test_r08_the_words_of_a_call_stand_with_its_recording(tmp_path: Path) -> None:
    """One contact: its recording, its transcript with times in that recording, both noted."""
    async with (
        gateway_world(tmp_path, queue={"wrap_up_seconds": 2}, speech={"workers": 1}) as world,
        operator(world, "li", "8001") as li,
    ):
        await eventually(lambda: li.console.state["hearing"]["state"] == "up", 60)
        async with citizen(world) as call:
            await connected(call, li)
            assert li.console.call
            path = f"/api/v1/contacts/{li.console.call['contact_id']}"
            await eventually(lambda: li.console.state["words"]["live"]["citizen"], 20)
            call.sound.play_file(speak_to(tmp_path / "said.wav", LAMP))
            await eventually(lambda: li.console.state["words"]["last_seq"], 20)
            await call.hang_up()

        async def whole() -> Json | None:
            detail = await li.console.get(path)
            return dict(detail["contact"]) if detail["contact"]["recording"] else None

        contact = await eventually(whole, 20)
        transcript = await li.console.get(f"{path}/transcript")
        (said, *_) = transcript["items"]
        assert said["party"] == "citizen"
        assert set(said["text"]) & set(line_written(LAMP))
        assert 0 < said["begin_seconds"] < said["end_seconds"] <= contact["recording"]["seconds"]
        kinds = {fact["kind"] for fact in (await li.console.get(path))["facts"]}
        assert {"recording_stored", "segment_heard", "transcript_viewed"} <= kinds

"""The flow that listens, in the whole program: words lead on, what is kept of them is where to."""

from pathlib import Path

import pytest

from gateway.app import opened_store
from gateway.core.contact import ContactQuery
from gateway.core.facts import FactKind
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.speaker import model_folder, speak_to
from tests.walks.people import citizen, connected, operator

pytestmark = pytest.mark.asterisk
LICENCE = "我 要 咨询 营业 执照"


async def kept(world: GatewayWorld, kind: FactKind) -> list[dict[str, object]]:
    """What facts of this kind hold."""
    async with opened_store(world.settings()) as store:
        return [dict(one.data) for one in await store.facts(limit=500) if one.kind is kind]


async def test_a_spoken_word_leads_to_its_queue_and_no_word_is_kept(tmp_path: Path) -> None:
    """The pop shows the queue; facts say which notice was heard and what decided."""
    speech = {"flow": "speech", "model": str(model_folder()), "workers": 1}
    async with (
        gateway_world(tmp_path, speech=speech) as world,
        operator(world, "li", "8001") as li,
    ):
        said = speak_to(tmp_path / "said.wav", LICENCE)
        async with citizen(world) as call:
            await call.answered()
            await eventually(lambda: call.heard.packets > 170)  # 3.4 s: the greeting is over
            call.sound.play_file(said)
            await connected(call, li)
            assert li.console.call
            assert li.console.call["queue"] == "enterprise"
            await call.hang_up()
        await eventually(lambda: li.console.seat_state != "talking", 10)
        (chosen,) = await kept(world, FactKind.SPEECH_CHOSE)
        assert chosen == {"target": "enterprise", "by": "word"}
        (told,) = await kept(world, FactKind.NOTICE_TOLD)
        assert str(told["notice_id"]).startswith("greeting-")
        async with opened_store(world.settings()) as store:
            assert len(await store.contacts(ContactQuery(queue="enterprise"))) == 1

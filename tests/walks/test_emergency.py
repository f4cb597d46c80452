"""An emergency over real telephones: one click, three hear each other, 110's system has it all.

R25 to R27: nobody is dropped, the packet and the order go both ways, and a line that does not
answer gives the citizen back to the operator, whom they never stopped hearing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Any

import pytest
import pytest_asyncio

from gateway.clock import SystemClock
from gateway.core.operator import Role
from gateway.simulate.policy import AT_ONCE, BUSY, Reject, Ring
from tests.ears import Ears
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.emergency_peer import SECRET, EmergencyPeer, emergency_peer
from tests.peers.speaker import FIRE, speak_to
from tests.walks.people import Seated, citizen, connected, operator
from tests.walks.test_conference import asked, refused
from tests.worlds.dispatchers import FarEnd, far_ends
from tests.worlds.room import heard_in
from tests.worlds.test_emergency_chain import quiet_seconds

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]
NUMBER = "13800000110"
REASON = "有人持刀，在人民路 8 号"
MOST_SILENCE_SECONDS = 0.5
TRUNKS = {"busy": BUSY, "dead": None, "police": AT_ONCE, "refuses": Reject(503), "asleep": Ring()}


@dataclass
class City:
    """A gateway that hears; the telephone and the system of 110."""

    world: GatewayWorld
    police: FarEnd
    system: EmergencyPeer

    def packet(self) -> dict[str, Any]:
        """The newest version of what 110's system was told, {} before that."""
        return next(iter(self.system.packets.values()), {})

    async def order(self, status: str) -> None:
        """110's system says how its order stands."""
        hook = f"{self.world.url}/hooks/emergency/110"
        assert await self.system.tell(hook, self.packet()["id"], status) == 200


def line(code: str, trunks: list[str], **more: Any) -> dict[str, Any]:
    """An emergency line of the settings."""
    region = {"id": "city", "title_zh": "全市", "trunks": trunks}
    title = {"title_zh": f"紧急 {code}", "title_en": f"Emergency {code}"}
    return {"code": code, **title, "policy": "transfer", "regions": [region], **more}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    """110 is reached over the third trunk; behind those of 119 nobody answers."""
    folder = tmp_path_factory.mktemp("gateway")
    secret = folder / "110.secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    async with far_ends(TRUNKS) as ends, emergency_peer(SystemClock()) as system:
        hook = {"hook_url": system.url, "hook_secret_file": str(secret)}
        lines = [
            line("110", ["busy", "dead", "police"], **hook),
            line("119", ["refuses", "asleep"], ring_seconds=5),
        ]
        sip = {"sip_port": ends.asterisk["sip_port"]}
        async with gateway_world(
            folder,
            asterisk=sip,
            trunks=[asdict(one) for one in ends.asterisk["trunks"]],
            queue={"wrap_up_seconds": 1},
            emergency=lines,
            speech={"workers": 1},
        ) as world:
            world.sip = ("127.0.0.1", sip["sip_port"])
            await world.add("chen", Role.SUPERVISOR)
            yield City(world, ends["police"], system)


async def says_it_burns(city: City, li: Seated, call: Any) -> None:
    """The citizen says so, some times if need be, until the operator reads it."""
    both = {"citizen": True, "seat": True}
    await eventually(lambda: (li.console.state["words"] or {}).get("live") == both, 30)
    said = speak_to(city.world.folder / "fire.wav", *[FIRE] * 3)
    call.sound.play_file(said)
    assert li.console.call
    path = f"/api/v1/contacts/{li.console.call['contact_id']}/transcript"

    async def read() -> bool:
        return "着火" in str(await li.console.get(path))

    await eventually(read, 25)


async def test_110_has_the_citizen_the_packet_and_the_order(city: City) -> None:
    """Click, two seconds to undo, the third trunk answers; all is heard, told and recorded."""
    ears = Ears()
    async with operator(city.world, "li", "8001") as li, citizen(city.world, NUMBER) as call:
        seat = ears.add("seat", await connected(call, li))
        await says_it_burns(city, li, call)
        ears.add("citizen", call)
        await ears.hear(citizen="seat", seat="citizen")
        path = await asked(li.console, role="dispatcher", target="110", mode="join", reason=REASON)
        assert not city.police.phone.calls, "nobody is dialled while it can be undone"
        ears.add("expert", await city.police.phone.next_call(20))
        await li.console.sees("conference")
        await ears.hear(citizen="seat expert", seat="citizen expert", expert="citizen seat")
        assert quiet_seconds(call.heard.samples(30)) < MOST_SILENCE_SECONDS

        packet = await eventually(lambda: city.packet().get("answered") and city.packet())
        assert (packet["number"], packet["dialled"], packet["line"]) == (NUMBER, "12345", "110")
        assert (packet["reason"], packet["region"]) == (REASON, "110 全市")
        assert any("着火" in one["text"] for one in packet["words"])
        assert city.system.forged == 0
        async with city.world.console("chen") as chen:

            async def taken() -> bool:
                shown = (await chen.get("/api/v1/emergencies"))["items"]
                return [(one["their_id"], one["taken"]) for one in shown] == [("JQ-1", True)]

            await eventually(taken)
            await city.order("dispatched")
            open_ = (await chen.get("/api/v1/emergencies"))["items"]
            assert [one["order"] for one in open_] == ["dispatched"]

            assert await refused(li.console, f"{path}/leave", {}) == "not-verified"
            await li.console.post(f"{path}/reach/verified")
            await li.console.post(f"{path}/leave")
            await seat.ended(15)
            await ears.hear(citizen="expert", expert="citizen")
            assert quiet_seconds(call.heard.samples(30)) < MOST_SILENCE_SECONDS
            await call.hang_up()
            await city.police.phone.calls[0].ended(10)
            await city.order("done")

            async def closed() -> bool:
                return not (await chen.get("/api/v1/emergencies"))["items"]

            await eventually(closed)
        heard, _ = heard_in(city.world.data_dir / "recordings" / packet["recording"])
        assert heard >= {"citizen", "seat", "expert"}


async def test_when_nobody_answers_the_citizen_never_lost_the_operator(city: City) -> None:
    """503, then a telephone that only rings: who is told is the operator; both talked on."""
    ears = Ears()
    async with operator(city.world, "wang", "8002") as wang, citizen(city.world) as call:
        ears.add("seat", await connected(call, wang))
        ears.add("citizen", call)
        await ears.hear(citizen="seat", seat="citizen")
        await asked(wang.console, role="dispatcher", target="119", mode="join")

        def failed() -> bool:
            reach = (wang.console.call or {}).get("reach") or {}
            return bool(reach.get("state") == "failed")

        await eventually(failed, 25)
        await ears.hear(citizen="seat", seat="citizen")
        assert quiet_seconds(call.heard.samples(15)) < MOST_SILENCE_SECONDS
        await call.hang_up()
        await wang.console.seat_becomes("wrapping_up")

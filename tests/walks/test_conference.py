"""Others are brought into a call and take it over, whoever dies meanwhile: nobody is dropped."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

import pytest
import pytest_asyncio

from gateway.core.operator import Role
from gateway.simulate.call import Call
from gateway.simulate.policy import AT_ONCE, Answer
from tests.ears import Ears
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.console import Console
from tests.walks.people import Seated, citizen, connected, operator
from tests.worlds.dispatchers import FarEnd, far_ends

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

POLICE = {
    "code": "110",
    "title_zh": "公安报警",
    "title_en": "Police",
    "policy": "transfer",
    "regions": [{"id": "city", "title_zh": "全市", "trunks": ["dead", "police"]}],
}
RING_SECONDS = 3


@dataclass
class City:
    """A gateway, and the telephones of an expert and of the police behind their trunks."""

    world: GatewayWorld
    expert: FarEnd
    police: FarEnd

    @asynccontextmanager
    async def dies(self, console: Console) -> AsyncIterator[Console]:
        """The gateway is killed; this console at the next one, as it knows everything again."""
        killed = self.world.gateway_pid()
        os.kill(killed, signal.SIGKILL)
        await eventually(lambda: self.world.gateway_pid(killed), 30)
        await eventually(self.world.is_ready, 30)
        console.state = {}
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(console.live())
            await eventually(lambda: console.state)
            yield console
            listening.cancel()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    """One department with one expert; 110 over a dead trunk and one that answers."""
    folder = tmp_path_factory.mktemp("gateway")
    policies = {"expert": Answer(RING_SECONDS), "dead": None, "police": AT_ONCE}
    async with far_ends(policies) as ends:
        trunks = [asdict(one) for one in ends.asterisk["trunks"]]
        sip = {"sip_port": ends.asterisk["sip_port"]}
        wrap_up = {"wrap_up_seconds": 120}
        async with gateway_world(
            folder, asterisk=sip, trunks=trunks, queue=wrap_up, emergency=[POLICE]
        ) as world:
            world.sip = ("127.0.0.1", sip["sip_port"])
            await world.add("root", Role.ADMIN)
            async with world.console("root") as root:
                department = {"title_zh": "人社局", "ring_seconds": 20}
                await put(root, "/api/v1/departments/shebao", department)
                expert = {"department_id": "shebao", "name": "赵一", "number": "13700000001"}
                always = {"trunk": "expert", "duties": ["1-7 00:00-23:59"]}
                await put(root, "/api/v1/experts/zhao", expert | always)
            yield City(world, ends["expert"], ends["police"])


async def put(console: Console, path: str, body: dict[str, Any]) -> None:
    """A replacement that is answered with nothing."""
    async with console.http.put(console.url + path, json=body) as answer:
        assert answer.status == 204, await answer.text()


async def refused(console: Console, path: str, body: dict[str, Any]) -> str:
    """Why this is not done."""
    async with console.http.post(console.url + path, json=body) as answer:
        assert answer.status == 409, f"{path}: {answer.status}"
        return str((await answer.json())["code"])


async def asked(console: Console, **wish: Any) -> str:
    """Ask for somebody; the path of the call."""
    assert console.call
    path = f"/api/v1/calls/{console.call['contact_id']}"
    await console.post(f"{path}/reach", wish)
    return path


async def one_guest(console: Console, **expected: Any) -> dict[str, Any]:
    """Until this screen shows one guest who takes part so."""

    def there() -> dict[str, Any] | None:
        guests = (console.call or {}).get("guests", [])
        found = [one for one in guests if expected.items() <= one.items()]
        there.__qualname__ = f"{expected} in {guests}"
        return found[0] if found else None

    return await eventually(there, 20)


async def hears_no_person(ears: Ears, call: Call, **others: str) -> None:
    """Music or words in the citizen's ear, none of the people; the others hear each other so."""

    def so() -> bool:
        heard = ears.heard()
        so.__qualname__ = f"{others} but {heard}"
        there = {name: {*who.split()} for name, who in others.items()}
        citizens = heard.pop("citizen") & {"seat", "expert"}
        return heard == there and not citizens and call.heard.loudness() > 100

    await eventually(so, 20)


async def back_with_a_seat_first(seated: Seated, console: Console, ears: Ears, first: str) -> None:
    """The citizen is told, and then served before who waits: the next free seat has them."""

    async def waits() -> bool:
        found = await console.get(f"/api/v1/contacts/{first}")
        return bool(found["contact"]["state"] == "waiting")

    await eventually(waits, 20)
    await console.ready()
    ears.add("seat", await seated.phone.next_call(20))
    talk = await console.sees("talking", 20)
    assert talk["contact_id"] == first
    await ears.hear(citizen="seat", seat="citizen")


async def test_an_expert_is_asked_joins_and_has_the_citizen_whoever_dies(city: City) -> None:
    """Consult, join, hand over; the gateway is killed while the expert rings, and in three.

    At last the expert goes: the citizen heads the line.
    """
    ears, world = Ears(), city.world
    async with operator(world, "li", "8001") as li, citizen(world, "13800000081") as call:
        ears.add("seat", await connected(call, li))
        ears.add("citizen", call)
        await ears.hear(citizen="seat", seat="citizen")
        path = await asked(li.console, role="expert", target="shebao", consent=True)
        ears.add("expert", await city.expert.phone.next_call(10))
        async with city.dies(li.console) as again:
            await again.sees("consulting", 20)
            guest = await one_guest(again, role="expert", mode="consult", state="in")
            assert again.call
            assert again.call["reach"]["state"] == "in"
            await hears_no_person(ears, call, seat="expert", expert="seat")
            await again.post(f"{path}/guests/{guest['id']}/mode", {"mode": "join"})
            await again.sees("conference")
            await ears.hear(citizen="seat expert", seat="citizen expert", expert="citizen seat")
        async with city.dies(li.console) as again:
            await again.sees("conference", 20)
            await one_guest(again, id=guest["id"], mode="join", state="in")
            assert again.seat_state == "talking"
            await ears.hear(citizen="seat expert", seat="citizen expert", expert="citizen seat")
            await again.post(f"{path}/leave")
            await again.seat_becomes("wrapping_up")
            await ears.hear(citizen="expert", expert="citizen")
            async with citizen(world, "13800000082") as later:
                await later.answered()
                await city.expert.phone.calls[0].hang_up()
                await hears_no_person(ears, call)
                await back_with_a_seat_first(li, again, ears, path.rsplit("/", 1)[1])
            await call.hang_up()
            await again.seat_becomes("wrapping_up")


async def test_a_dispatcher_is_found_and_has_understood_before_the_operator_goes(
    city: City,
) -> None:
    """Over the second trunk; until it is verified nobody leaves the citizen alone."""
    ears, world = Ears(), city.world
    async with operator(world, "li", "8001") as li, citizen(world, "13800000083") as call:
        ears.add("seat", await connected(call, li))
        ears.add("citizen", call)
        path = await asked(li.console, role="dispatcher", target="110", mode="join")
        ears.add("expert", await city.police.phone.next_call(20))
        await li.console.sees("conference")
        await ears.hear(citizen="seat expert", seat="citizen expert", expert="citizen seat")
        for way, body in (("leave", {}), ("park", {}), ("transfer", {"queue": "enterprise"})):
            assert await refused(li.console, f"{path}/{way}", body) == "not-verified"
        await li.console.post(f"{path}/reach/verified")
        await li.console.post(f"{path}/leave")
        await li.console.seat_becomes("wrapping_up")
        await ears.hear(citizen="expert", expert="citizen")
        await city.police.phone.calls[0].hang_up()
        await hears_no_person(ears, call)
        await back_with_a_seat_first(li, li.console, ears, path.rsplit("/", 1)[1])
        await call.hang_up()
        await li.console.seat_becomes("wrapping_up")

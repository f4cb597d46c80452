"""A kept place is called when its turn has come, with sound, once, whoever dies meanwhile."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Any

import pytest
import pytest_asyncio

from config.settings import Trunk
from gateway.simulate.policy import Answer
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.walks.people import Seated, citizen, operator, they_hear_each_other
from tests.worlds.dispatchers import FarEnd, far_ends

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]


@dataclass
class City:
    """A gateway, and the telephones of those whom it calls behind a trunk that leads out."""

    world: GatewayWorld
    home: FarEnd


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    """Whoever is called answers after some seconds."""
    folder = tmp_path_factory.mktemp("gateway")
    async with far_ends({"home": Answer(after_seconds=4)}) as ends:
        home = ends["home"]
        trunks = [asdict(one) for one in (Trunk(name="local"), home.trunk())]
        sip = {"sip_port": ends.asterisk["sip_port"]}
        queue = {"wrap_up_seconds": 1}
        async with gateway_world(folder, asterisk=sip, trunks=trunks, queue=queue) as world:
            world.sip = ("127.0.0.1", sip["sip_port"])
            await world.add("wang")
            yield City(world, home)


async def keeps_a_place(city: City, number: str) -> None:
    """They wait, press the key, are told that we call, and are gone."""
    async with city.world.console("wang") as wang, citizen(city.world, number) as call:
        await call.answered()
        await eventually(lambda: any(one["waiting"] for one in wang.state["queues"]), 20)
        call.press("1")
        await call.ended(20)


async def is_asked(seated: Seated) -> dict[str, Any]:
    """The offer on this screen; no caller is put through meanwhile."""
    return dict(await eventually(lambda: seated.console.state.get("callback_offer"), 20))


async def dies(city: City) -> None:
    """The gateway is killed, and the next one knows everything."""
    killed = city.world.gateway_pid()
    os.kill(killed, signal.SIGKILL)
    await eventually(lambda: city.world.gateway_pid(killed), 30)
    await eventually(city.world.is_ready, 30)


async def over(seated: Seated, offer: dict[str, Any], number: str) -> None:
    """Nothing is owed any more, the talk is on record, and they were called once."""
    assert (await seated.console.get("/api/v1/callbacks"))["items"] == []
    found: list[dict[str, Any]] = []

    async def ended() -> bool:
        found[:] = (await seated.console.search(number))["items"]
        return [one["outcome"] for one in found] == ["answered", "abandoned"]

    await eventually(ended)
    assert offer["contact_id"] == found[1]["id"]
    detail = await seated.console.get(f"/api/v1/contacts/{found[1]['id']}")
    kinds = [fact["kind"] for fact in detail["facts"]]
    assert (kinds.count("callback_dialled"), kinds.count("callback_done")) == (1, 1)


async def test_whose_turn_it_is_is_called_and_they_hear_each_other(city: City) -> None:
    """The ready seat is asked, says yes, its phone rings, then the citizen's; once.

    Of a gateway that is killed while the seat is asked nothing is left: the next one asks again.
    """
    await keeps_a_place(city, "13800000071")
    async with operator(city.world, "li", "8001") as before:
        asked = await is_asked(before)
        assert (asked["reason"], asked["place"]) == ("kept_place", 1)
        await dies(city)
        async with city.world.console("li") as again:
            li = Seated(again, before.phone, "8001")
            offer = await is_asked(li)
            assert (offer["id"], offer["place"]) == (asked["id"], 1)
            assert not before.phone.calls
            await li.console.post(f"/api/v1/callbacks/{offer['id']}/call", {"first": "seat"})
            at_seat = await li.phone.next_call(10)
            at_home = await city.home.phone.next_call(10)
            await they_hear_each_other(at_home, at_seat)
            await li.console.sees("talking")
            await at_home.hang_up()
            await li.console.seat_becomes("wrapping_up")
            await over(li, offer, "13800000071")
            assert not city.home.phone.calls


async def test_a_gateway_that_dies_in_between_calls_nobody_twice(city: City) -> None:
    """Killed while the citizen's phone rings: they meet all the same, and are called no more."""
    await keeps_a_place(city, "13800000072")
    async with operator(city.world, "li", "8001") as li:
        offer = await is_asked(li)
        await li.console.post(f"/api/v1/callbacks/{offer['id']}/call", {"first": "seat"})
        at_seat = await li.phone.next_call(10)
        at_home = await city.home.phone.next_call(10)
        await dies(city)
        await they_hear_each_other(at_home, at_seat)
        async with city.world.console("li") as again:
            await again.sees("talking", 20)
            await at_home.hang_up()
            await again.seat_becomes("wrapping_up")
            await over(Seated(again, li.phone, "8001"), offer, "13800000072")
            assert not city.home.phone.calls


async def test_a_gateway_that_dies_while_the_seat_rings_calls_them_once(city: City) -> None:
    """The next one takes the order over: the seat answers, then the citizen is called; they talk.

    Killed once more while they talk: neither notices.
    """
    await keeps_a_place(city, "13800000073")
    async with operator(city.world, "li", "8001", answers=Answer(after_seconds=12)) as li:
        offer = await is_asked(li)
        await li.console.post(f"/api/v1/callbacks/{offer['id']}/call", {"first": "seat"})
        at_seat = await li.phone.next_call(10)
        await dies(city)
        assert not at_seat.is_answered, "the machine is too slow for this"
        assert not city.home.phone.calls, "called while nobody is there to talk with them"
        at_home = await city.home.phone.next_call(20)
        await they_hear_each_other(at_home, at_seat)
        await dies(city)
        await they_hear_each_other(at_home, at_seat)
        async with city.world.console("li") as again:
            await again.sees("talking", 20)
            await at_home.hang_up()
            await again.seat_becomes("wrapping_up")
            await over(Seated(again, li.phone, "8001"), offer, "13800000073")
            assert not city.home.phone.calls

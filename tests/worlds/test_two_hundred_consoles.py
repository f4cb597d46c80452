"""A full house: 200 consoles on one server, cut off all at once, and the server started again."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from config.settings import Web
from gateway.core import line
from gateway.core.operator import Operator, Role
from gateway.core.seat import Seat, SeatState
from gateway.intake.hub import Hub
from gateway.telephony.free_port import free_port
from gateway.web.pages import Pages
from gateway.web.server import open_server
from tests.eventually import takes
from tests.gateway.web.web_world import CHEAP, PASSWORD, WebWorld, web_world
from tests.peers.console import Console

pytestmark = pytest.mark.alone

CONSOLES = 200
BACK_SECONDS = 30.0
ANSWER_SECONDS = 3.0
"""Generous: server, store and all 200 browsers share one process here."""


@dataclass
class House:
    """The server and everybody at it."""

    world: WebWorld
    people: list[Operator]
    consoles: list[Console] = field(default_factory=list)

    async def listens(self, one: Console) -> None:
        """As the page does: again and again, later each time, never all at the same moment."""
        tries = 0
        while True:
            before = len(one.heard)
            with suppress(aiohttp.ClientError, AssertionError):  # it is away, or says so
                await one.live()
            tries = 0 if len(one.heard) > before else tries + 1
            full = min(5.0, 0.1 * 2**tries)
            await takes(full * (1 - random.random() / 2))

    async def everybody(self, ready: Callable[[Console], bool]) -> None:
        """Wait until it is so at every console, while the server answers others in time."""
        loop = asyncio.get_running_loop()
        until = loop.time() + BACK_SECONDS
        while not all(ready(one) for one in self.consoles):
            assert loop.time() < until, sum(not ready(one) for one in self.consoles)
            asked = loop.time()
            async with self.consoles[0].http.get(f"{self.world.url}/health/live") as answer:
                assert answer.status == 200
            assert loop.time() - asked < ANSWER_SECONDS


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    """Everybody logged in, seated, ready and listening."""
    port = free_port()
    async with web_world(folder, web=Web(port=port)) as world, AsyncExitStack() as stack:
        floor, hashed = world.floor.floor, CHEAP.hash(PASSWORD)
        people = [
            Operator(
                id=f"id-{number}",
                login=f"op{number}",
                name=f"话务员{number}",
                role=Role.OPERATOR,
                skills={"civil": 0},
                password_hash=hashed,
            )
            for number in range(CONSOLES)
        ]
        seats = [
            Seat(number=str(9000 + at), state=SeatState.READY, operator_id=who.id)
            for at, who in enumerate(people)
        ]
        await floor.store.record(*people, *seats)
        await floor.open()
        one = House(world, people)
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        for who in people:
            jar = aiohttp.CookieJar(unsafe=True)
            headers = {"Origin": world.url, "Sec-Fetch-Site": "same-origin"}
            http = await stack.enter_async_context(
                aiohttp.ClientSession(cookie_jar=jar, headers=headers)
            )
            console = Console(world.url, http)
            await console.post("/api/v1/session", {"login": who.login, "password": PASSWORD})
            one.consoles.append(console)
        listening = [tasks.create_task(one.listens(console)) for console in one.consoles]
        try:
            yield one
        finally:
            for task in listening:
                task.cancel()


def rings_at(number: int, at: datetime) -> list[line.News]:
    """A call arrives and rings at this console's seat."""
    call: dict[str, Any] = {"hotline_id": f"H{number}", "at": at}
    seat = str(9000 + number)
    return [
        line.CallArrived(
            **call,
            channel=f"PJSIP/trunk-local-{number:08x}",
            number=f"138{number:08d}",
            did="12345",
            origin=line.Origin.TRUNK,
        ),
        line.CallerQueued(**call, queue="civil", position=1),
        line.SeatRang(
            **call,
            queue="civil",
            seat=seat,
            leg=f"PJSIP/seat-{seat}-{number:08x}",
            phone=line.PhoneKind.BROWSER,
        ),
    ]


async def ring_all(house: House) -> None:
    """A call for each seat, all in one moment."""
    at = house.world.floor.clock.now()
    await house.world.floor.hear(
        *(each for number in range(CONSOLES) for each in rings_at(number, at))
    )


@pytest.mark.parametrize("restart", ["cut", "restarted"])
async def test_everybody_is_back_with_their_own_pop_and_nobody_elses(
    tmp_path: Path, restart: str
) -> None:
    """All are cut in one moment; rings go on meanwhile; all come back, each to their own state.

    Cut: what was missed is told. Restarted: a new server knows nothing of them; a snapshot.
    """
    async with house(tmp_path) as one, AsyncExitStack() as second:
        await one.everybody(lambda console: bool(console.state))
        for console in one.consoles:
            console.heard.clear()
        await CUTS[restart](one, second)
        await ring_all(one)
        await one.everybody(lambda console: bool(console.pops))
        first = "resumed" if restart == "cut" else "snapshot"
        for at, console in enumerate(one.consoles):
            assert console.heard[0] == first
            call = one.world.floor.floor.call_by_hotline_id(f"H{at}")
            assert call
            assert console.pops == [call.id]
            assert console.state["seat"]["number"] == str(9000 + at)
            assert console.call
            assert console.call["number_masked"] == f"138****{at % 10000:04d}"
        floor = one.world.floor.floor
        await one.everybody(lambda _: len(floor.shown) == CONSOLES)


async def cut(one: House, _second: AsyncExitStack) -> None:
    """The network is gone for a moment: every socket ends."""
    for console in one.consoles:
        assert console.socket
        await console.socket.close()


async def restarted(one: House, second: AsyncExitStack) -> None:
    """The server ends, and another one begins that has never heard of anybody."""
    world = one.world
    floor = world.floor.floor
    await world.closing.aclose()
    floor.hub = Hub(floor.picture, floor.clock)
    parts = replace(world.parts, hub=floor.hub)
    pages = Pages(world.settings, world.settings.data_dir, world.settings.data_dir)
    await second.enter_async_context(open_server(world.settings, parts, pages=pages))


CUTS: dict[str, Callable[[House, AsyncExitStack], Awaitable[None]]] = {
    "cut": cut,
    "restarted": restarted,
}

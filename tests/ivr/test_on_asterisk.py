"""The flow on a real Asterisk: short, barge-in, and never in the caller's way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from gateway.simulate.call import Call
from gateway.simulate.phone import SipPhone
from ivr.loader import MAIN, parse
from ivr.server import FlowServer
from tests.asterisk_world import PROMPT_HZ, AsteriskWorld, asterisk_world
from tests.eventually import eventually
from tests.ivr.flows import plan
from tests.ivr.test_session import House

pytestmark = pytest.mark.asterisk


class Line:
    """A citizen's telephone and the flow."""

    def __init__(self, asterisk: AsteriskWorld, server: FlowServer, house: House) -> None:
        self.asterisk, self.server, self.house = asterisk, server, house
        self.stack = AsyncExitStack()

    async def call(self, number: str = "13800001111") -> Call:
        """Dial 12345 and be answered."""
        phone = await self.stack.enter_async_context(SipPhone(number, self.asterisk.sip))
        call = await phone.call("12345")
        await call.answered()
        return call

    async def queued(self, times: int = 1, within: float = 6) -> str:
        """The queue that the last of so many callers joined."""

        def joined() -> list[str]:
            events = self.asterisk.ami.events
            return [each["Queue"] for each in events if each.get("Event") == "QueueCallerJoin"]

        await eventually(lambda: len(joined()) >= times, within)
        return joined()[times - 1]

    def failed_open(self) -> list[str]:
        """Why callers went on without the flow."""
        events = self.asterisk.ami.events
        return [each["Reason"] for each in events if each.get("UserEvent") == "HotlineFailOpen"]


@asynccontextmanager
async def flowing(tmp_path: Path, house: House | None = None) -> AsyncIterator[Line]:
    """Asterisk, the flow that is shipped, and telephones."""
    house = house or House()
    async with (
        asterisk_world(tmp_path) as world,
        FlowServer(
            host="127.0.0.1",
            port=world.agi_port,
            flow=parse(MAIN.read_bytes()),
            decide=house.decide,
        ) as server,
    ):
        line = Line(world, server, house)
        async with line.stack:
            yield line


async def test_no_key(tmp_path: Path) -> None:
    """The greeting, at most half a second, the queue of the number."""
    async with flowing(tmp_path) as line:
        call = await line.call()
        await eventually(lambda: call.heard.hears(PROMPT_HZ, 0.3))
        await eventually(lambda: not call.heard.hears(PROMPT_HZ, 0.1))
        silent_since = asyncio.get_running_loop().time()
        assert await line.queued() == "civil"
        assert asyncio.get_running_loop().time() - silent_since < 0.6
        assert line.failed_open() == []
        (arrival,) = line.house.arrivals
        assert (arrival.number, arrival.did) == ("13800001111", "12345")


async def test_keys_are_shortcuts(tmp_path: Path) -> None:
    """During the greeting, at its very beginning, or just after it: none is lost."""
    async with flowing(tmp_path) as line:
        early = await line.call()
        early.press("2")
        assert await line.queued(1) == "enterprise"
        during = await line.call("13800002222")
        await eventually(lambda: during.heard.hears(PROMPT_HZ, 0.1))
        during.press("2")
        assert await line.queued(2) == "enterprise"
        after = await line.call("13800003333")
        await eventually(lambda: after.heard.hears(PROMPT_HZ, 0.2))
        await eventually(lambda: not after.heard.hears(PROMPT_HZ, 0.05))
        after.press("2")
        assert await line.queued(3) == "enterprise"
        zero = await line.call("13800004444")
        zero.press("0")
        assert await line.queued(4) == "civil"
        assert line.failed_open() == []


async def test_straight(tmp_path: Path) -> None:
    """Not a word between the answer and the queue."""
    async with flowing(tmp_path, House(plan(straight=True, default_queue="enterprise"))) as line:
        call = await line.call()
        assert await line.queued() == "enterprise"
        assert not call.heard.hears(PROMPT_HZ, 0.1)


async def test_a_caller_who_hangs_up_in_the_greeting(tmp_path: Path) -> None:
    """The session ends at once, and so does the channel."""
    async with flowing(tmp_path) as line:
        call = await line.call()
        await eventually(lambda: line.server.running == 1)
        await call.hang_up()
        await eventually(lambda: line.server.running == 0)
        assert line.server.outcomes == {"caller-gone": 1}


async def test_without_a_prompt_the_right_queue_all_the_same(tmp_path: Path) -> None:
    """The file is gone; the caller is not."""
    async with flowing(tmp_path) as line:
        for file in line.asterisk.dirs.sounds.rglob("greeting.wav"):
            file.unlink()
        await line.call()
        assert await line.queued() == "civil"
        assert line.failed_open() == []


async def test_a_closed_server_fails_open(tmp_path: Path) -> None:
    """Refused: the caller is in the last queue within a second."""
    async with flowing(tmp_path) as line:
        assert line.server._server is not None
        line.server._server.close()
        await line.call()
        assert await line.queued(within=1.5) == "fallback"
        assert line.failed_open() == ["FAILURE"]

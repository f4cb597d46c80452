"""A caller of a real Asterisk is asked what it is about; no ear can hold them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ivr.hearing import Hearing
from ivr.loader import SPEECH, parse
from ivr.machine import DONE, Heard
from ivr.server import FlowServer
from ivr.session import SessionLimits
from tests.asterisk_world import MUSIC_HZ, PROMPT_HZ, asterisk_world
from tests.eventually import eventually
from tests.ivr.test_on_asterisk import Line
from tests.ivr.test_session import House
from tests.peers.audiosocket_peers import PROMPT_HZ as ASKED_HZ
from tests.peers.audiosocket_peers import EarPeer

pytestmark = pytest.mark.asterisk

SOME_SECONDS = 3.0


@asynccontextmanager
async def asking(tmp_path: Path, ear: EarPeer, *, listens: bool = True) -> AsyncIterator[Line]:
    """Asterisk, the shipped flow that listens, an ear."""
    house, flow = House(), parse(SPEECH.read_bytes())
    async with (
        asterisk_world(tmp_path) as world,
        ear.listening(),
        Hearing(ear, "127.0.0.1") as hearing,
        FlowServer(
            host="127.0.0.1",
            port=world.agi_port,
            flow=flow,
            decide=house.decide,
            limits=SessionLimits.under(20, flow),
            hearing=hearing,
        ) as server,
    ):
        if not listens:
            ear.address = ("127.0.0.1", 1)
        line = Line(world, server, house)
        async with line.stack:
            yield line


async def test_a_spoken_word_leads_to_its_queue(tmp_path: Path) -> None:
    """Greeting, question, the caller's sound reaches the ear, music: no silence of a second."""
    ear = EarPeer(answer=Heard("我 想 问 营业执照 的 事"), seconds=0.6, hears_seconds=0.6)
    async with asking(tmp_path, ear) as line:
        call = await line.call()
        began = asyncio.get_running_loop().time()
        call.play_tone(440)
        await eventually(lambda: call.heard.hears(PROMPT_HZ, 0.2))
        await eventually(lambda: call.heard.hears(ASKED_HZ, 0.3))
        assert await line.queued() == "enterprise"
        assert ear.heard_bytes > 8_000
        await eventually(lambda: call.heard.hears(MUSIC_HZ, 0.3))
        assert call.heard.longest_silence(began) < 1.0
        assert line.failed_open() == []


async def test_misses_keys_and_the_end_of_a_call(tmp_path: Path) -> None:
    """Two misses and 0 are the number's queue, a shortcut is its own; a hang-up is the end."""
    ear = EarPeer(answer=DONE)
    async with asking(tmp_path, ear) as line:
        await line.call()
        assert await line.queued(1, within=10) == "civil"
        assert [each.prompt for each in ear.asked] == ["ask_matter", "ask_again"]
        ear.answer = None
        for times, (key, queue) in enumerate((("0", "civil"), ("2", "enterprise")), 2):
            caller = await line.call()
            await eventually(lambda call=caller: call.heard.hears(ASKED_HZ, 0.1))  # type: ignore[misc]
            caller.press(key)
            assert await line.queued(times, within=2) == queue
        gone = await line.call()
        await eventually(lambda: gone.heard.hears(ASKED_HZ, 0.1))
        await gone.hang_up()
        await eventually(lambda: line.server.outcomes["caller-gone"] == 1)
        await eventually(lambda: line.server.running == 0)
        assert line.failed_open() == []


@pytest.mark.parametrize("does", ["away", "hangs", "silent", "garbage", "closes"])
async def test_an_ear_that_fails_holds_nobody(tmp_path: Path, does: str) -> None:
    """Not there, hung, silent, garbage, closing: music within seconds, in the right queue."""
    ear = EarPeer(does=does, answer=None)
    async with asking(tmp_path, ear, listens=does != "away") as line:
        call = await line.call()
        began = asyncio.get_running_loop().time()
        assert await line.queued() == "civil"
        await eventually(lambda: call.heard.hears(MUSIC_HZ, 0.3))
        assert call.heard.longest_silence(began) < SOME_SECONDS
        assert not call.heard.hears(ASKED_HZ, 1)
        assert line.failed_open() == []
        assert line.server.outcomes == {"queue": 1}


async def test_a_gateway_that_dies_while_asking_fails_open(tmp_path: Path) -> None:
    """The gate falls with it: the last queue within a second."""
    ear = EarPeer(answer=None)
    async with asking(tmp_path, ear) as line:
        call = await line.call()
        await eventually(lambda: call.heard.hears(ASKED_HZ, 0.1))
        for task in tuple(line.server._calls):
            task.cancel()
        assert await line.queued(within=1.5) == "fallback"
        assert len(line.failed_open()) == 1

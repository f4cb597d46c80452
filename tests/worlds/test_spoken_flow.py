"""A caller of a real Asterisk says what it is about, and a real ear understands them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.intake.asking import Asking
from gateway.speech.ear_process import EarProcess
from ivr.hearing import Hearing
from ivr.loader import SPEECH, parse
from ivr.server import FlowServer
from ivr.session import SessionLimits
from tests.asr.ear_world import STARTS_SECONDS, arguments
from tests.asterisk_world import MUSIC_HZ, asterisk_world, tone
from tests.eventually import eventually
from tests.ivr.test_on_asterisk import Line
from tests.ivr.test_session import House
from tests.peers.audiosocket_peers import PROMPT_HZ as ASKED_HZ
from tests.peers.speaker import LAMP, PERSON, speak_to

pytestmark = pytest.mark.asterisk
LICENCE = "我 要 咨询 营业 执照"
SOME_SECONDS = 3.0


@dataclass
class Spoken:
    """A telephone line to a flow that listens with a real ear."""

    line: Line
    ears: EarProcess

    def stop_the_ear(self) -> Iterator[int]:
        """SIGSTOP; the ear and its workers stand still."""
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text("ascii")
        for pid in map(int, children.split()):
            if b"-m\0asr" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGSTOP)
                yield pid


@asynccontextmanager
async def spoken(tmp_path: Path) -> AsyncIterator[Spoken]:
    """Asterisk, the shipped flow, the ear's own process with the demo model."""
    prompts = tmp_path / "asked"
    for name in ("ask_matter", "ask_again"):
        tone(prompts / f"{name}.wav", ASKED_HZ, 2.0)
    flow = parse(SPEECH.read_bytes())
    async with (
        asterisk_world(tmp_path) as world,
        EarProcess((sys.executable, "-P", "-m", "asr", *arguments())) as ears,
        Hearing(Asking(ears, prompts), "127.0.0.1") as hearing,
        FlowServer(
            host="127.0.0.1",
            port=world.agi_port,
            flow=flow,
            decide=House().decide,
            limits=SessionLimits.under(20, flow),
            hearing=hearing,
        ) as server,
    ):
        await eventually(lambda: ears.ready, STARTS_SECONDS)
        line = Line(world, server, House())
        async with line.stack:
            yield Spoken(line, ears)


@pytest.mark.parametrize(
    ("sentence", "queue"), [(LICENCE, "enterprise"), (PERSON, "civil")], ids=["key word", "人工"]
)
async def test_what_is_said_decides_and_stops_the_prompt(
    tmp_path: Path, sentence: str, queue: str
) -> None:
    """Said into the middle of the question: it stops, the caller is in the right queue."""
    async with spoken(tmp_path) as one:
        call = await one.line.call()
        await eventually(lambda: call.heard.hears(ASKED_HZ, 0.2))
        call.sound.play_file(speak_to(tmp_path / "said.wav", sentence))
        assert await one.line.queued(within=10) == queue
        await eventually(lambda: call.heard.hears(MUSIC_HZ, 0.3))
        assert one.line.failed_open() == []


async def test_who_is_not_understood_is_asked_once_more(tmp_path: Path) -> None:
    """A sentence without a key word, then nothing: a person."""
    async with spoken(tmp_path) as one:
        call = await one.line.call()
        began = asyncio.get_running_loop().time()
        await eventually(lambda: call.heard.hears(ASKED_HZ, 0.2))
        call.sound.play_file(speak_to(tmp_path / "said.wav", LAMP))
        assert await one.line.queued(within=16) == "civil"
        assert asyncio.get_running_loop().time() - began < 16
        assert one.line.failed_open() == []


async def test_a_stopped_ear_costs_a_caller_seconds(tmp_path: Path) -> None:
    """SIGSTOP: it still takes connections and says nothing; the caller hears music soon."""
    async with spoken(tmp_path) as one:
        assert list(one.stop_the_ear())
        call = await one.line.call()
        began = asyncio.get_running_loop().time()
        assert await one.line.queued() == "civil"
        await eventually(lambda: call.heard.hears(MUSIC_HZ, 0.3))
        assert call.heard.longest_silence(began) < SOME_SECONDS
        assert one.line.failed_open() == []

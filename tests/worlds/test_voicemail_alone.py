"""A waiting caller leaves a message while no gateway is there: the dialplan alone."""

from __future__ import annotations

import wave
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.core.queue import Queue
from gateway.simulate.call import Call
from gateway.simulate.hearing import tone_level
from gateway.simulate.phone import SipPhone
from tests.asterisk_world import MUSIC_HZ, PROMPT_HZ, AsteriskWorld, asterisk_world
from tests.eventually import eventually, remains
from tests.peers.agi_peer import verdict_peer

pytestmark = pytest.mark.asterisk
SPOKEN_HZ = 440
BEEP_HZ = 1000


@dataclass
class Waiting:
    """Somebody in the last queue."""

    asterisk: AsteriskWorld
    call: Call

    def left(self) -> list[str]:
        """How callers left the queue."""
        events = self.asterisk.ami.events
        return [each["Status"] for each in events if each.get("UserEvent") == "HotlineQueueLeft"]

    def file(self) -> Path | None:
        """The message, once there is one."""
        return next(iter(self.asterisk.dirs.recordings.glob("*-voicemail.wav")), None)

    async def beeped(self) -> None:
        """The words and the tone after which one speaks."""
        await eventually(lambda: self.call.heard.hears(PROMPT_HZ, 0.3))
        await eventually(lambda: self.call.heard.hears(BEEP_HZ, 0.2), 8)
        await eventually(lambda: not self.call.heard.hears(BEEP_HZ, 0.1))

    async def spoken(self, seconds: float) -> None:
        """They speak until the file holds so much of it."""
        self.call.play_tone(SPOKEN_HZ)
        size = int(seconds * 16_000)
        await eventually(lambda: (file := self.file()) and file.stat().st_size > size, 10)


@asynccontextmanager
async def waiting(tmp_path: Path) -> AsyncIterator[Waiting]:
    """Nobody answers, nobody runs the flow."""
    async with (
        asterisk_world(tmp_path) as world,
        SipPhone("13800001111", world.sip) as phone,
    ):
        call = await phone.call("12345")
        await call.answered()
        await eventually(lambda: call.heard.hears(MUSIC_HZ, 0.3), 10)
        yield Waiting(world, call)


def heard_in(path: Path) -> tuple[float, float]:
    """Length in seconds, and the level of what was said; nothing while it is being written."""
    try:
        with wave.open(str(path), "rb") as file:
            samples = array("h", file.readframes(file.getnframes()))
    except wave.Error:
        return 0.0, 0.0
    return len(samples) / 8000, tone_level(samples, SPOKEN_HZ)


async def test_the_pound_key_ends_a_message(tmp_path: Path) -> None:
    """Words, beep, what is said is in the file, thanks, goodbye."""
    async with waiting(tmp_path) as one:
        one.call.press("*")
        await one.beeped()
        assert one.left() == ["KEY"]
        await one.spoken(2)
        one.call.press("#")
        await eventually(lambda: one.call.heard.hears(PROMPT_HZ, 0.3))
        await one.call.ended(10)
        path = one.file()
        assert path is not None
        seconds, level = heard_in(path)
        assert seconds > 1.5
        assert level > 1_000
        log = (one.asterisk.dirs.log / "queue_log").read_text(encoding="utf-8")
        assert "|fallback|NONE|EXITWITHKEY|*|" in log


async def test_who_hangs_up_has_left_a_message(tmp_path: Path) -> None:
    """The file is kept as it is."""
    async with waiting(tmp_path) as one:
        one.call.press("*")
        await one.beeped()
        await one.spoken(2)
        await one.call.hang_up()
        path = one.file()
        assert path is not None
        await eventually(lambda: heard_in(path)[0] > 1.5)


async def test_silence_ends_a_message_and_zero_leads_back(tmp_path: Path) -> None:
    """0 is the queue again; who then says nothing is thanked after the seconds of silence."""
    async with waiting(tmp_path) as one:
        one.call.press("*")
        await one.beeped()
        one.call.press("0")
        await eventually(lambda: one.call.heard.hears(MUSIC_HZ, 0.3))
        one.call.press("*")
        await one.beeped()
        await eventually(lambda: one.call.heard.hears(PROMPT_HZ, 0.3), 8)
        await one.call.ended(10)
        assert one.left() == ["KEY", "KEY"]


async def test_other_keys_do_nothing(tmp_path: Path) -> None:
    """Whoever plays with the keys keeps their place."""
    async with waiting(tmp_path) as one:
        one.call.press("1230#")
        await remains(lambda: not one.left(), 1.5)
        assert one.call.heard.hears(MUSIC_HZ, 0.3)


async def test_the_key_works_while_all_are_busy_is_said(tmp_path: Path) -> None:
    """Between two queues a caller may choose as well."""
    civil = Queue(name="civil", title_zh="综合", title_en="General", max_wait_seconds=2)
    async with (
        asterisk_world(tmp_path, queues=(civil,)) as world,
        verdict_peer(world.agi_port, "civil"),
        SipPhone("13800001111", world.sip) as phone,
    ):
        call = await phone.call("12345")
        await call.answered()
        await eventually(lambda: call.heard.hears(MUSIC_HZ, 0.3), 10)
        one = Waiting(world, call)
        await eventually(lambda: one.left() == ["TIMEOUT"], 5)
        call.press("*")
        await one.beeped()
        assert one.left() == ["TIMEOUT", "KEY"]

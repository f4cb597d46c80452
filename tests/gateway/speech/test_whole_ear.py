"""The real ear behind the adapter: heard, lost and heard again, and nothing of it is left."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from asr import wire
from asr.demo_model.sound import pcm
from config.speech_settings import Speech
from gateway.ports.ears import EarsLost, Heard
from gateway.speech.ear_command import ear_command
from gateway.speech.ear_life import EarPatience
from gateway.speech.ear_process import EarProcess
from tests.asr.ear_world import STARTS_SECONDS, new_stream
from tests.eventually import eventually
from tests.gateway.speech.test_ear_process import alive, read
from tests.peers.asterisk_tap_peer import asterisk_tap
from tests.peers.speaker import FIRE, model_folder, speak

Told = TypeVar("Told")
PATIENCE = EarPatience(ping_seconds=0.5, silent_seconds=3.0)


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


class World:
    """An adapter on the real ear, and everything it reported."""

    def __init__(self, ears: EarProcess) -> None:
        self.ears = ears
        self.heard: list[Heard] = []

    def ear(self) -> int:
        """Its process."""
        (pid,) = [one for one in children(os.getpid()) if b"\0asr\0" in command_of(one)]
        return pid

    async def hears(self, words: str) -> list[str]:
        """What is understood of a caller who says this."""
        ready = await eventually(lambda: self.ears.ready, STARTS_SECONDS)
        stream = new_stream()
        self.ears.tell(wire.Expect(stream=stream, rank=(2, 0.0)))
        async with asterisk_tap(ready.port, stream) as tap:
            await tap.say(pcm(speak(words)), times_real=2)
        await eventually(lambda: self.of(wire.Ended, stream), 20)
        return [one.utterance.raw for one in self.of(wire.Final, stream)]

    def of(self, kind: type[Told], stream: str) -> list[Told]:
        """All reports of this kind of one stream."""
        return [
            one
            for one in self.heard
            if isinstance(one, kind) and getattr(one, "stream", "") == stream
        ]


def command_of(pid: int) -> bytes:
    """How it was started."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    """Running until the block ends."""
    command = ear_command(
        Speech(workers=1), model=model_folder(), calibration=folder / "calibration.json"
    )
    async with EarProcess(command, patience=PATIENCE) as ears, asyncio.TaskGroup() as tasks:
        made = World(ears)
        reading = tasks.create_task(read(ears, made.heard))
        yield made
        reading.cancel()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stands-still"])
async def test_an_ear_that_is_lost_is_followed_by_one_that_hears(
    tmp_path: Path, how: signal.Signals
) -> None:
    """Nothing of the lost one is left, its workers included."""
    async with world(tmp_path) as it:
        assert await it.hears(FIRE) == [FIRE]
        first = it.ear()
        workers = children(first)
        assert workers
        os.kill(first, how)
        await eventually(lambda: EarsLost() in it.heard, 20)
        assert await it.hears(FIRE) == [FIRE]
        assert it.ear() != first
        await eventually(lambda: not any(map(alive, [first, *workers])), 5)
        last = [it.ear(), *children(it.ear())]
    assert not any(map(alive, last))

"""Both sides of a real call speak: a real ear hears each by itself, live and from the recording."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest

from asr import wire
from gateway.core import line
from gateway.core.transcript import Party, side_file
from gateway.ports.ears import Heard
from gateway.speech.ear_process import EarProcess
from tests.asr.ear_world import STARTS_SECONDS, arguments
from tests.eventually import eventually
from tests.gateway.speech.test_ear_process import read
from tests.gateway.telephony.phones_world import phones_world
from tests.peers.speaker import NOISE, THANKS, WATER, speak_to

pytestmark = pytest.mark.asterisk

APART_SECONDS = 0.5
"""How far the time of a word heard live may be from where it is in the recording."""


@dataclass
class Listened:
    """One side of the call, and what the ear said of it."""

    party: Party
    words: str
    heard: list[Heard]
    stream: str = field(default_factory=lambda: str(uuid4()))

    def finals(self) -> list[wire.Final]:
        """What was understood so far."""
        return [one for one in self._said() if isinstance(one, wire.Final)]

    def began(self) -> list[wire.Began]:
        """When the first sound came."""
        return [one for one in self._said() if isinstance(one, wire.Began)]

    def understood(self) -> bool:
        """Whether that is all of it and nothing else."""
        return " ".join(one.utterance.raw for one in self.finals()) == self.words

    def _said(self) -> list[Heard]:
        return [one for one in self.heard if getattr(one, "stream", "") == self.stream]


async def test_each_voice_is_heard_live_and_again_in_its_recording_at_the_same_time(
    tmp_path: Path,
) -> None:
    """Both speak at once: each one's words in its own stream, nothing of the other.

    The side's own recording holds the same words, at the same time after the call's arrival.
    """
    heard: list[Heard] = []
    citizen = Listened(Party.CITIZEN, f"{NOISE} {WATER}", heard)
    seat = Listened(Party.SEAT, THANKS, heard)
    citizen_said = speak_to(tmp_path / "citizen.wav", NOISE, WATER)
    seat_said = speak_to(tmp_path / "seat.wav", THANKS, voice="f3")
    async with (
        EarProcess((sys.executable, "-P", "-m", "asr", *arguments())) as ears,
        asyncio.TaskGroup() as tasks,
        phones_world(tmp_path) as world,
    ):
        hearing = tasks.create_task(read(ears, heard))
        ready = await eventually(lambda: ears.ready, STARTS_SECONDS)
        desk = await world.seat("8001")
        call = await (await world.citizen()).call("12345")
        leg = await desk.next_call()
        answered = await world.said(line.SeatAnswered)
        arrived = world.of(line.CallArrived)[0]
        for side, channel in ((citizen, arrived.channel), (seat, answered.leg)):
            ears.tell(wire.Expect(stream=side.stream, rank=(2, 0.0)))
            await world.phones.tap(channel, side.stream, ("127.0.0.1", ready.port))
        await eventually(lambda: citizen.began() and seat.began(), 10)
        call.sound.play_file(citizen_said)
        leg.sound.play_file(seat_said)
        await eventually(lambda: citizen.understood() and seat.understood(), 20)
        await call.hang_up()
        await world.nothing_left()
        folder = world.asterisk.dirs.recordings
        recording = world.of(line.RecordingStarted)[0].file
        for side in (citizen, seat):
            file = folder / side_file(recording, side.party)
            again = await ears.transcribe(side.party, file, 0, 0)
            assert " ".join(one.raw for one in again.utterances) == side.words
            live = side.began()[0].at + side.finals()[0].utterance.begin_seconds
            since_arrival = live - arrived.at.timestamp()
            assert abs(since_arrival - again.utterances[0].begin_seconds) < APART_SECONDS
        hearing.cancel()

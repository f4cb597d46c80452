"""Beside the recording of the talk each side has a file of its own, in step with it."""

from __future__ import annotations

import wave
from array import array
from datetime import datetime
from pathlib import Path

import pytest

from gateway.core import line
from gateway.core.transcript import Party, side_file
from gateway.simulate.hearing import tone_level
from tests.asterisk_world import MUSIC_HZ
from tests.eventually import eventually, remains
from tests.gateway.telephony.phones_world import PhonesWorld, phones_world
from tests.worlds.talk import CITIZEN_HZ, SEAT_HZ, talk

pytestmark = pytest.mark.asterisk

MARK_HZ = 1200
STEP_SECONDS, LATE_SECONDS = 0.05, 0.25
"""How exactly a mark is looked for, and how far it may be from where it belongs."""


def sound_of(path: Path) -> array[int]:
    """A finished recording."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        return array("h", file.readframes(file.getnframes()))


def times(sound: array[int], hertz: int) -> list[float]:
    """The moments, in seconds from the begin, at which this tone is there."""
    step = int(STEP_SECONDS * 8000)
    return [
        at / 8000
        for at in range(0, len(sound) - step, step)
        if tone_level(sound[at : at + step], hertz) > 800
    ]


class Files:
    """The three files of the one call of a world, once they are whole."""

    def __init__(self, world: PhonesWorld) -> None:
        self.recording = world.of(line.RecordingStarted)[0].file
        self.folder = world.asterisk.dirs.recordings
        self.mix = sound_of(self.folder / self.recording)
        self.citizen = sound_of(self.folder / side_file(self.recording, Party.CITIZEN))
        self.seat = sound_of(self.folder / side_file(self.recording, Party.SEAT))
        self.arrived_at: datetime = world.of(line.CallArrived)[0].at

    def since_arrival(self, at: datetime) -> float:
        """Where this moment is in the files."""
        return (at - self.arrived_at).total_seconds()


async def test_each_side_holds_what_it_said_and_nothing_of_the_other(tmp_path: Path) -> None:
    """Through queue, talk, hold, room, a lost seat and its return: apart, and never out of step.

    A mark that the citizen makes late in the call is where it belongs, counted from the arrival.
    """
    async with phones_world(tmp_path) as world:
        desk = await world.seat("8001")
        citizen = await (await world.citizen()).call("12345")
        seat = await desk.next_call()
        leg = (await world.said(line.SeatAnswered)).leg
        channel = world.of(line.CallArrived)[0].channel
        await talk(citizen, seat)
        await world.phones.hold(channel, leg)
        await eventually(lambda: citizen.heard.hears(MUSIC_HZ))
        await world.phones.retrieve(channel)
        await talk(citizen, seat)
        await world.phones.lose(leg)
        seat = await desk.next_call(20)
        await world.said(line.SeatReturned)
        await talk(citizen, seat)
        mark_at = world.phones._clock.now()
        citizen.play_tone(MARK_HZ)
        await eventually(lambda: seat.heard.hears(MARK_HZ))
        seat.play_tone(MARK_HZ + 200)
        await eventually(lambda: citizen.heard.hears(MARK_HZ + 200))
        await citizen.hang_up()
        await world.nothing_left()
        files = Files(world)
    assert times(files.citizen, CITIZEN_HZ)
    assert not times(files.citizen, SEAT_HZ)
    assert not times(files.citizen, MUSIC_HZ)
    assert times(files.seat, SEAT_HZ)
    assert not times(files.seat, CITIZEN_HZ)
    lengths = [len(one) / 8000 for one in (files.mix, files.citizen, files.seat)]
    assert max(lengths) - min(lengths) < LATE_SECONDS
    marked = times(files.citizen, MARK_HZ)[0]
    assert abs(marked - times(files.mix, MARK_HZ)[0]) <= STEP_SECONDS
    assert abs(marked - files.since_arrival(mark_at)) < LATE_SECONDS


@pytest.mark.parametrize("silent", ["at first", "in the talk"])
async def test_a_phone_that_sends_nothing_leaves_no_hole(tmp_path: Path, silent: str) -> None:
    """The silence takes its time in the files all the same, while the other side is heard.

    Only where neither sends anything at all the files stand still.
    """
    async with phones_world(tmp_path) as world:
        desk = await world.seat("8001")
        citizen = await (await world.citizen()).call("12345")
        if silent == "at first":
            citizen.sound.mute(muted=True)
        seat = await desk.next_call()
        await world.said(line.SeatAnswered)
        if silent == "at first":
            await remains(lambda: not citizen.has_ended, 2)
            citizen.sound.mute(muted=False)
        await talk(citizen, seat)
        if silent != "at first":
            citizen.sound.mute(muted=True)
            await remains(lambda: not citizen.has_ended, 2)
            citizen.sound.mute(muted=False)
        mark_at = world.phones._clock.now()
        citizen.play_tone(MARK_HZ)
        await eventually(lambda: seat.heard.hears(MARK_HZ))
        await citizen.hang_up()
        await world.nothing_left()
        files = Files(world)
    marked = times(files.citizen, MARK_HZ)[0]
    assert abs(marked - files.since_arrival(mark_at)) < LATE_SECONDS

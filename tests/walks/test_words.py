"""What is said in a call is read beside it: real telephones, a real ear, a real (tiny) model."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio

from asr.writing import line_written
from gateway.app import opened_store
from gateway.core.operator import Role
from gateway.core.transcript import Party, Segment, Source
from gateway.simulate.call import Call
from gateway.store.store import SqlStore
from tests.eventually import eventually, takes
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.console import Console
from tests.peers.speaker import FIRE, LAMP, NOISE, NUMBER, WATER, seconds_of, speak_to
from tests.walks.people import Seated, citizen, connected, operator

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

TIME_SECONDS = 0.6
"""How far a word's time may be from where it was said: packets, the tap, the model's frames."""
WORDS_SECONDS = 12.0
AFTERWARDS_SECONDS = 60.0
TRIES = 3
"""A machine that is busy loses packets, and words with them: people say it again, too."""
MOST_OF_IT = 0.6
RESUMES_SECONDS = 15.0
"""Three seconds are meant; this machine also runs a telephone system, two phones and a model."""


@dataclass
class Talk:
    """A citizen and a seat who are connected, and what the store has of it."""

    world: GatewayWorld
    store: SqlStore
    citizen: Call
    seat: Call
    li: Seated
    contact_id: str

    def says(self, words: str, who: Party = Party.CITIZEN) -> None:
        """Say this into the telephone of this side."""
        call, voice = (self.citizen, "m3") if who is Party.CITIZEN else (self.seat, "f3")
        speaks(self.world, call, words, voice)

    async def says_again(self, words: str) -> None:
        """The citizen says it twice, to whoever listens: once nobody can ask them to repeat it."""
        for _ in range(2):
            self.says(words)
            await eventually(lambda: not self.citizen.sound.plays, 10)

    async def heard(
        self, words: str, within_seconds: float = WORDS_SECONDS, least: float = 1.0
    ) -> Segment:
        """The segment that has these words, or so much of them, once it is there."""
        there: list[str] = []

        async def found() -> Segment | None:
            segments = await self.store.segments(self.contact_id)
            there[:] = [f"{s.party} {s.source} {s.begin_seconds} {s.raw}" for s in segments]
            await takes(0.1)  # this loop also sends the sound
            return next((one for one in segments if alike(one.raw, words) >= least), None)

        try:
            return await eventually(found, within_seconds)
        except AssertionError as late:
            raise AssertionError(f"{words} is not in {there}") from late

    async def is_there(self, words: str, within_seconds: float, *among: Source) -> None:
        """Most of these words of the citizen, in order, in however many pieces they were heard.

        ``among`` are sources from which some of the citizen's words come by then.
        """
        said: list[str] = []

        async def so() -> bool:
            segments = await self.store.segments(self.contact_id)
            mine = sorted((s for s in segments if s.party is Party.CITIZEN), key=_begin)
            said[:] = [word for one in mine for word in one.raw.split()]
            await takes(0.1)  # this loop also sends the sound
            blocks = SequenceMatcher(None, words.split(), said).get_matching_blocks()
            there = sum(one.size for one in blocks) / len(words.split()) >= MOST_OF_IT
            return there and {one.source for one in mine} >= set(among)

        try:
            await eventually(so, within_seconds)
        except AssertionError as late:
            raise AssertionError(f"{words} is not in {said}") from late

    async def understood(
        self, words: str, who: Party = Party.CITIZEN, *, least: float = 1.0
    ) -> Segment:
        """Say it, some times if need be, until it stands there."""
        for left in reversed(range(TRIES)):
            self.says(words, who)
            try:
                return await self.heard(words, least=least)
            except AssertionError:
                if not left:
                    raise
        raise AssertionError(words)

    async def live(self) -> None:
        """Wait until the citizen is followed live."""
        console = self.li.console

        def is_so() -> bool:
            words = console.state.get("words")
            return bool(words and words["live"]["citizen"])

        await eventually(is_so, RESUMES_SECONDS)

    async def all_read(self) -> None:
        """Wait until the call is wrapped up and nothing of it is to be read any more."""
        await self.li.console.seat_becomes("ready", 30)

        async def none_waits() -> bool:
            return not await self.store.jobs_waiting_of(self.contact_id)

        await eventually(none_waits, AFTERWARDS_SECONDS)

    async def apart(self) -> bool:
        """Whether no moment and no word of a voice is there twice, and the numbering has no gap."""
        segments = await self.store.segments(self.contact_id)
        there = "\n".join(
            f"{s.seq} {s.party} {s.source} {s.begin_seconds}-{s.end_seconds} {s.raw}"
            for s in segments
        )
        for party in Party:
            mine = sorted((s.begin_seconds, s.end_seconds) for s in segments if s.party is party)
            assert all(a[1] <= b[0] + 0.1 for a, b in pairwise(mine)), there
            live, read = (
                [
                    (raw, word.begin_seconds)
                    for s in segments
                    if s.party is party and s.source is source
                    for raw, word in zip(s.raw.split(), s.words, strict=True)
                ]
                for source in (Source.LIVE, Source.RECORDING)
            )
            assert not [w for w, at in read for v, b in live if w == v and abs(at - b) < 1], there
        assert [one.seq for one in segments] == list(range(1, len(segments) + 1)), there
        return True


def _begin(segment: Segment) -> float:
    return segment.begin_seconds


def alike(one: str, other: str) -> float:
    """How much of two sentences is the same, 0..1."""
    return SequenceMatcher(None, one.split(), other.split()).ratio()


def speaks(world: GatewayWorld, call: Call, words: str, voice: str = "m3") -> None:
    """A telephone says this."""
    name = f"{'-'.join(str(ord(ch)) for ch in words[:4])}-{voice}.wav"
    call.sound.play_file(speak_to(world.folder / name, words, voice=voice))


def ears_of(world: GatewayWorld) -> list[int]:
    """The ear's process below the gateway, and its workers below it."""

    def children(pid: int) -> list[int]:
        path = Path(f"/proc/{pid}/task/{pid}/children")
        return [int(one) for one in path.read_text("ascii").split()]

    for pid in children(world.gateway_pid()):
        if b"asr" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
            return [pid, *children(pid)]
    return []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """A gateway that hears, with a supervisor known."""
    folder = tmp_path_factory.mktemp("gateway")
    queue = {"ring_seconds": 7, "wrap_up_seconds": 2, "max_wait_seconds": 60}
    async with gateway_world(folder, queue=queue, speech={"workers": 1}) as world:
        await world.add("chen", Role.SUPERVISOR)
        yield world


@pytest_asyncio.fixture(loop_scope="module")
async def talk(world: GatewayWorld) -> AsyncIterator[Talk]:
    """Somebody who has dialled talks with a seat, and both are followed live."""
    async with (
        opened_store(world.settings()) as store,
        operator(world, "li", "8001") as li,
        citizen(world) as call,
    ):
        await hears(li.console)
        seat_call = await connected(call, li)
        assert li.console.call
        both = {"citizen": True, "seat": True}
        await eventually(lambda: (li.console.state["words"] or {}).get("live") == both, 15)
        yield Talk(world, store, call, seat_call, li, li.console.call["contact_id"])
        await call.hang_up()


async def hears(console: Console) -> None:
    """Wait until there is an ear with a model."""
    await eventually(lambda: console.state["hearing"]["state"] == "up", 60)
    assert console.state["hearing"]["model"]["demo"]


async def test_both_voices_are_read_while_they_speak(talk: Talk) -> None:
    """The right words, whose they are, each at its time; partials before the final."""
    noise = await talk.understood(NOISE)
    assert (noise.party, noise.source, noise.text) == (
        Party.CITIZEN,
        Source.LIVE,
        line_written(NOISE),
    )
    begin = noise.words[0].begin_seconds
    for word, (began, _) in zip(noise.words, seconds_of(NOISE), strict=True):
        assert word.begin_seconds - begin == pytest.approx(began, abs=TIME_SECONDS)
    console = talk.li.console
    assert "partial" in console.heard
    water = await talk.understood(WATER, Party.SEAT)
    assert (water.party, water.operator_id) == (Party.SEAT, console.state["me"]["id"])
    assert water.begin_seconds > noise.end_seconds
    await eventually(lambda: console.state["words"]["last_seq"] >= 2, 10)
    number = await talk.understood(NUMBER, least=0.8)
    assert re.search(r"\d{7}", number.text) is None
    assert "*" in "".join(word.text for word in number.words)
    assert await talk.apart()


async def test_a_cry_for_help_is_an_alarm_for_the_operator_and_the_supervisor(
    world: GatewayWorld,
) -> None:
    """While the caller still waits it is the supervisor's; with the call it is the operator's."""
    async with world.console("chen") as chen, citizen(world, "13800000077") as call:
        await hears(chen)
        await call.answered()
        await eventually(lambda: any(one["waiting"] for one in chen.state["queues"]), 20)
        speaks(world, call, FIRE)
        await eventually(lambda: chen.state["alarms"], WORDS_SECONDS)
        assert {one["word"] for one in chen.state["alarms"]} & {"着火", "救命"}
        async with operator(world, "li", "8001") as li:
            await connected(call, li)
            await eventually(lambda: li.console.state["alarms"], 10)
            assert li.console.call
            assert {one["contact_id"] for one in li.console.state["alarms"]} == {
                li.console.call["contact_id"]
            }
            await call.hang_up()


async def test_a_gateway_that_is_killed_finds_what_was_said_meanwhile(talk: Talk) -> None:
    """The call goes on, the next gateway hears it, and reads the rest from the recording."""
    await talk.understood(NOISE, least=MOST_OF_IT)
    killed = talk.world.gateway_pid()
    os.kill(killed, signal.SIGKILL)
    await talk.says_again(LAMP)
    await eventually(lambda: talk.world.gateway_pid(other_than=killed), 30)
    await eventually(talk.world.is_ready, 30)
    talk.li.console.state = {}  # what the dead one said of it
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(talk.li.console.live())
        await talk.live()
        await talk.understood(WATER, least=MOST_OF_IT)
        assert not talk.citizen.has_ended
        assert not talk.seat.has_ended
        await talk.citizen.hang_up()
        await talk.seat.ended()
        await talk.is_there(LAMP, AFTERWARDS_SECONDS, Source.RECORDING)
        await talk.all_read()
        assert await talk.apart()
        listening.cancel()


@pytest.mark.parametrize("who", ["worker", "ear"])
async def test_a_recogniser_that_is_killed_costs_the_call_nothing(talk: Talk, who: str) -> None:
    """Words resume, and what was said meanwhile is there: read again, or from the recording."""
    await talk.understood(NOISE, least=MOST_OF_IT)
    ear, *workers = ears_of(talk.world)
    for pid in [ear] if who == "ear" else workers:
        os.kill(pid, signal.SIGKILL)
    await talk.says_again(LAMP)
    await talk.live()
    await talk.understood(WATER, least=MOST_OF_IT)
    assert not talk.citizen.has_ended
    assert not talk.seat.has_ended
    await talk.citizen.hang_up()
    await talk.seat.ended()
    await talk.is_there(LAMP, AFTERWARDS_SECONDS)
    await talk.all_read()
    assert await talk.apart()

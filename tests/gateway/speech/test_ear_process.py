"""The ear's process: it is there, is replaced, ends with us, and nothing ever waits for it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from asr import wire
from gateway.ports.ears import Ears, EarsLost, EarsUnavailable, Heard
from gateway.speech.ear_life import EarPatience, environment
from gateway.speech.ear_process import EarProcess
from tests.eventually import eventually, remains

PROGRAM = Path(__file__).resolve().parents[2] / "peers" / "ear_program.py"
SHORT = EarPatience(start_seconds=10, ping_seconds=0.2, silent_seconds=1.5, stop_seconds=2)


@dataclass
class World:
    """An adapter on the program, everything it reported, and the ids of all its processes."""

    ears: EarProcess
    marks: Path
    heard: list[Heard]

    def pids(self) -> list[int]:
        """Of every start so far."""
        return [int(line) for line in self.marks.read_text("ascii").split()]

    def lost(self) -> int:
        """How often it said so."""
        return sum(isinstance(one, EarsLost) for one in self.heard)


@asynccontextmanager
async def world(
    folder: Path, how: str, patience: EarPatience = SHORT, most_unread: int = 100
) -> AsyncIterator[World]:
    """Running until the block ends."""
    marks = folder / "marks"
    marks.touch()
    command = (sys.executable, "-P", str(PROGRAM), str(marks), how)
    async with EarProcess(command, patience=patience, most_unread=most_unread) as ears:
        made = World(ears, marks, [])
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(read(ears, made.heard))
            yield made
            reading.cancel()


async def read(ears: Ears, into: list[Heard]) -> None:
    """The one reader."""
    async for one in ears.heard():
        into.append(one)  # noqa: PERF401 - one by one, as they come


def alive(pid: int) -> bool:
    """Whether it runs, zombies apart."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text("ascii")
    except FileNotFoundError:
        return False


async def test_what_it_is_told_is_answered_and_told_on_in_order(tmp_path: Path) -> None:
    """Ready first, then reports; an answer goes to who asked, and to nobody else."""
    async with world(tmp_path, "good") as it:
        states = [it.ears.state]
        await eventually(lambda: it.ears.ready, 10)
        assert [*states, it.ears.state] == ["down", "up"]
        it.ears.tell(wire.Expect(stream="s", rank=(1, 2.0)))
        answered = await it.ears.ask(wire.Ask(stream="a", prompt="p.wav"))
        assert (answered.why, answered.text) == ("words", "投诉")
        done = await it.ears.transcribe("j", Path("x.wav"), 0.0, 0.0)
        assert done.utterances[0].words[0].text == "10"
        await eventually(lambda: len(it.heard) == 2)
        assert [type(one) for one in it.heard] == [wire.Ready, wire.Began]


async def test_off_is_a_state_and_needs_no_process() -> None:
    """Everything can be called; what wants an answer is told that there is none."""
    async with EarProcess(None) as ears:
        assert (ears.state, ears.ready) == ("off", None)
        ears.tell(wire.Forget(stream="s"))
        with pytest.raises(EarsUnavailable):
            await ears.ask(wire.Ask(stream="a", prompt="p.wav"))
    assert [one async for one in ears.heard()] == []


async def test_one_that_dies_is_followed_at_once(tmp_path: Path) -> None:
    """By SIGKILL; who waited for an answer is told, the reader reads lost and then ready."""
    async with world(tmp_path, "good") as it:
        await eventually(lambda: it.ears.ready, 10)
        asking = asyncio.create_task(it.ears.ask(wire.Ask(stream="a", prompt="silent.wav")))
        job = asyncio.create_task(it.ears.transcribe("j", Path("silent.wav"), 0, 0))
        await eventually(lambda: it.ears._answers and it.ears._jobs)
        os.kill(it.pids()[0], signal.SIGKILL)
        for waiting in (asking, job):
            with pytest.raises(EarsUnavailable):
                await waiting
        assert it.ears.state == "down"
        await eventually(lambda: len(it.pids()) == 2, 3)
        await eventually(lambda: len(it.heard) == 3, 10)
        assert [type(one) for one in it.heard] == [wire.Ready, EarsLost, wire.Ready]


@pytest.mark.parametrize("how", ["mute", "unready"])
async def test_one_that_does_not_answer_is_killed_and_replaced(tmp_path: Path, how: str) -> None:
    """No Pong, or no Ready in time."""
    patience = EarPatience(start_seconds=1.5, ping_seconds=0.2, silent_seconds=1.0)
    async with world(tmp_path, how, patience) as it:
        await eventually(lambda: len(it.pids()) >= 2, 15)
        assert not alive(it.pids()[0])


async def test_one_that_stands_still_is_killed_and_replaced(tmp_path: Path) -> None:
    """By SIGSTOP: telling it something does not wait meanwhile, however much it is."""
    async with world(tmp_path, "good") as it:
        await eventually(lambda: it.ears.ready, 10)
        os.kill(it.pids()[0], signal.SIGSTOP)
        for n in range(60_000):
            it.ears.tell(wire.Forget(stream=str(n)))
        await eventually(lambda: it.lost() == 1, 15)
        await eventually(lambda: len(it.pids()) == 2, 5)
        assert not alive(it.pids()[0])


async def test_one_that_does_not_come_up_is_tried_with_growing_pauses(tmp_path: Path) -> None:
    """It never was there, so nobody is told that it was lost."""
    patience = EarPatience(first_pause_seconds=0.2, longest_pause_seconds=60.0)
    async with world(tmp_path, "dies", patience) as it:
        await eventually(lambda: len(it.pids()) >= 3, 20)
        await remains(lambda: len(it.pids()) == 3, 0.4)
        assert (it.lost(), it.ears.state) == (0, "down")


async def test_nothing_of_it_is_left_when_the_context_ends(tmp_path: Path) -> None:
    """Its input ends, and so does it."""
    async with world(tmp_path, "good") as it:
        await eventually(lambda: it.ears.ready, 10)
        (pid,) = it.pids()
    assert not alive(pid)
    assert it.ears.state == "down"


async def test_reports_nobody_reads_are_bounded_partials_leave_first(tmp_path: Path) -> None:
    """Room for 100: what is final is there, in order."""
    marks = tmp_path / "marks"
    command = (sys.executable, "-P", str(PROGRAM), str(marks), "floods")
    async with EarProcess(command, patience=SHORT, most_unread=100) as ears:
        await eventually(lambda: sum(isinstance(one, wire.Ended) for one in ears._unread) == 40, 15)
        assert len(ears._unread) <= 100
    seen = [one.stream async for one in ears.heard() if isinstance(one, wire.Ended)]
    assert seen == [str(n) for n in range(40)]


async def test_reports_for_which_there_is_no_room_lose_the_ear(tmp_path: Path) -> None:
    """A reader that is away for so long: rather a new ear than one whose finals are missing."""
    marks = tmp_path / "marks"
    command = (sys.executable, "-P", str(PROGRAM), str(marks), "floods")
    async with EarProcess(command, patience=SHORT, most_unread=20) as ears:
        await eventually(lambda: ears.lost, 15)
        assert len(ears._unread) == 21
        assert isinstance(ears._unread[-1], EarsLost)


async def test_nonsense_between_reports_is_passed_over(tmp_path: Path) -> None:
    """A library that prints does not take the ear with it."""
    async with world(tmp_path, "talks") as it:
        await eventually(lambda: it.ears.ready, 10)
        assert (await it.ears.ask(wire.Ask(stream="a", prompt="p.wav"))).why == "words"
        assert it.ears.lost == 0


async def test_an_answer_has_a_limit(tmp_path: Path) -> None:
    """An ear that lives and answers nothing."""
    async with world(tmp_path, "good") as it:
        await eventually(lambda: it.ears.ready, 10)
        with pytest.raises(EarsUnavailable):
            await it.ears.transcribe("j", Path("silent.wav"), 0, 0, within_seconds=0.2)


def test_its_environment_holds_no_secret() -> None:
    """Only what a program needs to find itself and its language."""
    assert set(environment()) <= {"HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ", "PYTHONPATH"}


async def test_a_program_that_cannot_be_started_is_tried_again(tmp_path: Path) -> None:
    """Speech is down, nothing else is."""
    patience = EarPatience(first_pause_seconds=0.05)
    async with EarProcess((str(tmp_path / "nothing"),), patience=patience) as ears:
        await eventually(lambda: ears.lost >= 2, 10)
        assert ears.state == "down"

"""The watchdog: ends a loop that stands still, and nothing else."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.app.notices import Notifier
from gateway.app.watchdog import watched
from gateway.supervise import STARVED_SHARE, Silence, starved_seconds
from tests.eventually import eventually, remains
from tests.stopped_process import stands_still, stop

CHECKOUT = Path(__file__).resolve().parents[3]
STALL_SECONDS = 1.5
"""More than a beat and a tick together."""
PROGRAM = """
import asyncio, os, pathlib, sys, threading
from gateway import log
from gateway.app.notices import Notifier
from gateway.app.watchdog import watched
from tests.eventually import eventually, never

folder, how = pathlib.Path(sys.argv[1]), sys.argv[2]

def hangs(seconds):
    threading.Event().wait(seconds)

def blocked(canary):
    hangs(60)

def busy(canary):
    while True:
        pass

def deaf_log(canary):
    read, write = os.pipe()
    os.dup2(write, 2)
    while True:
        os.write(2, b"x" * 4096)

async def main():
    log.set_up(json_lines=True)
    limits = {"start_seconds": float(sys.argv[3]), "stall_seconds": float(sys.argv[4])}
    with watched(Notifier(), **limits) as watchdog:
        if how != "opening":
            watchdog.ready()
        (folder / "ready").touch()
        await eventually((folder / "go").exists, 60)
        if how == "opening":
            hangs(1.5)
            (folder / "opened").touch()
        elif how != "nothing":
            globals()[how]("13800001234")
        await never()

asyncio.run(main())
"""


class Program:
    """A small program whose loop is watched."""

    def __init__(self, folder: Path, child: asyncio.subprocess.Process) -> None:
        self.folder = folder
        self.child = child

    def go(self) -> None:
        """Begin."""
        (self.folder / "go").touch()

    async def end(self, within_seconds: float) -> int:
        """Wait for its end by itself; the exit code."""
        async with asyncio.timeout(within_seconds):
            return await self.child.wait()

    def log(self) -> list[dict[str, object]]:
        """What it said."""
        lines = (self.folder / "log").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]


@asynccontextmanager
async def running(folder: Path, how: str, start_seconds: float = 30) -> AsyncIterator[Program]:
    """It runs, and waits; ``go`` makes it do what ``how`` says. Killed at the end."""
    with (folder / "log").open("wb") as log:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM, str(folder), how),
            *(str(start_seconds), str(STALL_SECONDS)),
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stderr=log,
        )
    try:
        await eventually((folder / "ready").exists, 30)
        yield Program(folder, child)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


@pytest.mark.parametrize("how", ["blocked", "busy"])
async def test_a_loop_that_stands_still_is_ended_and_says_where(tmp_path: Path, how: str) -> None:
    """By SIGKILL, within seconds; the log has file, line and function, and no value."""
    async with running(tmp_path, how) as program:
        began = time.monotonic()
        program.go()
        assert await program.end(30) == -signal.SIGKILL
        assert time.monotonic() - began >= STALL_SECONDS
    (said,) = program.log()
    assert said["event"] == "loop_stalled"
    where = str(said["where"])
    assert f" {how} <" in where
    assert " main <" in where
    assert "13800001234" not in (tmp_path / "log").read_text("utf-8")


async def test_a_loop_that_hangs_in_its_own_log_is_ended(tmp_path: Path) -> None:
    """The last word cannot be said then; the end does not wait for it."""
    async with running(tmp_path, "deaf_log") as program:
        program.go()
        assert await program.end(30) == -signal.SIGKILL


async def test_opening_has_a_limit_of_its_own(tmp_path: Path) -> None:
    """A long look at the store before ``ready`` is no stall; one beyond its limit is."""
    folders = [tmp_path / name for name in ("patient", "impatient")]
    for folder in folders:
        folder.mkdir()
    async with (
        running(folders[0], "opening", 30) as patient,
        running(folders[1], "opening", 0.3) as impatient,
    ):
        patient.go()
        impatient.go()
        assert await impatient.end(30) == -signal.SIGKILL
        assert not (folders[1] / "opened").exists()
        await eventually((folders[0] / "opened").exists, 30)
        assert patient.child.returncode is None


async def test_a_program_that_slept_is_not_ended_for_it(tmp_path: Path) -> None:
    """Stopped for twice its limit (a suspended machine), it goes on."""
    async with running(tmp_path, "nothing") as program:
        await stop(program.child)
        await remains(lambda: stands_still(program.child), 2 * STALL_SECONDS)
        program.child.send_signal(signal.SIGCONT)
        with pytest.raises(TimeoutError):
            await program.end(STALL_SECONDS)


def test_silence_counts_only_while_we_were_awake() -> None:
    """Ticks add up; a gap is our own sleep and counts as one tick; a word ends the silence."""
    silence = Silence(100.0, longest_tick=0.5)
    assert silence.tick(100.25) == pytest.approx(0.25)
    assert silence.tick(100.5) == pytest.approx(0.5)
    assert silence.tick(900.0) == pytest.approx(1.0)
    assert silence.tick(899.0) == pytest.approx(1.0)
    silence.heard()
    assert silence.tick(899.25) == pytest.approx(0.25)


def test_waiting_for_a_processor_counts_a_quarter() -> None:
    """A starving machine is no stall; one that lasts ends all the same."""
    silence = Silence(0.0)
    assert silence.tick(0.2, 40.0) == pytest.approx(0.2)  # the first figure is the beginning
    assert silence.tick(0.4, 40.2) == pytest.approx(0.2 + 0.2 * STARVED_SHARE)
    for tick in range(3, 200):
        silence.tick(tick * 0.2, 40.0 + (tick - 1) * 0.2)
    assert silence.seconds > 9


def test_the_kernel_says_how_long_a_thread_waited_for_a_processor() -> None:
    """A number that never falls; nothing for a thread that is not there."""
    first = starved_seconds("/proc/self")
    assert first >= 0
    assert starved_seconds("/proc/self") >= first
    assert starved_seconds("/proc/self/task/0") == 0


async def test_what_the_block_raises_leaves_as_it_is() -> None:
    """The command line knows its own errors."""
    with pytest.raises(OSError, match="port"), watched(Notifier()):
        raise OSError("port")

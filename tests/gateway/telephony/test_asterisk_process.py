"""Our own Asterisk: starts, says why it does not, comes back, and never outlives us."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from gateway.telephony.asterisk_process import (
    AsteriskDidNotStart,
    AsteriskProcess,
    answers_as_manager,
    dirs_for,
    unique_system_name,
)
from gateway.telephony.asterisk_program import AsteriskProgram
from gateway.telephony.free_port import free_port
from tests.asterisk_world import CHECKOUT, asterisk_world, test_program
from tests.eventually import eventually
from tests.raw_ami import raw_ami

asterisk = pytest.mark.asterisk


def alive(pid: int) -> bool:
    """Whether this process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def on_disk(database: Path, queue: str) -> bool:
    """Whether the queue's members are written; Asterisk does that up to a second later."""
    with closing(sqlite3.connect(database)) as db:
        key = f"/Queue/PersistentMembers/{queue}"
        return db.execute("SELECT value FROM astdb WHERE key = ?", (key,)).fetchone() is not None


def script(tmp_path: Path, body: str) -> AsteriskProgram:
    """A program that is not Asterisk."""
    path = tmp_path / "program"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o700)
    return AsteriskProgram(
        argv=(str(path),), env={}, modules_dir=tmp_path, data_dir=tmp_path, version=""
    )


@asterisk
async def test_entering_means_booted_and_leaving_means_gone(tmp_path: Path) -> None:
    """Inside, the manager interface answers; afterwards there is no process and no port."""
    async with asterisk_world(tmp_path) as world:
        pid = world.process.pid
        assert pid is not None
        assert alive(pid)
        assert await answers_as_manager("127.0.0.1", world.ami_port)
        assert os.getpgid(pid) == pid != os.getpgid(0)
        assert (world.dirs.etc / "pjsip.conf").stat().st_mode & 0o077 == 0
    assert not alive(pid)
    assert not await answers_as_manager("127.0.0.1", world.ami_port)


@asterisk
async def test_a_killed_asterisk_comes_back(tmp_path: Path) -> None:
    """SIGKILL: up again by itself, counted, with the members it had."""
    async with asterisk_world(tmp_path) as world:
        told: list[int] = []
        world.process._on_restart = told.append
        await world.ami.action("QueueAdd", Queue="civil", Interface="PJSIP/seat-8001")
        await eventually(lambda: on_disk(world.dirs.state / "astdb.sqlite3", "civil"))
        first = world.process.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await eventually(lambda: world.process.pid not in {None, first}, 10)
        await eventually(lambda: answers_as_manager("127.0.0.1", world.ami_port), 10)
        assert told == [1]
        assert world.process.restarts == 1
        async with raw_ami(world.ami_port, "test", "test-ami") as ami:
            await ami.event("FullyBooted")

            async def remembered() -> bool:
                entries = await ami.listing("QueueStatus", Queue="civil")
                return any(one.get("Location") == "PJSIP/seat-8001" for one in entries)

            await eventually(remembered)


@asterisk
async def test_a_taken_port_is_said_with_the_log(tmp_path: Path) -> None:
    """Whoever cannot start says why, in Asterisk's own last words."""
    async with asterisk_world(tmp_path / "one") as world:
        dirs = dirs_for(tmp_path / "two" / "asterisk", tmp_path / "recordings")
        config = {
            path.name: path.read_text()
            .replace("/one/", "/two/")
            .replace(str(world.dirs.run), str(dirs.run))
            for path in world.dirs.etc.glob("*.conf")
        }
        second = AsteriskProcess(
            world.program, config, dirs, ami=("127.0.0.1", free_port()), boot_seconds=4
        )
        with pytest.raises(AsteriskDidNotStart) as error:
            await second.__aenter__()
        assert "not booted" in error.value.reason
        assert "Address already in use" in error.value.reason
        assert second.pid is None


@asterisk
async def test_a_taken_sip_port_is_no_start(tmp_path: Path) -> None:
    """Booted without its SIP port, nobody could call it: that is said, not found out."""
    port = free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", port))
        with pytest.raises(AsteriskDidNotStart) as error:
            await asterisk_world(tmp_path, sip_port=port).__aenter__()
    assert "['udp']" in error.value.reason
    assert "Address already in use" in error.value.reason


@asterisk
async def test_an_unusable_configuration_is_said_with_the_log(tmp_path: Path) -> None:
    """A module that must load and does not ends Asterisk; the reason names it."""
    async with asterisk_world(tmp_path / "one") as world:
        config = {path.name: path.read_text() for path in world.dirs.etc.glob("*.conf")}
    config["modules.conf"] += "\nrequire = app_nowhere.so\n"
    process = AsteriskProcess(world.program, config, world.dirs, ami=("127.0.0.1", world.ami_port))
    with pytest.raises(AsteriskDidNotStart) as error:
        await process.__aenter__()
    assert "app_nowhere" in error.value.reason


async def test_a_program_that_ends_at_once_is_said_with_its_words(tmp_path: Path) -> None:
    """Exit code and what it printed."""
    program = script(tmp_path, "echo no such library; exit 5")
    dirs = dirs_for(tmp_path / "a", tmp_path / "r")
    process = AsteriskProcess(program, {}, dirs, ami=("127.0.0.1", free_port()))
    with pytest.raises(AsteriskDidNotStart) as error:
        await process.__aenter__()
    assert "ended with 5" in error.value.reason
    assert "no such library" in error.value.reason
    assert error.value.retryable


async def test_a_program_that_hangs_and_ignores_sigterm_is_ended_all_the_same(
    tmp_path: Path,
) -> None:
    """The boot has a limit, and so has the stop; children of it end too."""
    program = script(tmp_path, "trap '' TERM; echo $$ >pid; sleep 60 & echo $! >child; wait; wait")
    dirs = dirs_for(tmp_path / "a", tmp_path / "r")
    process = AsteriskProcess(
        program, {}, dirs, ami=("127.0.0.1", free_port()), boot_seconds=0.5, stop_seconds=0.5
    )
    with pytest.raises(AsteriskDidNotStart):
        await process.__aenter__()
    pids = [int((dirs.state / name).read_text()) for name in ("pid", "child")]
    await eventually(lambda: not any(alive(pid) for pid in pids))


@asterisk
async def test_it_does_not_outlive_us(tmp_path: Path) -> None:
    """Kill -9 of whoever started it: no second telephone system is left on the ports."""
    program = test_program()
    code = f"""
import asyncio, sys
from pathlib import Path
sys.path.insert(0, {str(CHECKOUT)!r})
from tests.asterisk_world import asterisk_world
from tests.eventually import never
async def main():
    async with asterisk_world(Path({str(tmp_path)!r})) as world:
        print(world.process.pid, flush=True)
        await never()
asyncio.run(main())
"""
    environment = dict(os.environ) | {"HOTLINE_TEST_ASTERISK": program.to_json()}
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, env=environment
    )
    try:
        assert parent.stdout is not None
        async with asyncio.timeout(20):
            pid = int(await parent.stdout.readline())
        assert alive(pid)
    finally:
        parent.kill()
        await parent.wait()
    await eventually(lambda: not alive(pid), 10)


def test_a_long_folder_gets_a_short_place_for_the_socket(tmp_path: Path) -> None:
    """A UNIX socket's path has 107 bytes, whatever the checkout is called."""
    deep = tmp_path / ("很长的文件夹名" * 4) / ("x" * 40)
    dirs = dirs_for(deep, tmp_path / "r")
    assert len(os.fsencode(dirs.run / "asterisk.ctl")) <= 100
    assert dirs.run.is_dir()
    assert dirs.run.stat().st_mode & 0o077 == 0
    dirs.run.rmdir()
    short = Path("/srv/h")
    assert dirs_for(short, short).run == short / "run"


@asterisk
async def test_it_runs_in_a_folder_with_a_long_chinese_name(tmp_path: Path) -> None:
    """Nobody chooses a checkout's path for our sake."""
    deep = tmp_path / "十二三四五热线网关与一个很长很长很长的文件夹名字" / ("x" * 40)
    async with asterisk_world(deep) as world:
        shown = await world.process.command("dialplan show hotline-trunk-numbers")
        assert "12345" in shown
        run = world.dirs.run
        assert run.is_dir()
    assert not run.exists()


async def test_somebody_else_on_the_port_is_not_asterisk() -> None:
    """A listener that says something else, or nothing, is not the manager interface."""
    with socket.create_server(("127.0.0.1", 0)) as server, suppress(OSError):
        port = server.getsockname()[1]
        assert not await answers_as_manager("127.0.0.1", port)


def test_no_two_runs_have_one_name() -> None:
    """Uniqueids of two runs never meet."""
    assert len({unique_system_name() for _ in range(1000)}) == 1000

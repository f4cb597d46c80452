"""The keeper: one gateway after the other, each told what it must know, all stopped in order."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from gateway.app.invitation import Invitation, Reach
from gateway.app.keeper import Patience, gateways
from gateway.app.notices import Notifier, listening
from gateway.core.operator import Role
from gateway.intake.seed import FirstLogin
from tests.eventually import eventually, remains
from tests.stopped_process import stands_still, stop

INVITATION = Invitation(
    reach=Reach(
        ami_host="127.0.0.1",
        ami_port=5038,
        ami_secrets={"hotline-events": "ami canary"},
        ws_url="ws://127.0.0.1:1/ws",
        web_secret="web canary",
        agi_port=4573,
    ),
    prompts=("greeting",),
    first_logins=(FirstLogin("admin", Role.ADMIN, "shown once"),),
)
CHILD = """
import pathlib, signal, sys
folder = pathlib.Path(sys.argv[1])
number = len(list(folder.glob("born-*")))
(folder / f"told-{number}").write_bytes(sys.stdin.buffer.read())
signal.signal(signal.SIGTERM, lambda *_: ((folder / "stopped").touch(), sys.exit(0)))
(folder / f"born-{number}").write_text(str(__import__("os").getpid()))
signal.pause()
"""


def test_an_invitation_reads_back_and_shows_no_secret() -> None:
    """The same value on the other side; nothing secret in what a log might print."""
    assert Invitation.from_json(INVITATION.to_json()) == INVITATION
    for secret in ("ami canary", "web canary", "shown once"):
        assert secret not in repr(INVITATION)


async def test_a_gateway_that_dies_is_followed_by_another_and_the_last_is_stopped(
    tmp_path: Path,
) -> None:
    """Each is told the same, the first logins only once; SIGTERM ends the last."""
    stop = asyncio.Event()
    command = (sys.executable, "-c", CHILD, str(tmp_path))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(gateways(command, INVITATION, stop, notifier=Notifier()))
        await eventually((tmp_path / "born-0").exists, 10)
        first = int(await eventually((tmp_path / "born-0").read_text, 5))
        os.kill(first, signal.SIGKILL)
        await eventually((tmp_path / "born-1").exists, 10)
        stop.set()
    assert running.result() == 0
    assert (tmp_path / "stopped").exists()
    told = [Invitation.from_json((tmp_path / f"told-{n}").read_bytes()) for n in range(2)]
    assert told[0] == INVITATION
    assert told[1].reach == INVITATION.reach
    assert told[1].first_logins == ()


@pytest.mark.parametrize("code", [1, 3])
async def test_a_gateway_that_never_opens_is_not_tried_for_ever(code: int) -> None:
    """Its message stands on the screen; the keeper leaves with its exit code."""
    command = (sys.executable, "-c", f"import sys; sys.exit({code})")
    assert await gateways(command, INVITATION, asyncio.Event(), notifier=Notifier()) == code


async def test_a_gateway_that_does_not_stop_is_ended(tmp_path: Path) -> None:
    """The limit is the keeper's; a frozen gateway cannot keep the house open."""
    stop = asyncio.Event()
    deaf = CHILD.replace('lambda *_: ((folder / "stopped").touch(), sys.exit(0))', "signal.SIG_IGN")
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(
            gateways(
                (sys.executable, "-c", deaf, str(tmp_path)),
                INVITATION,
                stop,
                notifier=Notifier(),
                patience=Patience(stop_seconds=0.3),
            )
        )
        await eventually((tmp_path / "born-0").exists, 10)
        stop.set()
    assert running.result() == 0
    assert not (tmp_path / "stopped").exists()


BEATING = """
import os, pathlib, signal, socket, sys
folder = pathlib.Path(sys.argv[1])
number = len(list(folder.glob("born-*")))
supervisor = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
say = lambda word: supervisor.sendto(word, os.environ["NOTIFY_SOCKET"])
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
say(b"STATUS=opening")
say(b"READY=1")
(folder / f"born-{number}").write_text(str(os.getpid()))
while not signal.sigtimedwait({signal.SIGTERM}, 0.05):
    say(b"WATCHDOG=1")
"""
CHECKOUT = Path(__file__).resolve().parents[3]
SOON = Patience(start_seconds=30, silent_seconds=0.6, stop_seconds=5)


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_a_gateway_that_falls_silent_is_killed_and_followed_by_another(
    tmp_path: Path,
) -> None:
    """SIGSTOP: nothing in the process can help any more. Not before its limit; then at once.

    Our own supervisor hears of it: ready, what the gateway says of itself, that it died.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    command = (sys.executable, "-c", BEATING, str(tmp_path))
    heard: list[dict[str, str]] = []
    async with (
        listening(lambda said: heard.append(dict(said))) as ours,
        asyncio.TaskGroup() as tasks,
    ):
        notifier = Notifier.of(dict(ours))
        running = tasks.create_task(
            gateways(command, INVITATION, stop, notifier=notifier, patience=SOON)
        )
        await eventually((tmp_path / "born-0").exists, 20)
        first = int(await eventually((tmp_path / "born-0").read_text, 5))
        os.kill(first, signal.SIGSTOP)
        stopped = loop.time()
        await eventually((tmp_path / "born-1").exists, 20)
        assert loop.time() - stopped >= SOON.silent_seconds
        assert not _alive(first)
        await eventually(lambda: heard.count({"READY": "1"}) == 2, 10)
        stop.set()
        await eventually(lambda: {"STOPPING": "1"} in heard, 10)
    assert running.result() == 0
    statuses = [said["STATUS"] for said in heard if "STATUS" in said]
    assert [status.rpartition(" / ")[2] for status in statuses] == [
        "opening",
        "gateway died, next one; calls go on",
        "opening",
    ]


async def test_a_gateway_that_is_starting_may_be_silent_for_longer(tmp_path: Path) -> None:
    """Before READY its limit is that of a start; that one holds, too."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    command = (sys.executable, "-c", CHILD, str(tmp_path))  # it never says a word
    patience = Patience(start_seconds=1.5, silent_seconds=0.1, stop_seconds=5)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(
            gateways(command, INVITATION, stop, notifier=Notifier(), patience=patience)
        )
        await eventually((tmp_path / "born-0").exists, 20)
        born = loop.time()
        await eventually((tmp_path / "born-1").exists, 20)
        assert loop.time() - born > 0.5
        stop.set()


async def test_the_keeper_does_not_take_its_own_sleep_for_the_gateways(tmp_path: Path) -> None:
    """A keeper that was stopped for three limits finds its gateway beating and lets it be."""
    program = f"""
import asyncio, sys
from gateway.app.keeper import Patience, gateways
from gateway.app.notices import Notifier, listening
from tests.gateway.app.test_keeper import BEATING, INVITATION, SOON
command = (sys.executable, "-c", BEATING, {str(tmp_path)!r})
asyncio.run(gateways(command, INVITATION, asyncio.Event(), notifier=Notifier(), patience=SOON))
"""
    keeper = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program),
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        await eventually((tmp_path / "born-0").exists, 30)
        await stop(keeper)
        await remains(lambda: stands_still(keeper), 3 * SOON.silent_seconds)
        keeper.send_signal(signal.SIGCONT)
        await remains(lambda: not (tmp_path / "born-1").exists(), 2 * SOON.silent_seconds)
    finally:
        keeper.kill()
        await keeper.wait()
    gateway = int((tmp_path / "born-0").read_text("utf-8"))
    await eventually(lambda: not _alive(gateway), 10)

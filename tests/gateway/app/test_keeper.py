"""The keeper: one gateway after the other, each told what it must know, all stopped in order."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from gateway.app.invitation import Invitation, Reach
from gateway.app.keeper import gateways
from gateway.core.operator import Role
from gateway.intake.seed import FirstLogin
from tests.eventually import eventually

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
        running = tasks.create_task(gateways(command, INVITATION, stop))
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
    assert await gateways(command, INVITATION, asyncio.Event()) == code


async def test_a_gateway_that_does_not_stop_is_ended(tmp_path: Path) -> None:
    """The limit is the keeper's; a frozen gateway cannot keep the house open."""
    stop = asyncio.Event()
    deaf = CHILD.replace('lambda *_: ((folder / "stopped").touch(), sys.exit(0))', "signal.SIG_IGN")
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(
            gateways(
                (sys.executable, "-c", deaf, str(tmp_path)), INVITATION, stop, stop_seconds=0.3
            )
        )
        await eventually((tmp_path / "born-0").exists, 10)
        stop.set()
    assert running.result() == 0
    assert not (tmp_path / "stopped").exists()

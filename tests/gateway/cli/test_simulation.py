"""Only one simulation at a time, and a true sentence when one cannot begin."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest

from gateway.cli.simulation import LOCK, AlreadyRunning, alone, cannot_begin
from gateway.simulate.console import ConsoleRefused
from gateway.simulate.left_over import StillTalking
from gateway.simulate.scenario import NotEnoughSeats

HOLDS = "import fcntl,sys;f=open(sys.argv[1],'w');fcntl.flock(f,2);print('held',flush=True);input()"


async def test_a_second_one_is_refused_until_the_first_is_gone_however_it_went(
    tmp_path: Path,
) -> None:
    """The lock ends with its process, SIGKILL included."""
    command = [sys.executable, "-c", HOLDS, str(tmp_path / LOCK)]
    pipe = asyncio.subprocess.PIPE
    other = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert other.stdout
    try:
        assert await other.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning):
            async with alone(tmp_path):
                pass
    finally:
        other.kill()
        await other.wait()
    async with alone(tmp_path):
        pass


@pytest.mark.parametrize(
    ("error", "said", "code"),
    [
        (AlreadyRunning(), "Ctrl-C", 1),
        (NotEnoughSeats(5, 2), "--seats", 1),
        (StillTalking("8003"), "8003", 1),
        (ConsoleRefused("POST", "/api/v1/seat/sign-in", 409, "illegal-move"), "illegal-move", 1),
        (aiohttp.ClientError("gone"), "./hotline up", 3),
    ],
)
def test_only_a_gateway_that_is_away_is_called_away(error: Exception, said: str, code: int) -> None:
    """What stands in the way is named, in both languages; "is it running?" is asked only then."""
    sentence, status = cannot_begin(error, "http://127.0.0.1:1")
    assert said in sentence
    assert (" / " in sentence, status) == (True, code)
    assert ("./hotline up" in sentence) is (code == 3)

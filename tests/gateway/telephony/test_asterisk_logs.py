"""The log of a telephone system that is knocked at all day, and its list of who is shut out."""

import asyncio
import os
import signal
from functools import partial
from pathlib import Path

import pytest

from config.settings import Trunk
from gateway.simulate.phone import SipPhone
from gateway.telephony.asterisk_logs import keep_small
from gateway.telephony.asterisk_process import AsteriskProcess
from tests.asterisk_world import asterisk_world
from tests.eventually import eventually

pytestmark = pytest.mark.asterisk
OUTSIDE = "127.0.0.3"
ELSEWHERE = (Trunk(name="city", match=("127.0.0.2/32",)),)


async def test_a_log_that_grows_is_put_aside_and_written_anew(tmp_path: Path) -> None:
    """Asterisk goes on in a new file of the same name; one old one is kept."""
    async with asterisk_world(tmp_path, trunks=ELSEWHERE) as world:
        log = world.dirs.log / "messages.log"
        kept = log.with_name("messages.log.1")
        acl = world.dirs.etc / "acl.conf"
        acl.write_text(f"[hotline-banned]\ndeny = {OUTSIDE}/32\n")
        await world.process.command("module reload acl")
        reopen = partial(world.process.command, "logger reload")
        async with (
            asyncio.TaskGroup() as tasks,
            SipPhone("x", world.sip, host=OUTSIDE) as phone,
        ):

            async def is_shut_out() -> bool:
                return (await phone.options()).code == 403

            await eventually(is_shut_out, 20)  # a reload says that it began, not that it is done
            keeping = tasks.create_task(keep_small(log, reopen, most_bytes=2000, look_seconds=0.1))

            async def knocked(where: Path) -> bool:
                assert await is_shut_out()
                return await asyncio.to_thread(names_it, where)

            await eventually(lambda: knocked(kept), 20)
            await eventually(lambda: knocked(log), 20)
            keeping.cancel()


async def test_a_half_written_list_does_not_keep_the_city_out(tmp_path: Path) -> None:
    """Asterisk dies while the gateway writes the list: it comes back and takes calls."""
    async with (
        asterisk_world(tmp_path, trunks=ELSEWHERE) as world,
        SipPhone("13800001234", world.sip, host="127.0.0.2") as carrier,
    ):
        (world.dirs.etc / "acl.conf").write_text("")
        assert world.process.pid
        os.kill(world.process.pid, signal.SIGKILL)
        await eventually(lambda: world.process.restarts == 1, 10)
        await eventually(lambda: said_booted(world.process), 30)
        call = await carrier.call("12345")
        await call.answered()


def names_it(log: Path) -> bool:
    """Whether this log tells of the one who is outside."""
    return log.exists() and OUTSIDE in log.read_text()


async def said_booted(process: AsteriskProcess) -> bool:
    """Whether Asterisk says that it is there."""
    return "fully booted" in await process.command("core waitfullybooted")

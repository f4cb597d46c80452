"""Keeps the telephone system and the gateway apart: either may die, the other goes on.

The keeper is the parent of both. It starts Asterisk once, then a gateway, and another one whenever
that dies; calls go on meanwhile (P3). What the gateway needs to know it reads from its standard
input, so that no secret stands in an environment or a file.
"""

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace

import structlog

from config.settings import Settings
from gateway.app.from_settings import opened_store, queues_of, seats_of
from gateway.app.invitation import Invitation
from gateway.app.telephone import OurAsterisk, open_asterisk
from gateway.clock import SystemClock
from gateway.intake.accounts import Accounts
from gateway.intake.seed import seed
from gateway.supervise import dies_with_us

STOP_SECONDS = 40.0
"""More than the limits of all steps of ``opening`` together."""
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
STEADY_SECONDS = 10.0
"""A gateway that never lived so long did not open: its message stands, the keeper gives up too."""

log = structlog.get_logger()

Step = Callable[[str, str], None]


async def keep(
    settings: Settings,
    ours: OurAsterisk,
    command: Sequence[str],
    stop: asyncio.Event,
    step: Step,
) -> int:
    """Run until ``stop``; gives the exit code: 0, or that of a gateway that never opened."""
    async with AsyncExitStack() as stack:
        invitation = await invite(stack, settings, ours, step)
        return await gateways(command, invitation, stop)


async def invite(
    stack: AsyncExitStack, settings: Settings, ours: OurAsterisk, step: Step
) -> Invitation:
    """Fill an empty store, start Asterisk as it says; Asterisk stops when ``stack`` closes."""
    step("打开数据库", "opening the store")
    async with opened_store(settings) as store:
        accounts = Accounts(store, SystemClock())
        first = await seed(store, accounts, queues_of(settings), seats_of(settings))
        step("启动电话系统", "starting the telephone system")
        reach = await open_asterisk(stack, settings, ours, store)
    names = tuple(sorted(file.stem for file in ours.prompts.glob("*.wav")))
    return Invitation(reach=reach, prompts=names, first_logins=first)


async def gateways(
    command: Sequence[str],
    invitation: Invitation,
    stop: asyncio.Event,
    *,
    stop_seconds: float = STOP_SECONDS,
) -> int:
    """One gateway after the other until ``stop``; gives the exit code, as ``keep``."""
    loop = asyncio.get_running_loop()
    pause, opened = FIRST_PAUSE_SECONDS, False
    while True:
        born = loop.time()
        code = await _one(command, invitation, stop, stop_seconds)
        if code is None:
            return 0
        lived = loop.time() - born
        opened = opened or lived >= STEADY_SECONDS
        if not opened and code > 0:
            return code
        if lived >= STEADY_SECONDS:
            pause = FIRST_PAUSE_SECONDS
        log.error("gateway_died", status=code, seconds=round(lived, 1))
        invitation = replace(invitation, first_logins=())
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await stop.wait()
                return 0
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


async def _one(
    command: Sequence[str], invitation: Invitation, stop: asyncio.Event, stop_seconds: float
) -> int | None:
    """Run one gateway to its end and give its exit code; None when it was stopped."""
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        process_group=0,  # Ctrl-C is for the keeper, which stops things in order
        preexec_fn=dies_with_us(signal.SIGTERM),
    )
    async with asyncio.TaskGroup() as tasks:
        ended = tasks.create_task(child.wait())
        stopping = tasks.create_task(stop.wait())
        if child.stdin:
            with suppress(BrokenPipeError, ConnectionResetError):
                child.stdin.write(invitation.to_json())
                await child.stdin.drain()
                child.stdin.close()
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not stop.is_set():
            stopping.cancel()
            return ended.result()
        with suppress(ProcessLookupError):
            child.terminate()
        try:
            async with asyncio.timeout(stop_seconds):
                await asyncio.wait({ended})
        except TimeoutError:
            with suppress(ProcessLookupError):
                child.kill()
    return None

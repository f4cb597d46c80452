"""Keeps the telephone system and the gateway apart: either may die, the other goes on.

The keeper is the parent of both. It starts Asterisk once, then a gateway, and another one whenever
that dies; calls go on meanwhile (P3). What the gateway needs to know it reads from its standard
input, so that no secret stands in an environment or a file.

A gateway that is silent (stopped, swapped out, hung where its own watchdog cannot run) is killed
and followed by another. The keeper is what systemd watches then: it beats for itself, also while
there is no gateway, because to end the keeper is to end every call.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace

import structlog

from config.settings import Settings
from gateway.app.from_settings import numbers_of, opened_store, queues_of, seats_of
from gateway.app.invitation import Invitation
from gateway.app.notices import Notifier, listening
from gateway.app.telephone import OurAsterisk, open_asterisk
from gateway.app.watchdog import BEAT_SECONDS, STALL_SECONDS, START_SECONDS, beating
from gateway.clock import SystemClock
from gateway.intake.accounts import Accounts
from gateway.intake.seed import seed
from gateway.supervise import TICK_SECONDS, Silence, dies_with_us, starved_seconds

STOP_SECONDS = 50.0
"""More than the limits of all steps of ``opening`` together."""
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
STEADY_SECONDS = 10.0
"""A gateway that never lived so long did not open: its message stands, the keeper gives up too."""

log = structlog.get_logger()

Step = Callable[[str, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a gateway may be silent, by where it stands, and how long its end may take.

    ``silent_seconds`` leaves its own watchdog the time to say where it hangs.
    """

    start_seconds: float = START_SECONDS
    silent_seconds: float = STALL_SECONDS + BEAT_SECONDS
    stop_seconds: float = STOP_SECONDS


async def keep(
    settings: Settings,
    ours: OurAsterisk,
    command: Sequence[str],
    stop: asyncio.Event,
    step: Step,
    *,
    notifier: Notifier,
) -> int:
    """Run until ``stop``; gives the exit code: 0, or that of a gateway that never opened."""
    async with AsyncExitStack() as stack:
        stack.enter_context(beating(notifier.beat))
        invitation = await invite(stack, settings, ours, step)
        return await gateways(command, invitation, stop, notifier=notifier)


async def invite(
    stack: AsyncExitStack, settings: Settings, ours: OurAsterisk, step: Step
) -> Invitation:
    """Fill an empty store, start Asterisk as it says; Asterisk stops when ``stack`` closes."""
    step("打开数据库", "opening the store")
    async with opened_store(settings) as store:
        accounts = Accounts(store, SystemClock())
        first = await seed(
            store, accounts, queues_of(settings), seats_of(settings), numbers_of(settings)
        )
        step("启动电话系统", "starting the telephone system")
        reach = await open_asterisk(stack, settings, ours, store)
    names = tuple(sorted(file.stem for file in ours.prompts.glob("*.wav")))
    folder = str(ours.prompts.resolve())
    return Invitation(reach=reach, prompts=names, prompts_folder=folder, first_logins=first)


async def gateways(
    command: Sequence[str],
    invitation: Invitation,
    stop: asyncio.Event,
    *,
    notifier: Notifier,
    patience: Patience | None = None,
) -> int:
    """One gateway after the other until ``stop``; gives the exit code, as ``keep``."""
    loop = asyncio.get_running_loop()
    pause, opened = FIRST_PAUSE_SECONDS, False
    while True:
        born = loop.time()
        child = _Child(notifier, patience or Patience())
        code = await child.run(command, invitation, stop)
        if code is None:
            return 0
        lived = loop.time() - born
        opened = opened or child.was_ready or lived >= STEADY_SECONDS
        if not opened and code > 0:
            return code
        if lived >= STEADY_SECONDS:
            pause = FIRST_PAUSE_SECONDS
        log.error("gateway_died", status=code, seconds=round(lived, 1))
        notifier.status("网关已退出，正在重新启动，通话继续 / gateway died, next one; calls go on")
        invitation = replace(invitation, first_logins=())
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await stop.wait()
                return 0
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


class _Child:
    """One gateway from its start to its end."""

    def __init__(self, notifier: Notifier, patience: Patience) -> None:
        self._notifier = notifier
        self._patience = patience
        self._limit = patience.start_seconds
        self._silence = Silence(0.0)
        self.was_ready = False

    async def run(
        self, command: Sequence[str], invitation: Invitation, stop: asyncio.Event
    ) -> int | None:
        """Run one to its end and give its exit code; None when it was stopped."""
        async with listening(self._hear) as words:
            child = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                process_group=0,  # Ctrl-C is for the keeper, which stops things in order
                preexec_fn=dies_with_us(signal.SIGTERM),
                env=os.environ | words,
            )
            return await self._attend(child, invitation, stop)

    async def _attend(
        self, child: asyncio.subprocess.Process, invitation: Invitation, stop: asyncio.Event
    ) -> int | None:
        async with asyncio.TaskGroup() as tasks:
            ended = tasks.create_task(child.wait())
            stopping = tasks.create_task(stop.wait())
            watching = tasks.create_task(self._watch(child.pid))
            if child.stdin:
                with suppress(BrokenPipeError, ConnectionResetError):
                    child.stdin.write(invitation.to_json())
                    await child.stdin.drain()
                    child.stdin.close()
            await asyncio.wait({ended, stopping, watching}, return_when=asyncio.FIRST_COMPLETED)
            watching.cancel()
            if not stop.is_set():
                stopping.cancel()
                if not ended.done():
                    log.error("gateway_silent", seconds=round(self._silence.seconds, 1))
                    with suppress(ProcessLookupError):
                        child.kill()
                return await ended
            self._notifier.stopping()
            with suppress(ProcessLookupError):
                child.terminate()
            await asyncio.wait({ended}, timeout=self._patience.stop_seconds)
            if not ended.done():
                log.error("gateway_did_not_stop", seconds=self._patience.stop_seconds)
                with suppress(ProcessLookupError):
                    child.kill()
        return None

    def _hear(self, said: Mapping[str, str]) -> None:
        self._silence.heard()
        if "READY" in said:
            self._limit = self._patience.silent_seconds
            self.was_ready = True
            self._notifier.ready()
        elif "STOPPING" in said:
            self._limit = self._patience.stop_seconds
        elif "STATUS" in said:
            self._notifier.status(said["STATUS"])

    async def _watch(self, pid: int) -> None:
        """Return when it has been silent for too long."""
        loop = asyncio.get_running_loop()
        self._silence = Silence(loop.time())
        while True:
            await asyncio.sleep(TICK_SECONDS)
            if self._silence.tick(loop.time(), starved_seconds(f"/proc/{pid}")) > self._limit:
                return

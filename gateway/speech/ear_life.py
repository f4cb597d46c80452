"""One life of the ear: a process, its two pipes, and whether it still answers."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from asr import wire
from gateway.supervise import TICK_SECONDS, Silence, dies_with_us, starved_seconds

MOST_UNREAD_BYTES = 1 << 20
"""Commands that the ear has not taken: more, and it is as good as hung."""
KEPT_VARIABLES = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class EarPatience:
    """How long the ear is waited for, in seconds."""

    start_seconds: float = 90.0
    """From its start to wire.Ready: a big model is read meanwhile."""
    ping_seconds: float = 1.0
    silent_seconds: float = 5.0
    """No Pong for so long: it hangs. Time it waited for a processor counts a quarter."""
    stop_seconds: float = 3.0
    """From the end of its input to its own end."""
    first_pause_seconds: float = 0.2
    longest_pause_seconds: float = 5.0
    """Up for longer than this, a next death is a new one: the pauses begin again."""


class EarLife:
    """Runs the process once.

    ``took`` is given every report, and gives whether there was room for it. ``say`` writes a
    command, and never waits.
    """

    def __init__(
        self,
        command: Sequence[str],
        patience: EarPatience,
        took: Callable[[wire.Report], bool],
    ) -> None:
        self._command = command
        self._patience = patience
        self._took = took
        self._silence = Silence(0.0)
        self._input: asyncio.StreamWriter | None = None
        self._stuck = asyncio.Event()
        self.was_ready = False

    def say(self, command: wire.Command) -> None:
        """Write this; when the ear takes nothing any more it is dropped, and the ear ended."""
        into = self._input
        if into is None or into.is_closing():
            return
        if into.transport.get_write_buffer_size() > MOST_UNREAD_BYTES:
            self._stuck.set()
            return
        into.write(wire.encode(command))

    async def run(self) -> str:
        """From its start to its end; gives why it ended. Nothing of it is left afterwards."""
        child = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=wire.MOST_LINE_BYTES,
            process_group=0,  # it and its workers are ended together
            preexec_fn=dies_with_us(signal.SIGKILL),
            env=environment(),
        )
        self._input = child.stdin
        try:
            async with asyncio.TaskGroup() as tasks:
                watching = (
                    tasks.create_task(self._read(child)),
                    tasks.create_task(self._watch(child.pid)),
                    tasks.create_task(self._wait_until_stuck()),
                )
                done, _ = await asyncio.wait(watching, return_when=asyncio.FIRST_COMPLETED)
                for task in watching:
                    task.cancel()
            return next(iter(done)).result()
        except asyncio.CancelledError:
            await self._stop(child)
            raise
        finally:
            self._input = None
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            await child.wait()

    async def _stop(self, child: asyncio.subprocess.Process) -> None:
        """The end of its input is its end."""
        if child.stdin:
            child.stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience.stop_seconds):
                await child.wait()

    async def _read(self, child: asyncio.subprocess.Process) -> str:
        out = child.stdout
        if out is None:
            return "no-pipe"
        while True:
            try:
                line = await out.readline()
            except ValueError:
                return "endless-line"
            if not line:
                return "died"
            try:
                report = wire.decode(line)
            except wire.WireError:
                log.warning("ear_said_nonsense")
                continue
            self._silence.heard()
            if isinstance(report, wire.Pong | wire.Command):
                continue
            self.was_ready = self.was_ready or isinstance(report, wire.Ready)
            if not self._took(report):
                return "not-read"

    async def _watch(self, pid: int) -> str:
        """Ping, and return when it has been silent, or on its way, for too long."""
        loop = asyncio.get_running_loop()
        started = pinged = loop.time()
        self._silence = Silence(started)
        number = 0
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = loop.time()
            silent = self._silence.tick(now, starved_seconds(f"/proc/{pid}"))
            if not self.was_ready:
                if now - started > self._patience.start_seconds:
                    return "did-not-start"
            elif silent > self._patience.silent_seconds:
                return "hung"
            if now - pinged >= self._patience.ping_seconds:
                number, pinged = number + 1, now
                self.say(wire.Ping(number=number))

    async def _wait_until_stuck(self) -> str:
        await self._stuck.wait()
        return "takes-nothing"


def environment() -> dict[str, str]:
    """What the ear's environment holds: it imports from where we import, and knows no secret."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

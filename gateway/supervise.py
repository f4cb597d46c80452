"""Run a part, start it again when it falls, say how it is."""

from __future__ import annotations

import asyncio
import ctypes
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog

PR_SET_PDEATHSIG = 1  # prctl(2)
TICK_SECONDS = 0.25
STARVED_SHARE = 0.25
"""How much of the time counts that was spent waiting for a processor."""

log = structlog.get_logger()


@dataclass(slots=True)
class Health:
    """How the parts are: name → "up" or a short reason why not."""

    parts: dict[str, str] = field(default_factory=dict)

    def up(self, part: str) -> None:
        """This part works."""
        self.parts[part] = "up"

    def down(self, part: str, reason: str) -> None:
        """This part does not, because."""
        self.parts[part] = reason

    @property
    def ready(self) -> bool:
        """Whether every part works."""
        return all(state == "up" for state in self.parts.values())


async def keep_running(
    name: str,
    part: Callable[[], Awaitable[None]],
    health: Health,
    *,
    first_pause_seconds: float = 0.2,
    longest_pause_seconds: float = 10.0,
) -> None:
    """Run ``part`` for ever; when it returns or fails, wait (doubling) and run it again.

    The only place besides the top of a request that catches Exception: the fault is logged by its
    type, never by its text, which might hold what a citizen said.
    """
    pause = first_pause_seconds
    loop = asyncio.get_running_loop()
    while True:
        began = loop.time()
        try:
            await part()
            reason = "ended"
        except Exception as fault:
            reason = type(fault).__name__
            log.exception("part_failed", part=name, fault=reason)
        health.down(name, reason)
        if loop.time() - began > longest_pause_seconds:
            pause = first_pause_seconds
        await asyncio.sleep(pause)
        pause = min(pause * 2, longest_pause_seconds)


def dies_with_us(signal_number: int) -> Callable[[], None]:
    """For ``preexec_fn``: the kernel sends the child this signal when we die, even by SIGKILL.

    prctl(2) PR_SET_PDEATHSIG, asked for between fork and exec. The library is opened before the
    fork, so that the child only makes system calls; if we died before it asked, it ends itself.
    """
    parent, prctl = os.getpid(), ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask


class Silence:
    """How long nothing was heard, counted only while the one who counts was awake.

    A gap between two ticks is our own sleep (SIGSTOP, a suspended machine), and counts as one tick.
    Time the other spent waiting for a processor counts a quarter: a starving machine is no stall,
    and a stall on a starving machine still ends.
    """

    def __init__(self, now: float, *, longest_tick: float = 2 * TICK_SECONDS) -> None:
        self.seconds = 0.0
        self._now, self._longest = now, longest_tick
        self._starved: float | None = None

    def heard(self) -> None:
        """There it is."""
        self.seconds = 0.0

    def tick(self, now: float, starved_seconds: float = 0.0) -> float:
        """Count up to ``now``; ``starved_seconds`` is the other's whole waiting for a processor."""
        passed = min(max(now - self._now, 0.0), self._longest)
        before = starved_seconds if self._starved is None else self._starved
        starved = min(max(starved_seconds - before, 0.0), passed)
        self._now, self._starved = now, starved_seconds
        self.seconds += passed - starved * (1 - STARVED_SHARE)
        return self.seconds


def starved_seconds(task: str) -> float:
    """How long this thread (its folder in /proc) has waited for a processor; 0 where unknown.

    The second number of schedstat, in nanoseconds (the kernel's sched-stats.rst).
    """
    try:
        return int(Path(task, "schedstat").read_text("ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0

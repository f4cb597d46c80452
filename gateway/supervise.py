"""Run a part, start it again when it falls, say how it is."""

from __future__ import annotations

import asyncio
import ctypes
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

PR_SET_PDEATHSIG = 1  # prctl(2)

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

"""A process that was told to stand still (SIGSTOP), and whether it does."""

import signal
from asyncio.subprocess import Process
from pathlib import Path

from tests.eventually import eventually


def stands_still(process: Process) -> bool:
    """Whether it is stopped, as the kernel says."""
    return "T (stopped)" in Path(f"/proc/{process.pid}/status").read_text("ascii")


async def stop(process: Process) -> None:
    """Stop it, and wait until it stands; SIGCONT lets it go on."""
    process.send_signal(signal.SIGSTOP)
    await eventually(lambda: stands_still(process))

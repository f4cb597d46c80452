"""A log that cannot fill the disk: whoever is shut out of SIP costs a line with each packet."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

LOG_BYTES_KEPT = 50 * 1024 * 1024
"""A log file larger than this is put aside; one old one is kept."""
LOOK_SECONDS = 20.0


def put_aside(log: Path, most_bytes: int = LOG_BYTES_KEPT) -> bool:
    """Rename a log that is too large to ``<name>.1``; whether it was."""
    if not log.exists() or log.stat().st_size <= most_bytes:
        return False
    log.replace(log.with_name(f"{log.name}.1"))
    return True


async def keep_small(
    log: Path,
    reopen: Callable[[], Awaitable[object]],
    *,
    most_bytes: int = LOG_BYTES_KEPT,
    look_seconds: float = LOOK_SECONDS,
) -> None:
    """Look for ever; ``reopen`` makes the writer begin a new file of that name."""
    while True:
        await asyncio.sleep(look_seconds)
        with contextlib.suppress(OSError):  # the next look tries again
            if await asyncio.to_thread(put_aside, log, most_bytes):
                await reopen()

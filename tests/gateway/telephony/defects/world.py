"""Plain panoramisk in a process of its own: it may hang, block or spin, and is ended all the same.

async with plain("replay", peer.port) as one:
    await one.said("sent")           the last line with this key, waiting for it
    await one.result()               its last word, a dict
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.eventually import eventually

HERE = Path(__file__).resolve().parent
DEADLINE_SECONDS = 30.0


class Plain:
    """``lines`` is everything it said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        self._heard_at = asyncio.get_running_loop().time()

    async def read(self) -> None:
        """Until it ends."""
        assert self.process.stdout
        async for line in self.process.stdout:
            self.lines.append(json.loads(line))
            self._heard_at = asyncio.get_running_loop().time()

    async def said(self, key: str, within_seconds: float = DEADLINE_SECONDS) -> Any:
        """The value of the first line with this key."""

        def found() -> list[Any]:
            return [line[key] for line in self.lines if key in line]

        return (await eventually(found, within_seconds))[0]

    @property
    def silent_seconds(self) -> float:
        """Since its last line."""
        return asyncio.get_running_loop().time() - self._heard_at

    def count(self, key: str) -> int:
        """How many lines with this key so far."""
        return sum(key in line for line in self.lines)


@asynccontextmanager
async def plain(probe: str, port: int = 0) -> AsyncIterator[Plain]:
    """Run one probe of probes.py against this port; killed at the end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", str(HERE / "probes.py"), probe, str(port)),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    one = Plain(process)
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(one.read())
        try:
            yield one
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await reading

"""A part of a bench in a process of its own, so that its CPU time is its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

SAY_SECONDS, STOP_SECONDS = 120.0, 30.0
_TICKS = os.sysconf("SC_CLK_TCK")


class ChildFailed(RuntimeError):
    """A part of the bench ended without an answer."""


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours, with our own modules to be found."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **(more or {})}


class Child:
    """One process that says JSON, a line at a time."""

    def __init__(self, module: str, process: asyncio.subprocess.Process) -> None:
        self._module, self.process = module, process

    async def said(self) -> dict[str, Any]:
        """Its next line; raises ChildFailed when it ends or is silent instead."""
        assert self.process.stdout  # noqa: S101 - a pipe was asked for
        try:
            async with asyncio.timeout(SAY_SECONDS):
                line = await self.process.stdout.readline()
        except TimeoutError:
            raise ChildFailed(f"{self._module}: silent for {SAY_SECONDS:.0f} s") from None
        if not line:
            raise ChildFailed(f"{self._module}: ended without an answer, see above")
        found: dict[str, Any] = json.loads(line)
        return found

    def cpu_seconds(self) -> float:
        """What it has used so far, in user and system time; its children do not count."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text("ascii")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@asynccontextmanager
async def serving(module: str, *words: str) -> AsyncIterator[Child]:
    """Run ``python -m module words``; at the end its input is closed, and then it is ended."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", module, *words),
        env=environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Child(module, process)
    finally:
        if process.stdin:
            process.stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def child_json(module: str, *words: str) -> dict[str, Any]:
    """Run one that says a single JSON object and ends. Raises ChildFailed."""
    async with serving(module, *words) as child:
        return await child.said()

"""Run the decoder in its cage: one file in, one file out, a few words said, all of it limited."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CAGE = Path(__file__).with_name("cage.py")
MOST_SAID_BYTES = 64 * 1024
WALL_FACTOR, WALL_SECONDS = 4, 10
"""A job on a busy machine may last so many times its processor time, and some seconds more."""
PROGRESS = re.compile(r"^out_time_us=(\d{1,15})$", re.MULTILINE)


class Broken(Exception):
    """It could not be decoded within the limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Processor seconds, bytes of memory, bytes of what comes out."""

    cpu_seconds: int
    memory_bytes: int
    out_bytes: int


async def decode(
    program: str, arguments: Sequence[str], source: Path, target: Path, limits: Limits
) -> float:
    """Make ``target`` of ``source``; the seconds of sound or film that came out. Raises Broken."""
    with source.open("rb") as given, target.open("xb") as made:
        os.fchmod(made.fileno(), 0o600)
        cage = [sys.executable, "-I", "-S", str(CAGE)]
        counted = [str(limits.cpu_seconds), str(limits.memory_bytes), str(limits.out_bytes)]
        child = await asyncio.create_subprocess_exec(
            *cage,
            *counted,
            program,
            *arguments,
            stdin=given,
            stdout=made,
            stderr=asyncio.subprocess.PIPE,
            env={},
            cwd="/",
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(limits.cpu_seconds * WALL_FACTOR + WALL_SECONDS):
                said = await _said(child)
                code = await child.wait()
        except TimeoutError:
            raise Broken("too-long") from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
    if code:
        raise Broken(f"exit-{code}")
    times = PROGRESS.findall(said)
    return int(times[-1]) / 1e6 if times else 0.0


async def _said(child: asyncio.subprocess.Process) -> str:
    """The end of what it says; the rest is read and forgotten."""
    if child.stderr is None:
        return ""
    kept = b""
    while piece := await child.stderr.read(8192):
        kept = (kept + piece)[-MOST_SAID_BYTES:]
    return kept.decode("ascii", "replace")


async def fences() -> frozenset[str]:
    """Which of "network" and "files" this kernel and this account hold."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(CAGE), "0", "0", "0", "fences"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with asyncio.timeout(WALL_SECONDS):
        said, _ = await child.communicate()
    return frozenset(said.decode().split())

"""The ear's own process with the demo model, and everything that it says."""

import asyncio
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

from asr import wire
from tests.eventually import eventually
from tests.peers.speaker import model_folder

Told = TypeVar("Told")
STARTS_SECONDS = 60.0


def new_stream() -> str:
    """An id as the gateway makes them."""
    return str(uuid.uuid4())


class EarWorld:
    """One ear. ``said`` has every report in order."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said: list[wire.Command | wire.Report] = []

    def tell(self, *commands: wire.Command) -> None:
        """Now."""
        assert self.process.stdin
        self.process.stdin.write(b"".join(map(wire.encode, commands)))

    def expect(self, rank: tuple[int, float] = (2, 0.0)) -> str:
        """A new stream that may connect."""
        stream = new_stream()
        self.tell(wire.Expect(stream=stream, rank=rank))
        return stream

    def of(self, kind: type[Told], stream: str = "") -> list[Told]:
        """All reports of this kind (of one stream)."""
        return [
            one
            for one in self.said
            if isinstance(one, kind) and (not stream or getattr(one, "stream", "") == stream)
        ]

    async def ready(self) -> wire.Ready:
        """It listens."""
        return (await eventually(lambda: self.of(wire.Ready), STARTS_SECONDS))[0]

    async def obeyed(self) -> None:
        """Everything told so far has been read."""
        number = len(self.said) + 1_000_000
        self.tell(wire.Ping(number=number))
        await eventually(lambda: wire.Pong(number=number) in self.said, 10)

    def children(self) -> list[int]:
        """Its workers."""
        file = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in file.read_text("ascii").split()]

    async def read(self) -> None:
        """Until it ends."""
        assert self.process.stdout
        async for line in self.process.stdout:
            self.said.append(wire.decode(line))


def arguments(*more: str, model: str = "demo-8k") -> tuple[str, ...]:
    """How it is started with a model of ours; "" for none."""
    folder = str(model_folder(model)) if model else ""
    return ("--model", folder, "--workers", "1", *more)


@asynccontextmanager
async def ear(*words: str) -> AsyncIterator[EarWorld]:
    """Running until the block ends; then its input is closed, and it has to be gone."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "asr", *words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=wire.MOST_LINE_BYTES,
        process_group=0,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert process.stdin
    world = EarWorld(process)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(world.read())
            try:
                yield world
            finally:
                process.stdin.close()
                async with asyncio.timeout(15):
                    await process.wait()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)

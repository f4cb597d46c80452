"""Recordings: once a call has ended its sound is measured, fingerprinted and put on record."""

import asyncio
import hashlib
import os
import wave
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog

from gateway.core.call import Call
from gateway.core.contact import Recording
from gateway.core.facts import Fact, FactKind
from gateway.core.transcript import Party, side_file
from gateway.intake.floor import Floor
from gateway.ports import Clock

SETTLE_SECONDS = 0.5
TRIES = 10
AT_ONCE = 32
"""Each file is watched for a second or more until it is whole; a busy hour ends many a second."""
CHUNK_BYTES = 1 << 20
SIDES = (Party.CITIZEN, Party.SEAT)
HEAD_BYTES = 44
"""RIFF, one fmt chunk, the data chunk's own head."""

log = structlog.get_logger()


def measure(path: Path) -> tuple[str, int, float]:
    """SHA-256 (hex), size in bytes, and length in seconds of a WAV file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    with wave.open(str(path), "rb") as sound:
        seconds = sound.getnframes() / sound.getframerate()
    return digest.hexdigest(), path.stat().st_size, seconds


def mend(path: Path) -> None:
    """Write the lengths into the head of a WAV file whose writer died before it could.

    Asterisk writes zeros there first (format_wav.c); every other file is left as it is.
    """
    with path.open("r+b") as file:
        head = file.read(HEAD_BYTES)
        size = file.seek(0, os.SEEK_END)
        begun = head[:4] == b"RIFF" and head[36:40] == b"data" and size > HEAD_BYTES
        if not begun or any(head[4:8]) or any(head[40:44]):
            return
        sound = (size - HEAD_BYTES) & ~1
        for at, length in ((4, sound + HEAD_BYTES - 8), (40, sound)):
            file.seek(at)
            file.write(length.to_bytes(4, "little"))


async def whole(clock: Clock, path: Path, *beside: Path) -> bool:
    """Wait until nobody writes to these files any more; false when the first never comes."""
    before = [-1]
    for _ in range(TRIES):
        await clock.sleep(SETTLE_SECONDS)
        sizes = [one.stat().st_size if one.exists() else -1 for one in (path, *beside)]
        if sizes[0] > 0 and sizes == before:
            return True
        before = sizes
    return False


class Archive:
    """Takes ended calls from a queue; ``then`` is told of each."""

    def __init__(
        self,
        floor: Floor,
        folder: Path,
        ended: asyncio.Queue[Call],
        then: Callable[[Call], None] = lambda _: None,
    ) -> None:
        self.floor = floor
        self.folder = folder
        self._ended = ended
        self._then = then

    async def run(self) -> None:
        """Store for ever, some at once."""
        free = asyncio.Semaphore(AT_ONCE)

        async def keep(call: Call) -> None:
            try:
                await self.keep(call)
            finally:
                free.release()

        async with asyncio.TaskGroup() as tasks:
            while True:
                call = await self._ended.get()
                self._then(call)
                if call.recording_file:
                    await free.acquire()
                    tasks.create_task(keep(call))

    async def keep(self, call: Call) -> None:
        """Record this call's sound; a file that never comes is logged, the call stands without."""
        path = self.folder / Path(call.recording_file).name
        sides = [path.with_name(side_file(path.name, party)) for party in SIDES]
        if not await whole(self.floor.clock, path, *sides):
            log.warning("recording_missing", contact_id=call.id)
            return
        for side in sides:  # never served; what was not understood live is read from them
            with suppress(OSError):
                await asyncio.to_thread(mend, side)
        try:
            await asyncio.to_thread(mend, path)
            sha256, size, seconds = await asyncio.to_thread(measure, path)
        except (OSError, wave.Error, EOFError):
            log.warning("recording_unreadable", contact_id=call.id)
            return
        now = self.floor.clock.now()
        recording = Recording(
            contact_id=call.id,
            file=path.name,
            sha256=sha256,
            size_bytes=size,
            seconds=seconds,
            stored_at=now,
        )
        fact = Fact(
            kind=FactKind.RECORDING_STORED,
            at=now,
            contact_id=call.id,
            seat=call.seat,
            operator_id=call.operator_id,
            data={"seconds": seconds, "size_bytes": size},
        )
        async with self.floor.turn:
            await self.floor.commit(recording, fact, must=False)

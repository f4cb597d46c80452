"""All that recognise here: worker processes, each replaced when it dies or hangs.

A stream stays with its worker. When that is lost, another takes its place at once and is given the
sound since the stream's last final again; if that takes longer than MOVES_SECONDS, another worker
takes the stream.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from asr.errors import AsrError, EngineAway, ModelUnusable
from asr.frames import FrameFault
from asr.hearing import Stream
from asr.models import ModelFolder
from asr.segment import Model
from asr.worker_process import LOADS_SECONDS, WorkerProcess, started

MOVES_SECONDS = 3.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 10.0
SOUND_SECONDS = 30.0
"""A worker that lived so long is replaced at once; one that did not, after a growing pause."""


def workers_for(wanted: int) -> int:
    """How many: as wished, or (0) one a core, one core left for calls; at least one."""
    return wanted or max(1, len(os.sched_getaffinity(0)) - 1)


class Pool:
    """The workers, and whose streams they recognise."""

    def __init__(
        self, folder: ModelFolder, trouble: Callable[[AsrError], None], came: Callable[[], None]
    ) -> None:
        self._folder, self._trouble, self._came = folder, trouble, came
        self._usable = asyncio.Event()
        self._unusable = False
        self._workers: dict[int, WorkerProcess] = {}
        self._home: dict[Stream, int] = {}
        self._moves: dict[int, asyncio.TimerHandle] = {}

    @property
    def model(self) -> Model | None:
        """What recognises; None: it could not be loaded."""
        return self._folder.model if self._usable.is_set() and not self._unusable else None

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that recognise now."""
        return tuple(worker.pid for worker in self._workers.values())

    def take(self, stream: Stream) -> None:
        """Recognise it from now on; it waits where every worker is being replaced."""
        loads = dict.fromkeys(self._workers or (0,), 0)
        for slot in self._home.values():
            if slot in loads:
                loads[slot] += 1
        self._home[stream] = min(loads, key=lambda slot: loads[slot])
        self._place(stream)

    def release(self, stream: Stream) -> None:
        """It is over, or recognised elsewhere."""
        self._home.pop(stream, None)

    # ---- the workers ----------------------------------------------------------------------------

    async def keep(self, slot: int) -> None:
        """Keep one worker running, for ever."""
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = loop.time()
            try:
                await self._serve(slot)
            except ModelUnusable as fault:
                self._unusable = True
                self._usable.set()  # whoever waits for us knows now
                self._trouble(fault)
                pause = LONGEST_PAUSE_SECONDS
            except (EngineAway, FrameFault, OSError) as fault:
                if not isinstance(fault, EngineAway):
                    fault = EngineAway(
                        "识别进程无法启动", "a recognising process cannot be started"
                    )
                self._trouble(fault)
            if loop.time() - began > SOUND_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def ready(self) -> None:
        """Wait until the first worker has loaded the model, or says that it cannot; bounded."""
        try:
            async with asyncio.timeout(LOADS_SECONDS):
                await self._usable.wait()
        except TimeoutError:
            self._unusable = True

    async def _serve(self, slot: int) -> None:
        async with started(self._folder) as worker:
            await worker.loaded()
            self._unusable = False
            self._workers[slot] = worker
            self._usable.set()
            self._came()
            if slot in self._moves:
                self._moves.pop(slot).cancel()
            for stream in [each for each, home in self._home.items() if home == slot]:
                self._place(stream)
            try:
                await worker.serve()
            finally:
                self._lost(slot, worker)

    def _lost(self, slot: int, worker: WorkerProcess) -> None:
        del self._workers[slot]
        suspect = worker.suspect
        for stream in worker.streams:
            stream.lost(suspect=stream is suspect)
        loop = asyncio.get_running_loop()
        self._moves[slot] = loop.call_later(MOVES_SECONDS, self._move, slot)

    def _move(self, slot: int) -> None:
        self._moves.pop(slot, None)
        if self._workers:
            for stream in [each for each, home in self._home.items() if home == slot]:
                self.take(stream)

    def _place(self, stream: Stream) -> None:
        if (worker := self._workers.get(self._home[stream])) is not None:
            stream.attach(worker)

    def end(self) -> None:
        """No timer of ours is left."""
        for move in self._moves.values():
            move.cancel()
        self._moves.clear()


@asynccontextmanager
async def open_pool(
    folder: ModelFolder,
    workers: int,
    trouble: Callable[[AsrError], None],
    *,
    came: Callable[[], None],
) -> AsyncIterator[Pool]:
    """Workers with this model in memory; ``model`` is None when it cannot be loaded.

    ``trouble`` is told what an admin should know, ``came`` that a worker recognises now; both in
    the loop, they must not wait.
    """
    pool = Pool(folder, trouble, came)
    async with asyncio.TaskGroup() as tasks:
        keeping = [tasks.create_task(pool.keep(slot)) for slot in range(workers_for(workers))]
        try:
            await pool.ready()
            yield pool
        finally:
            pool.end()
            for task in keeping:
                task.cancel()

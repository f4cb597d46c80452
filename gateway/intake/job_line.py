"""Jobs done one after the other, each to its end, whoever asked for it and still waits or not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from gateway.core.errors import Throttled

JOBS = 20
"""Jobs that may wait; the next is told to come again."""
COME_AGAIN_SECONDS = 10.0

Job = Callable[[], Awaitable[None]]
T = TypeVar("T")


class JobLine:
    """``ask`` from anywhere, ``next`` from the one task that does the jobs."""

    def __init__(self) -> None:
        self._jobs: asyncio.Queue[Job] = asyncio.Queue(JOBS)

    async def ask(self, work: Callable[[], Awaitable[T]]) -> T:
        """Have it done and give its answer, or raise what it raises. Raises Throttled."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        done.add_done_callback(_heard)

        async def job() -> None:
            try:
                answer = await work()
            except Exception as error:  # noqa: BLE001 - whoever asked is told, the next job goes on
                done.set_exception(error)
            except BaseException:
                done.cancel()
                raise
            else:
                done.set_result(answer)

        try:
            self._jobs.put_nowait(job)
        except asyncio.QueueFull:
            raise Throttled(COME_AGAIN_SECONDS) from None
        return await asyncio.shield(done)

    async def next(self, within_seconds: float, otherwise: Job) -> Job:
        """The next job, or ``otherwise`` when none came in time."""
        try:
            async with asyncio.timeout(within_seconds):
                return await self._jobs.get()
        except TimeoutError:
            return otherwise


def _heard(done: asyncio.Future[Any]) -> None:
    """Nobody may wait any more; that is no fault."""
    if not done.cancelled():
        done.exception()

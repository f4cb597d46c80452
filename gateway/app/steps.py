"""Parts opened in numbered steps and closed in reverse, each within a time of its own.

A step that does not close in time, or fails, is logged and left; the next one closes all the same.
What a log shows last is where an end hung.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog

log = structlog.get_logger()

Told = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One part: entering ``part()`` opens it, leaving closes it within ``close_seconds``.

    ``name`` stands in logs; ``zh`` and ``en`` are what a person reads while it opens.
    """

    number: int
    name: str
    zh: str
    en: str
    part: Callable[[], AbstractAsyncContextManager[object]]
    close_seconds: float


@asynccontextmanager
async def opened(steps: Sequence[Step], told: Told = lambda *_: None) -> AsyncIterator[None]:
    """Open every step in order; ``told`` hears of each (zh, en). Closes what had opened.

    Whatever a step raises while it opens goes on to the caller, after those before it have closed.
    """
    async with AsyncExitStack() as stack:
        for step in steps:
            told(step.zh, step.en)
            part = step.part()
            await part.__aenter__()
            stack.push_async_callback(_close, step, part)
        yield


async def _close(step: Step, part: AbstractAsyncContextManager[object]) -> None:
    """Close one step. It is told of no fault: it closes in order, whatever ended the body."""
    began = asyncio.get_running_loop().time()
    log.info("step_closing", step=step.number, part=step.name)
    limit = asyncio.timeout(step.close_seconds)
    try:
        async with limit:
            await part.__aexit__(None, None, None)
    except Exception as fault:
        reason = "overdue" if limit.expired() else type(fault).__name__
        log.exception("step_did_not_close", step=step.number, part=step.name, reason=reason)
        return
    seconds = round(asyncio.get_running_loop().time() - began, 2)
    log.info("step_closed", step=step.number, part=step.name, seconds=seconds)

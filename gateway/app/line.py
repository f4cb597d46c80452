"""The line of the settings: in this process, or in Redis as long as that is well."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from config.settings import LineSettings
from gateway.ports.clock import Clock
from gateway.queue.kept_line import Items, KeptLine
from gateway.queue.redis_line import RedisLine

log = structlog.get_logger()


@asynccontextmanager
async def opened_line(line: LineSettings, items: Items, clock: Clock) -> AsyncIterator[KeptLine]:
    """An empty line: ``rebuild`` fills it, and its ``run`` looks after Redis.

    ``items`` is everything that waits, as the store has it. A Redis that is not there, or whose
    password cannot be read, keeps nobody from opening.
    """
    async with AsyncExitStack() as stack:
        shared = None
        if line.redis_url:
            try:
                shared = await stack.enter_async_context(await redis_line(line))
            except OSError as fault:
                log.warning("line_password_unreadable", reason=type(fault).__name__)
        yield KeptLine(shared, items, clock)


async def redis_line(line: LineSettings) -> RedisLine:
    """The line in the Redis of the settings; raises OSError when its password cannot be read."""
    return RedisLine(
        line.redis_url,
        prefix=line.prefix,
        password=await password_of(line),
        limit_seconds=line.limit_ms / 1000,
    )


async def password_of(line: LineSettings) -> str | None:
    """The password of Redis, if there is one; raises OSError when it cannot be read."""
    path = line.password_file
    return (await asyncio.to_thread(path.read_text, "utf-8")).strip() if path else None

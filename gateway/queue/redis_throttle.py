"""The throttle in Redis: one script and one round trip for all limits (``lua/throttle.lua``).

It shares the client of the line's file, and nothing else: an emptied Redis has forgotten what was
counted, which nobody suffers from.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Self

from redis.exceptions import NoScriptError

from gateway.core.errors import ThrottleUnavailable
from gateway.core.throttle import MICROSECONDS, PASSED, Limits, Verdict
from gateway.queue.redis_line import CONNECTIONS, FAULTS, redis_at
from gateway.queue.scripts import script

LIMIT_SECONDS = 0.05


class RedisThrottle:
    """Opened by ``async with``, which does not wait for Redis. ``prefix`` begins every key."""

    def __init__(
        self,
        url: str,
        *,
        prefix: str = "hotline",
        password: str | None = None,
        limit_seconds: float = LIMIT_SECONDS,
    ) -> None:
        self._redis = redis_at(url, password, limit_seconds)
        self._prefix = f"{{{prefix}}}:t:"
        self._limit = limit_seconds
        self._room = asyncio.Semaphore(CONNECTIONS)
        self._script = script("throttle")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._redis.aclose()
        await self._redis.connection_pool.disconnect()

    async def ask(self, limits: Limits, keys: Sequence[str]) -> Verdict:
        """See ports.throttle.Throttle; raises ThrottleUnavailable within the limit."""
        prefix = self._prefix
        told = [*(prefix + key for key in keys), limits.packed]
        try:
            async with asyncio.timeout(self._limit), self._room:
                try:
                    found = await self._redis.evalsha(self._script.sha, len(keys), *told)
                except NoScriptError:
                    found = await self._redis.eval(self._script.text, len(keys), *told)
        except FAULTS as fault:
            raise ThrottleUnavailable(type(fault).__name__) from fault
        if found == 0:
            return PASSED
        number, wait = found
        return Verdict(limit=limits.each[number - 1].name, wait_seconds=wait / MICROSECONDS)

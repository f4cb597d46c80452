"""The throttle that always answers: Redis while that is well, else this process by itself.

While Redis is away each of N processes counts at 1/N of every rate. Once it has failed it is left
alone for a while (a circuit breaker), so that a flood that meets a frozen Redis waits once, not
at every message.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import structlog

from gateway.core.errors import ThrottleUnavailable
from gateway.core.throttle import MICROSECONDS, CountedBy, Counts, Limits, Table, Verdict
from gateway.ports.clock import Clock
from gateway.queue.redis_throttle import RedisThrottle

BREAK_SECONDS = 5.0

log = structlog.get_logger()


class KeptThrottle:
    """``ports.throttle.CountedThrottle``; without ``shared`` this process counts all by itself."""

    def __init__(
        self,
        shared: RedisThrottle | None,
        clock: Clock,
        *,
        processes: int = 1,
        break_seconds: float = BREAK_SECONDS,
    ) -> None:
        self._shared, self._table = shared, Table()
        self._clock = clock
        self._break_seconds = break_seconds
        self._left_until = 0.0
        self._away = False
        self._part = lru_cache(maxsize=64)(lambda limits: limits.shared_by(processes))
        self.counts = Counts(since=clock.now())

    @property
    def is_shared(self) -> bool:
        """Whether Redis counts now."""
        return self.counted_by is CountedBy.REDIS

    @property
    def counted_by(self) -> CountedBy:
        """See ports.throttle.CountedThrottle."""
        if self._shared is None:
            return CountedBy.HERE
        return CountedBy.PART if self._away else CountedBy.REDIS

    async def ask(self, limits: Limits, keys: Sequence[str]) -> Verdict:
        """See ports.throttle.Throttle."""
        verdict = await self._ask(limits, keys)
        self.counts.count(limits, verdict)
        return verdict

    async def _ask(self, limits: Limits, keys: Sequence[str]) -> Verdict:
        shared = self._shared
        if shared is None:
            return self._table.ask(limits, keys, self._now())
        if self._clock.monotonic() >= self._left_until:
            try:
                verdict = await shared.ask(limits, keys)
            except ThrottleUnavailable as away:
                self._open(away.reason)
            else:
                self._well()
                return verdict
        return self._table.ask(self._part(limits), keys, self._now())

    def _now(self) -> int:
        return int(self._clock.monotonic() * MICROSECONDS)

    def _open(self, reason: str) -> None:
        self.counts.failures += 1
        self._left_until = self._clock.monotonic() + self._break_seconds
        if not self._away:
            self._away = True
            log.warning("throttle_fell_back", reason=reason)

    def _well(self) -> None:
        if self._away:
            self._away = False
            log.info("throttle_is_shared")

"""The throttle that always answers: Redis while that is well, else this process by itself.

While Redis is away each of N processes counts at 1/N of every rate. Once it has failed it is left
alone for a while (a circuit breaker), so that a flood that meets a frozen Redis waits once, not
at every message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import structlog

from gateway.core.errors import ThrottleUnavailable
from gateway.core.throttle import MICROSECONDS, Limits, Table, Verdict
from gateway.ports.clock import Clock
from gateway.queue.redis_throttle import RedisThrottle

BREAK_SECONDS = 5.0

log = structlog.get_logger()


@dataclass(slots=True)
class Counts:
    """Since the start: asked, over (by the limit's name), times that Redis failed us."""

    asked: int = 0
    over: dict[str, int] = field(default_factory=dict)
    failures: int = 0


class KeptThrottle:
    """``ports.throttle.Throttle``; without ``shared`` it is this process's table and no more."""

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
        self.counts = Counts()

    @property
    def is_shared(self) -> bool:
        """Whether Redis counts now."""
        return self._shared is not None and not self._away

    async def ask(self, limits: Limits, keys: Sequence[str]) -> Verdict:
        """See ports.throttle.Throttle."""
        verdict = await self._ask(limits, keys)
        counts = self.counts
        counts.asked += 1
        if verdict.limit:
            counts.over[verdict.limit] = counts.over.get(verdict.limit, 0) + 1
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

"""What the use cases ask of whoever counts how much comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gateway.core.throttle import CountedBy, Counts, Limits, Verdict


class Throttle(Protocol):
    """Counts what comes under several limits at once."""

    async def ask(self, limits: Limits, keys: Sequence[str]) -> Verdict:
        """Within all of them and charged, or over one and charged to none; raises nothing.

        ``keys`` are one for each limit, and hold nobody's number, address or name in the clear.
        """
        ...


class CountedThrottle(Throttle, Protocol):
    """One that knows how often it was asked."""

    @property
    def counts(self) -> Counts:
        """Since the start of this process."""
        ...

    @property
    def counted_by(self) -> CountedBy:
        """Who counts now."""
        ...

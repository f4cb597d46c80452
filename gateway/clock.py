"""The one place that reads the machine's clocks."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """``ports.Clock`` on the machine's own clocks.

    ``now`` may jump when the machine's time is corrected; ``monotonic`` never does, so deadlines
    use ``monotonic`` and records use ``now``.
    """

    def now(self) -> datetime:
        """Aware UTC, microseconds."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean anything."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait; zero and less give the other tasks one turn."""
        await asyncio.sleep(max(0.0, seconds))

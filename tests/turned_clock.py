"""A clock that stands still until a test turns it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta


class TurnedClock:
    """``gateway.ports.Clock``; both times move together, and only by ``turn``."""

    def __init__(self, start: datetime = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)) -> None:
        self._start = start
        self._now = start
        self._turned = asyncio.Event()

    def now(self) -> datetime:
        """Aware UTC."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return (self._now - self._start).total_seconds()

    def turn(self, seconds: float) -> None:
        """Let time pass; sleepers whose time has come wake up."""
        self._now += timedelta(seconds=seconds)
        self._turned.set()
        self._turned = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock was turned far enough."""
        until = self._now + timedelta(seconds=seconds)
        while self._now < until:
            await self._turned.wait()

"""A clock that tests turn: time stands still until ``clock.turn(seconds)``.

Passes the same contract as the machine's clock (tests/contracts/test_clock.py).
"""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

from tests.eventually import others_run

SETTLE_TURNS = 50
"""Turns of the event loop that woken tasks get before time goes on."""


class TurnedClock:
    """``ports.Clock`` whose time moves only when told; starts at ``now``."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._monotonic = 1000.0
        self._order = count()
        self._asleep: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """Aware UTC."""
        return self._now

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        """Wait until time was turned this far."""
        if seconds <= 0:
            await others_run()
            return
        alarm = asyncio.get_running_loop().create_future()
        heapq.heappush(self._asleep, (self._monotonic + seconds, next(self._order), alarm))
        await alarm

    @property
    def sleepers(self) -> int:
        """How many tasks wait for time to pass."""
        return sum(not alarm.done() for _, _, alarm in self._asleep)

    def turn(self, seconds: float) -> None:
        """Let ``seconds`` pass at once: whoever is due wakes, in order, and finds it that late."""
        self._wake(self._monotonic + seconds)

    async def elapse(self, seconds: float) -> None:
        """Let ``seconds`` pass bit by bit: each sleeper wakes at its own time.

        Who sleeps again within the time wakes again. What a task does with sockets or files needs
        real time: wait for that with ``eventually``.
        """
        until = self._monotonic + seconds
        await _settle()
        while self._asleep and self._asleep[0][0] <= until:
            self._wake(self._asleep[0][0])
            await _settle()
        self._wake(until)
        await _settle()

    def set_wall_clock(self, now: datetime) -> None:
        """The machine's time is corrected: ``now`` jumps, ``monotonic`` and sleepers do not."""
        self._now = now

    def _wake(self, until: float) -> None:
        self._now += timedelta(seconds=until - self._monotonic)
        self._monotonic = until
        while self._asleep and self._asleep[0][0] <= until:
            _, _, alarm = heapq.heappop(self._asleep)
            if not alarm.done():
                alarm.set_result(None)


async def _settle() -> None:
    await others_run(SETTLE_TURNS)

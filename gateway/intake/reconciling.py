"""日对账: each line's list of a day beside ours; the difference must be 0."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta, tzinfo

from gateway.core.errors import StoreUnavailable
from gateway.core.facts import Fact, FactKind
from gateway.core.handover import Difference, difference
from gateway.ports import Clock, Store
from gateway.ports.emergency import EmergencySystems

EVERY_SECONDS = 600.0
MOST_KEPT = 100


class Reconciling:
    """``compare`` a day by hand; ``run`` compares today again and again, yesterday at its hour."""

    def __init__(
        self,
        store: Store,
        *,
        systems: EmergencySystems,
        lines: Sequence[str],
        clock: Clock,
        zone: tzinfo,
        check_hour: int = 6,
    ) -> None:
        self._store = store
        self._systems = systems
        self._lines = [one for one in lines if systems.takes(one)]
        self._clock = clock
        self._zone = zone
        self._hour = check_hour
        self.found: dict[tuple[str, str], Difference | None] = {}
        """By (day, line): the last difference; None when their system gave no list."""

    def today(self) -> str:
        """The city's date."""
        return self._clock.now().astimezone(self._zone).date().isoformat()

    async def compare(self, day: str) -> Mapping[str, Difference | None]:
        """Every line that has a system; the result is a fact. Raises StoreUnavailable."""
        result: dict[str, Difference | None] = {}
        for line in self._lines:
            theirs = await self._systems.day(line, day)
            ours = await self._store.handovers_on(line, day)
            found = None if theirs is None else difference(ours, theirs)
            result[line] = self.found[day, line] = found
        while len(self.found) > MOST_KEPT:
            del self.found[next(iter(self.found))]
        return result

    async def note(self, day: str, found: Mapping[str, Difference | None]) -> None:
        """Write down what a day's comparison found. Raises StoreUnavailable."""
        now = self._clock.now()
        facts = [
            Fact(
                kind=FactKind.HANDOVERS_COMPARED,
                at=now,
                data={
                    "line": line,
                    "day": day,
                    "ours": one.ours if one else None,
                    "theirs": one.theirs if one else None,
                    "difference": one.count if one else None,
                },
            )
            for line, one in found.items()
        ]
        if facts:
            await self._store.record(*facts)

    async def run(self) -> None:
        """For ever."""
        noted = ""
        while True:
            local = self._clock.now().astimezone(self._zone)
            yesterday = (local.date() - timedelta(days=1)).isoformat()
            try:
                await self.compare(self.today())
                if local.hour >= self._hour and noted != yesterday:
                    await self.note(yesterday, await self.compare(yesterday))
                    noted = yesterday
            except StoreUnavailable:
                pass
            await asyncio.sleep(EVERY_SECONDS)

"""``ports.EmergencyStore`` over SQLite or PostgreSQL: what ``SqlStore`` answers of hand-overs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from gateway.store import records_emergency
from gateway.store.reading import Answers, one
from gateway.store.tables_emergency import HANDOVER_IS_OPEN, handover

if TYPE_CHECKING:
    from gateway.core.handover import Handover

MOST_HANDOVERS = 5_000
"""Hand-overs in one answer."""
OPEN = (
    sa.select(handover)
    .where(HANDOVER_IS_OPEN)
    .order_by(handover.c.at, handover.c.id)
    .limit(MOST_HANDOVERS)
)


class EmergencyAnswers(Answers):
    """Reads of hand-overs."""

    async def handovers_open(self) -> tuple[Handover, ...]:
        """Those that somebody has to look after, the oldest first; at most 5,000."""
        return await self._open(OPEN, records_emergency.handover)

    async def handover(self, handover_id: str) -> Handover | None:
        """One by id."""
        wanted = sa.select(handover).where(handover.c.id == handover_id)
        return one(await self._open(wanted, records_emergency.handover))

    async def handovers_on(self, line: str, day: str) -> tuple[Handover, ...]:
        """Those of one line on one day of the city, the oldest first; at most 5,000."""
        own = handover.c
        wanted = sa.select(handover).where(own.day == day, own.line == line)
        ordered = wanted.order_by(own.at, own.id).limit(MOST_HANDOVERS)
        return await self._open(ordered, records_emergency.handover)

"""``ports.StandingStore`` over SQLite or PostgreSQL: what ``SqlStore`` answers of due process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from gateway.store import records_standing
from gateway.store.reading import Answers, one
from gateway.store.tables_standing import (
    MISCONDUCT_IS_PROPOSED,
    STANDING_IS_OPEN,
    misconduct,
    standing,
)

if TYPE_CHECKING:
    from gateway.core.misconduct import Misconduct
    from gateway.core.standing import Standing

MOST_OPEN, MOST_OF_ONE, MOST_RECORDS, MOST_PROPOSED = 5_000, 50, 200, 500
OPEN = (
    sa.select(standing)
    .where(STANDING_IS_OPEN)
    .order_by(standing.c.opened_at, standing.c.id)
    .limit(MOST_OPEN)
)
OVER = (
    sa.select(standing)
    .where(standing.c.closed_at.is_not(None))
    .order_by(standing.c.closed_at.desc(), standing.c.id.desc())
)
PROPOSED = (
    sa.select(misconduct)
    .where(MISCONDUCT_IS_PROPOSED)
    .order_by(misconduct.c.at, misconduct.c.id)
    .limit(MOST_PROPOSED)
)


class StandingAnswers(Answers):
    """Reads of procedures and records of misconduct."""

    async def standings_open(self) -> tuple[Standing, ...]:
        """Those that are not over, the oldest first; at most 5,000."""
        return await self._open(OPEN, records_standing.standing)

    async def standings_of(self, identity_id: str) -> tuple[Standing, ...]:
        """All that there were against one identity, the newest first; at most 50."""
        own = standing.c
        wanted = sa.select(standing).where(own.identity_id == identity_id)
        newest = wanted.order_by(own.opened_at.desc(), own.id.desc()).limit(MOST_OF_ONE)
        return await self._open(newest, records_standing.standing)

    async def standings_over(self, limit: int) -> tuple[Standing, ...]:
        """The last that ended, the newest first; ``limit`` is 1..200."""
        return await self._open(OVER.limit(limit), records_standing.standing)

    async def misconduct(self, misconduct_id: str) -> Misconduct | None:
        """One record by id."""
        wanted = sa.select(misconduct).where(misconduct.c.id == misconduct_id)
        return one(await self._open(wanted, records_standing.misconduct))

    async def misconducts_of(self, identity_id: str) -> tuple[Misconduct, ...]:
        """The records of one identity, the newest first; at most 200."""
        own = misconduct.c
        wanted = sa.select(misconduct).where(own.identity_id == identity_id)
        newest = wanted.order_by(own.at.desc(), own.id.desc()).limit(MOST_RECORDS)
        return await self._open(newest, records_standing.misconduct)

    async def misconducts_proposed(self) -> tuple[Misconduct, ...]:
        """What detectors saw and nobody has looked at, the oldest first; at most 500."""
        return await self._open(PROPOSED, records_standing.misconduct)

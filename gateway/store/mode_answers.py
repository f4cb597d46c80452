"""``ports.ModeStore`` over SQLite or PostgreSQL: what ``SqlStore`` answers of incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from gateway.store import records_modes
from gateway.store.reading import Answers
from gateway.store.tables_modes import INCIDENT_IS_OPEN, incident

if TYPE_CHECKING:
    from gateway.core.incident import Incident

OPEN = sa.select(incident).where(INCIDENT_IS_OPEN).order_by(incident.c.until, incident.c.id)
LAST = sa.select(incident).order_by(incident.c.begun_at.desc(), incident.c.id.desc())


class ModeAnswers(Answers):
    """Reads of incidents."""

    async def incidents_open(self) -> tuple[Incident, ...]:
        """Those that nobody and nothing has ended, who ends first."""
        return await self._read(OPEN, records_modes.incident)

    async def incidents(self, limit: int) -> tuple[Incident, ...]:
        """The newest, open or not; ``limit`` is 1..200."""
        return await self._read(LAST.limit(limit), records_modes.incident)

"""``ports.ModeStore`` over SQLite or PostgreSQL: what ``SqlStore`` answers of special modes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store import (
    queries_modes,
    records_callbacks,
    records_experts,
    records_messages,
    records_modes,
)
from gateway.store.reading import Answers, one

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.core.callback import Callback
    from gateway.core.contact import ChatRecord, ContactRecord
    from gateway.core.incident import Incident
    from gateway.core.leader_day import LeaderDay
    from gateway.core.promise import Promise


class ModeAnswers(Answers):
    """Reads of incidents and leaders' days."""

    async def incidents_open(self) -> tuple[Incident, ...]:
        """Those that nobody and nothing has ended, who ends first."""
        return await self._read(queries_modes.INCIDENTS_OPEN, records_modes.incident)

    async def incidents(self, limit: int) -> tuple[Incident, ...]:
        """The newest, open or not; ``limit`` is 1..200."""
        return await self._read(queries_modes.INCIDENTS.limit(limit), records_modes.incident)

    async def leader_days_ahead(self, now: datetime) -> tuple[LeaderDay, ...]:
        """Those that are on or to come and not called off, who begins first."""
        return await self._read(queries_modes.leader_days_ahead(now), records_modes.leader_day)

    async def leader_days(self, limit: int) -> tuple[LeaderDay, ...]:
        """The latest, also those called off; ``limit`` is 1..1000."""
        return await self._read(queries_modes.LEADER_DAYS.limit(limit), records_modes.leader_day)

    async def leader_day(self, day_id: str) -> LeaderDay | None:
        """One by id."""
        wanted = queries_modes.leader_day_of(day_id)
        return one(await self._read(wanted, records_modes.leader_day))

    async def contacts_queued(
        self, queue: str, since: datetime, until: datetime
    ) -> tuple[ContactRecord | ChatRecord, ...]:
        """Who came to a queue in this time, wherever they went afterwards, the newest first."""
        wanted = queries_modes.contacts_queued(queue, since, until)
        return await self._open(wanted, records_messages.contact)

    async def promises_queued(
        self, queue: str, since: datetime, until: datetime
    ) -> tuple[Promise, ...]:
        """What was promised to them, the oldest first."""
        wanted = queries_modes.promises_queued(queue, since, until)
        return await self._open(wanted, records_experts.promise)

    async def callbacks_queued(
        self, queue: str, since: datetime, until: datetime
    ) -> tuple[Callback, ...]:
        """Who of them is or was to be called back, the oldest first."""
        wanted = queries_modes.callbacks_queued(queue, since, until)
        return await self._open(wanted, records_callbacks.callback)

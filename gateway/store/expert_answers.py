"""``ports.ExpertStore`` over SQLite or PostgreSQL: departments, experts, promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store import queries_experts as queries
from gateway.store import records_experts as records
from gateway.store import records_guests
from gateway.store.reading import Answers, one

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.core.expert import Department, Expert
    from gateway.core.guest import Guest
    from gateway.core.promise import Promise
    from gateway.core.reach import Reach


class ExpertAnswers(Answers):
    """Reads of departments, experts and promises."""

    async def departments(self) -> tuple[Department, ...]:
        """Every one, also removed ones, by id."""
        return await self._read(queries.DEPARTMENTS, records.department)

    async def experts(self) -> tuple[Expert, ...]:
        """Everybody, also removed ones, by id."""
        return await self._open(queries.EXPERTS, records.expert)

    async def promises_open(self) -> tuple[Promise, ...]:
        """Those that are owed, who is due first; at most 10,000."""
        return await self._open(queries.PROMISES_OPEN, records.promise)

    async def promises_of(self, contact_id: str) -> tuple[Promise, ...]:
        """What was promised in one contact, the oldest first."""
        return await self._open(queries.promises_of(contact_id), records.promise)

    async def experts_asked(
        self, since: datetime, until: datetime, *, after: Guest | None = None
    ) -> tuple[Guest, ...]:
        """Who was asked as an expert in this time, in order, 2,000 at once; ``after`` the last."""
        cursor = (after.asked_at, after.id) if after else None
        wanted = queries.experts_asked(since, until, cursor)
        return await self._open(wanted, records_guests.guest)

    async def experts_owing(self, since: datetime) -> tuple[Reach, ...]:
        """Wishes for an expert that failed since then and of which nothing was promised yet."""
        return await self._open(queries.experts_owing(since), records_guests.reach)

    async def promise(self, promise_id: str) -> Promise | None:
        """One by id."""
        return one(await self._open(queries.promise_of(promise_id), records.promise))

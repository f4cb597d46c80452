"""``ports.ExpertStore`` over SQLite or PostgreSQL: departments, experts, promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store import queries_experts as queries
from gateway.store import records_experts as records
from gateway.store.reading import Answers, one

if TYPE_CHECKING:
    from gateway.core.expert import Department, Expert
    from gateway.core.promise import Promise


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

    async def promise(self, promise_id: str) -> Promise | None:
        """One by id."""
        return one(await self._open(queries.promise_of(promise_id), records.promise))

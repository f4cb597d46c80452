"""What the use cases ask of the store about departments, experts and promises."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gateway.core.expert import Department, Expert
from gateway.core.guest import Guest
from gateway.core.promise import Promise
from gateway.core.reach import Reach


class ExpertStore(Protocol):
    """Departments, experts, promises."""

    async def departments(self) -> tuple[Department, ...]:
        """Every one, also removed ones, by id."""
        ...

    async def experts(self) -> tuple[Expert, ...]:
        """Everybody, also removed ones, by id."""
        ...

    async def promises_open(self) -> tuple[Promise, ...]:
        """Those that are owed, who is due first."""
        ...

    async def promises_of(self, contact_id: str) -> tuple[Promise, ...]:
        """What was promised in one contact, the oldest first."""
        ...

    async def experts_asked(
        self, since: datetime, until: datetime, *, after: Guest | None = None
    ) -> tuple[Guest, ...]:
        """Who was asked as an expert in this time, in order, 2,000 at once; ``after`` the last."""
        ...

    async def experts_owing(self, since: datetime) -> tuple[Reach, ...]:
        """Wishes for an expert that failed since then and of which nothing was promised yet."""
        ...

    async def promise(self, promise_id: str) -> Promise | None:
        """One by id."""
        ...

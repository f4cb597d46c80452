"""What the use cases ask of the store about departments, experts and promises."""

from __future__ import annotations

from typing import Protocol

from gateway.core.expert import Department, Expert
from gateway.core.promise import Promise


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

    async def promise(self, promise_id: str) -> Promise | None:
        """One by id."""
        ...

"""What due process asks of the store."""

from __future__ import annotations

from typing import Protocol

from gateway.core.misconduct import Misconduct
from gateway.core.standing import Standing


class StandingStore(Protocol):
    """Procedures and records of misconduct. Raises StoreUnavailable when it cannot answer."""

    async def standings_open(self) -> tuple[Standing, ...]:
        """Those that are not over, the oldest first; at most 5,000."""
        ...

    async def standings_of(self, identity_id: str) -> tuple[Standing, ...]:
        """All that there were against one identity, the newest first; at most 50."""
        ...

    async def standings_over(self, limit: int) -> tuple[Standing, ...]:
        """The last that ended, the newest first; ``limit`` is 1..200."""
        ...

    async def misconduct(self, misconduct_id: str) -> Misconduct | None:
        """One record by id."""
        ...

    async def misconducts_of(self, identity_id: str) -> tuple[Misconduct, ...]:
        """The records of one identity, the newest first; at most 200."""
        ...

    async def misconducts_proposed(self) -> tuple[Misconduct, ...]:
        """What detectors saw and nobody has looked at, the oldest first; at most 500."""
        ...

"""What the pooling with sub-centres asks of the store."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gateway.core.centre import CentreContact, CentreCount, PooledPage


class CentreStore(Protocol):
    """Contacts of sub-centres. Raises StoreUnavailable when it cannot answer."""

    async def centre_contact(self, centre: str, id_: str) -> CentreContact | None:
        """One contact of a sub-centre's own, under its own id."""
        ...

    async def centres_counted(self, since: datetime, until: datetime) -> tuple[CentreCount, ...]:
        """Their contacts that began in ``[since, until)``, by centre and outcome."""
        ...

    async def contacts_of_origin(self, origin: str, after: int, limit: int) -> PooledPage | None:
        """Our contacts of this origin that changed after ``after``, the oldest change first.

        None for an ``after`` that was never given out.
        """
        ...

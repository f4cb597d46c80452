"""What the figures of special lines ask of the store."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gateway.core.tag_statistics import Counted


class TagStore(Protocol):
    """Contacts by the line by which they came. Raises StoreUnavailable when it cannot answer."""

    async def contacts_counted(
        self, since: datetime, until: datetime, *, after: Counted | None = None
    ) -> tuple[Counted, ...]:
        """Contacts that began in this time, in order, 5,000 at once; ``after`` the last of those.

        Nothing personal is read.
        """
        ...

"""What the store is asked about what is too old to be kept."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gateway.core.retention import DataClass, Expiring


class RetentionStore(Protocol):
    """What is too old. It is shredded by ``store.record(Shredded(...))``.

    That empties the ciphers of the class, takes its texts out of the search, and names its files
    no more; the rows stay, so counts and times remain true.
    """

    async def expired(
        self, what: DataClass, before: datetime, *, after: str = "", limit: int = 100
    ) -> tuple[str, ...]:
        """Ids of contacts that ended before then with something of the class, in order.

        Those after the id ``after``; ``limit`` is 1..1000. What lives, or is owed a call back, is
        not among them, nor what was shredded.
        """
        ...

    async def expiring(self, what: DataClass, before: datetime) -> Expiring:
        """How much that is."""
        ...

    async def files_of(self, what: DataClass, contact_id: str) -> tuple[str, ...]:
        """Names of all files of the class: in the recordings folder, or the media folder.

        Some of them may not be there.
        """
        ...

    async def scrub(self) -> None:
        """Leave no remains of what was removed. Takes its time; raises StoreUnavailable."""
        ...

"""``ports.GuestStore`` over SQLite or PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store import queries_guests as queries
from gateway.store import records_guests
from gateway.store.reading import Answers

if TYPE_CHECKING:
    from gateway.core.guest import Guest
    from gateway.core.reach import Reach


class GuestAnswers(Answers):
    """Reads of guests and reaches."""

    async def guests_open(self) -> tuple[Guest, ...]:
        """Everybody who is being dialled or is in."""
        return await self._open(queries.GUESTS_OPEN, records_guests.guest)

    async def reaches_open(self) -> tuple[Reach, ...]:
        """Every wish that is not over."""
        return await self._open(queries.REACHES_OPEN, records_guests.reach)

    async def guests_of(self, contact_id: str) -> tuple[Guest, ...]:
        """All that a contact had, in the order of asking; at most 200."""
        return await self._open(queries.guests_of(contact_id), records_guests.guest)

    async def reaches_of(self, contact_id: str) -> tuple[Reach, ...]:
        """All that there were in a contact, in the order of asking; at most 200."""
        return await self._open(queries.reaches_of(contact_id), records_guests.reach)

"""What the use cases ask of the store about guests of calls."""

from __future__ import annotations

from typing import Protocol

from gateway.core.guest import Guest
from gateway.core.reach import Reach


class GuestStore(Protocol):
    """Guests, and the wishes to bring them in; also called for after a restart."""

    async def guests_open(self) -> tuple[Guest, ...]:
        """Everybody who is being dialled or is in."""
        ...

    async def reaches_open(self) -> tuple[Reach, ...]:
        """Every wish that is not over."""
        ...

    async def guests_of(self, contact_id: str) -> tuple[Guest, ...]:
        """All that a contact had, in the order of asking; at most 200."""
        ...

    async def reaches_of(self, contact_id: str) -> tuple[Reach, ...]:
        """All that there were in a contact, in the order of asking; at most 200."""
        ...

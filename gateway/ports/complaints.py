"""What complaints about staff ask of the store."""

from __future__ import annotations

from typing import Protocol

from gateway.core.staff_complaint import StaffComplaint


class ComplaintStore(Protocol):
    """Complaints and whom they bar. Raises StoreUnavailable when it cannot answer."""

    async def staff_complaints_open(self) -> tuple[StaffComplaint, ...]:
        """Those that nobody closed, the oldest first; at most 5,000."""
        ...

    async def staff_complaints_over(self, limit: int) -> tuple[StaffComplaint, ...]:
        """The last that were closed, the newest first; ``limit`` is 1..200."""
        ...

    async def staff_complaint(self, complaint_id: str) -> StaffComplaint | None:
        """One by its id."""
        ...

    async def staff_complaint_of(self, contact_id: str) -> StaffComplaint | None:
        """The complaint that is said in this contact, open or closed."""
        ...

    async def staff_bars(self) -> tuple[tuple[str, str], ...]:
        """Contact and operator of every bar that there is."""
        ...

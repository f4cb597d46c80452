"""``ports.ComplaintStore`` over SQLite or PostgreSQL: what ``SqlStore`` answers of complaints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from gateway.core.staff_complaint import ComplaintSource, StaffComplaint
from gateway.store.reading import Answers, one
from gateway.store.tables_complaints import COMPLAINT_IS_OPEN, staff_bar, staff_complaint

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from gateway.store.vault import Vault

MOST_OPEN = 5_000
OPEN = (
    sa.select(staff_complaint)
    .where(COMPLAINT_IS_OPEN)
    .order_by(staff_complaint.c.since, staff_complaint.c.id)
    .limit(MOST_OPEN)
)
OVER = (
    sa.select(staff_complaint)
    .where(staff_complaint.c.closed_at.is_not(None))
    .order_by(staff_complaint.c.closed_at.desc(), staff_complaint.c.id.desc())
)
BARS = sa.select(staff_bar.c.contact_id, staff_bar.c.operator_id).where(
    staff_bar.c.operator_id != sa.literal_column("''")
)


def complaint(row: RowMapping, vault: Vault) -> StaffComplaint:
    """One complaint."""
    own = staff_complaint.c
    key, cipher = row[own.id], row[own.result_cipher]
    return StaffComplaint(
        id=key,
        contacts=tuple(row[own.contacts]),
        identities=tuple(row[own.identities]),
        concerned=tuple(row[own.concerned]),
        source=ComplaintSource(row[own.source]),
        since=row[own.since],
        by=row[own.by],
        closed_at=row[own.closed_at],
        closed_by=row[own.closed_by],
        result=vault.open("staff_complaint", "result_cipher", key, cipher) if cipher else "",
    )


class ComplaintAnswers(Answers):
    """Reads of complaints about staff."""

    async def staff_complaints_open(self) -> tuple[StaffComplaint, ...]:
        """Those that nobody closed, the oldest first; at most 5,000."""
        return await self._open(OPEN, complaint)

    async def staff_complaints_over(self, limit: int) -> tuple[StaffComplaint, ...]:
        """The last that were closed, the newest first; ``limit`` is 1..200."""
        return await self._open(OVER.limit(limit), complaint)

    async def staff_complaint(self, complaint_id: str) -> StaffComplaint | None:
        """One by its id."""
        wanted = sa.select(staff_complaint).where(staff_complaint.c.id == complaint_id)
        return one(await self._open(wanted, complaint))

    async def staff_complaint_of(self, contact_id: str) -> StaffComplaint | None:
        """The complaint that is said in this contact, open or closed."""
        named = sa.select(staff_bar.c.complaint_id).where(
            staff_bar.c.contact_id == contact_id, staff_bar.c.operator_id == sa.literal_column("''")
        )
        wanted = sa.select(staff_complaint).where(staff_complaint.c.id.in_(named))
        return one(await self._open(wanted, complaint))

    async def staff_bars(self) -> tuple[tuple[str, str], ...]:
        """Contact and operator of every bar that there is."""
        own = staff_bar.c
        return await self._read(BARS, lambda row: (row[own.contact_id], row[own.operator_id]))

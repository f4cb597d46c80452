"""Complaints about staff, as tests need them."""

from datetime import UTC, datetime
from typing import Any

from gateway.core.staff_complaint import ComplaintSource, StaffComplaint

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def a_staff_complaint(id: str = "7" * 32, **more: Any) -> StaffComplaint:
    """A citizen complains about li in contact c-1."""
    usual: dict[str, Any] = {
        "id": id,
        "contacts": ("c-1",),
        "identities": ("i-1",),
        "concerned": ("op-li",),
        "source": ComplaintSource.NUMBER,
        "since": NOON,
    }
    return StaffComplaint(**usual | more)

"""Every question about guests and reaches, as SQL. Each is one statement."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.tables_guests import GUEST_IS_OPEN, REACH_IS_OPEN, guest, reach

Question = sa.Select[tuple[object, ...]]

MAX_GUESTS = 200
"""Guests, or reaches, of one contact in one answer."""

GUESTS_OPEN: Question = sa.select(guest).where(GUEST_IS_OPEN).order_by(guest.c.id)
REACHES_OPEN: Question = sa.select(reach).where(REACH_IS_OPEN).order_by(reach.c.id)


def guests_of(contact_id: str) -> Question:
    """All guests that a contact had."""
    wanted = sa.select(guest).where(guest.c.contact_id == contact_id)
    return wanted.order_by(guest.c.asked_at, guest.c.id).limit(MAX_GUESTS)


def reaches_of(contact_id: str) -> Question:
    """All wishes that there were in a contact."""
    wanted = sa.select(reach).where(reach.c.contact_id == contact_id)
    return wanted.order_by(reach.c.asked_at, reach.c.id).limit(MAX_GUESTS)

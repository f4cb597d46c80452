"""Every question about departments, experts and promises, as SQL."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gateway.core.guest_kind import GuestRole
from gateway.core.reach import ReachState
from gateway.store.tables_experts import PROMISE_IS_OPEN, department, expert, promise
from gateway.store.tables_guests import guest, reach

Question = sa.Select[tuple[object, ...]]

MOST_OPEN = 10_000
"""Open promises in one answer."""
PAGE = 2000
"""Guests in one page of a report."""

DEPARTMENTS = sa.select(department).order_by(department.c.id)
EXPERTS = sa.select(expert).order_by(expert.c.id)
PROMISES_OPEN = (
    sa.select(promise)
    .where(PROMISE_IS_OPEN)
    .order_by(promise.c.due_at, promise.c.id)
    .limit(MOST_OPEN)
)


def promise_of(promise_id: str) -> Question:
    """One promise by id."""
    return sa.select(promise).where(promise.c.id == promise_id)


def promises_of(contact_id: str) -> Question:
    """What was promised in one contact, the oldest first."""
    wanted = sa.select(promise).where(promise.c.contact_id == contact_id)
    return wanted.order_by(promise.c.made_at, promise.c.id).limit(MOST_OPEN)


def experts_asked(since: datetime, until: datetime, after: tuple[datetime, str] | None) -> Question:
    """Experts who were asked in ``[since, until)``, in order; ``after`` the last of a page."""
    own = guest.c
    wanted = sa.select(guest).where(
        own.role == GuestRole.EXPERT.value, own.asked_at >= since, own.asked_at < until
    )
    if after:
        at, id_ = after
        wanted = wanted.where(sa.or_(own.asked_at > at, sa.and_(own.asked_at == at, own.id > id_)))
    return wanted.order_by(own.asked_at, own.id).limit(PAGE)


def experts_owing(since: datetime) -> Question:
    """Wishes for an expert that failed since then and have no promise, the oldest first."""
    own = reach.c
    promised = sa.select(promise.c.id).where(promise.c.reach_id == own.id)
    return (
        sa.select(reach)
        .where(
            own.role == GuestRole.EXPERT.value,
            own.state == ReachState.FAILED.value,
            own.ended_at >= since,
            ~sa.exists(promised),
        )
        .order_by(own.ended_at, own.id)
        .limit(MOST_OPEN)
    )

"""Every question about departments, experts and promises, as SQL."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.tables_experts import PROMISE_IS_OPEN, department, expert, promise

Question = sa.Select[tuple[object, ...]]

MOST_OPEN = 10_000
"""Open promises in one answer."""

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

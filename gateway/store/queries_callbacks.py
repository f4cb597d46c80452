"""Questions about who is to be called back."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.tables import callback, callback_try
from gateway.store.tables_callbacks import IS_DIALLING

MAX_CALLBACKS = 5000
"""Callbacks in one answer."""
MAX_TRIES = 500
"""Tries in one answer."""


def callback_of(callback_id: str) -> sa.Select[tuple[object, ...]]:
    """One callback by id."""
    return sa.select(callback).where(callback.c.id == callback_id)


def callbacks(state: str, index: bytes, limit: int) -> sa.Select[tuple[object, ...]]:
    """Callbacks in one state, of the number with this hash or (empty) of all, oldest first."""
    wanted = sa.select(callback).where(callback.c.state == state)
    if index:
        wanted = wanted.where(callback.c.value_index == index)
    limit = max(1, min(limit, MAX_CALLBACKS))
    return wanted.order_by(callback.c.since, callback.c.id).limit(limit)


def tries_dialling() -> sa.Select[tuple[object, ...]]:
    """The calls that are under way, oldest first."""
    own = callback_try.c
    return sa.select(callback_try).where(IS_DIALLING).order_by(own.at, own.id).limit(MAX_CALLBACKS)


def tries_of(callback_id: str) -> sa.Select[tuple[object, ...]]:
    """The calls of one callback, oldest first."""
    own = callback_try.c
    wanted = sa.select(callback_try).where(own.callback_id == callback_id)
    return wanted.order_by(own.at, own.id).limit(MAX_TRIES)

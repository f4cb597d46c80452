"""The tables of guests and of the wishes to bring them in. Pure: no engine, no I/O."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.columns import (
    bytes_column,
    flag_column,
    metadata,
    number_column,
    text_column,
    time_column,
)

guest = sa.Table(
    "guest",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("contact_id", sa.ForeignKey("contact.id")),
    text_column("reach_id"),
    text_column("role"),
    text_column("target_id"),
    bytes_column("title_cipher"),
    text_column("mode"),
    text_column("by"),
    time_column("asked_at"),
    text_column("state"),
    text_column("end"),
    number_column("cause"),
    text_column("channel"),
    flag_column("muted"),
    time_column("answered_at", nullable=True),
    time_column("ended_at", nullable=True),
    sa.Index(None, "contact_id"),
)

GUEST_IS_OPEN = guest.c.state.in_(
    (sa.literal_column("'dialling'"), sa.literal_column("'in'")),
)
sa.Index(
    "ix_guest_open",
    guest.c.id,
    sqlite_where=GUEST_IS_OPEN,
    postgresql_where=GUEST_IS_OPEN,
)

reach = sa.Table(
    "reach",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("contact_id", sa.ForeignKey("contact.id")),
    text_column("role"),
    text_column("target"),
    bytes_column("title_cipher"),
    bytes_column("tries_cipher"),
    text_column("mode"),
    text_column("by"),
    time_column("asked_at"),
    text_column("state"),
    number_column("at"),
    flag_column("leaves"),
    flag_column("consent"),
    bytes_column("reason_cipher"),
    time_column("undo_until", nullable=True),
    time_column("joined_at", nullable=True),
    time_column("verified_at", nullable=True),
    time_column("ended_at", nullable=True),
    sa.Index(None, "contact_id"),
)
"""``tries_cipher`` is JSON: who is tried, with names and numbers, in order."""

REACH_IS_OPEN = reach.c.state.in_(
    tuple(sa.literal_column(f"'{state}'") for state in ("undo", "trying", "in")),
)
sa.Index(
    "ix_reach_open",
    reach.c.id,
    sqlite_where=REACH_IS_OPEN,
    postgresql_where=REACH_IS_OPEN,
)

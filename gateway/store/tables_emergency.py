"""The table of hand-overs to emergency lines. Pure: no engine, no I/O."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.columns import (
    bytes_column,
    metadata,
    number_column,
    text_column,
    time_column,
)

handover = sa.Table(
    "handover",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("contact_id", sa.ForeignKey("contact.id")),
    *(text_column(name) for name in ("line", "region", "day")),
    time_column("at"),
    bytes_column("body_cipher"),
    *(number_column(name) for name in ("version", "taken", "tries")),
    time_column("next_at", nullable=True),
    *(text_column(name) for name in ("fault", "their_id")),
    time_column("taken_at", nullable=True),
    text_column("order_state"),
    time_column("order_at", nullable=True),
    sa.Index(None, "contact_id"),
    sa.Index(None, "day", "line"),
)

HANDOVER_IS_OPEN = sa.text("taken < version OR order_state NOT IN ('done', 'returned')")
sa.Index(
    "ix_handover_open",
    *(handover.c.at, handover.c.id),
    sqlite_where=HANDOVER_IS_OPEN,
    postgresql_where=HANDOVER_IS_OPEN,
)

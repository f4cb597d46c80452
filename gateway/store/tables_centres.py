"""The table of sub-centres' own contacts. Pure: no engine, no I/O."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.columns import (
    bytes_column,
    metadata,
    number_column,
    text_column,
    time_column,
)

centre_contact = sa.Table(
    "centre_contact",
    metadata,
    sa.Column("centre", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    number_column("version"),
    bytes_column("precedence"),
    text_column("channel"),
    time_column("opened_at"),
    time_column("closed_at", nullable=True),
    *(text_column(name) for name in ("outcome", "tag", "category")),
    bytes_column("summary_cipher"),
    sa.Index(None, "opened_at", "centre"),
)
ended_at = sa.func.coalesce(centre_contact.c.closed_at, centre_contact.c.opened_at)
"""One that never ended is as old as its begin."""

"""The tables of complaints about staff. Pure: no engine, no I/O."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.columns import bytes_column, metadata, text_column, time_column

staff_complaint = sa.Table(
    "staff_complaint",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *(sa.Column(name, sa.JSON, nullable=False) for name in ("contacts", "identities", "concerned")),
    text_column("source"),
    time_column("since"),
    text_column("by"),
    time_column("closed_at", nullable=True),
    text_column("closed_by"),
    bytes_column("result_cipher"),
    sa.Index(None, "closed_at"),
)

COMPLAINT_IS_OPEN = staff_complaint.c.closed_at.is_(None)
sa.Index(
    "ix_staff_complaint_open",
    *(staff_complaint.c.since, staff_complaint.c.id),
    sqlite_where=COMPLAINT_IS_OPEN,
    postgresql_where=COMPLAINT_IS_OPEN,
)

staff_bar = sa.Table(
    "staff_bar",
    metadata,
    sa.Column("contact_id", sa.Text, primary_key=True),
    sa.Column("operator_id", sa.Text, primary_key=True),
    text_column("complaint_id"),
)
"""Who may not have or see a contact; one row with an empty operator says that it has a complaint.

Rows are only added: nobody who was concerned is ever let in.
"""

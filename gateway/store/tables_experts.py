"""The tables of departments, their experts, and of what is promised. Pure: no engine, no I/O.

An expert's name and number are personal data and stand in ``_cipher`` columns only.
"""

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
from gateway.store.tables_guests import guest

department = sa.Table(
    "department",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("title_zh"),
    text_column("title_en"),
    flag_column("focus"),
    number_column("ring_seconds"),
    flag_column("removed"),
)

expert = sa.Table(
    "expert",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("department_id", sa.ForeignKey("department.id")),
    bytes_column("name_cipher"),
    bytes_column("number_cipher"),
    text_column("trunk"),
    text_column("seat"),
    sa.Column("skills", sa.JSON, nullable=False),
    sa.Column("duties", sa.JSON, nullable=False),
    flag_column("active"),
    flag_column("removed"),
)
"""``duties`` are the lines of the rota as ``rows_experts`` writes them."""

promise = sa.Table(
    "promise",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("contact_id", sa.ForeignKey("contact.id")),
    text_column("kind"),
    text_column("department_id"),
    text_column("owner_id"),
    time_column("made_at"),
    time_column("warn_at"),
    time_column("due_at"),
    text_column("callback_id"),
    text_column("reach_id"),
    text_column("state"),
    time_column("warned_at", nullable=True),
    time_column("overdue_at", nullable=True),
    text_column("done_by"),
    time_column("done_at", nullable=True),
    bytes_column("note_cipher"),
)

sa.Index("ix_guest_asked", guest.c.role, guest.c.asked_at)
sa.Index("ix_promise_reach_id", promise.c.reach_id)
sa.Index("ix_promise_contact_id", promise.c.contact_id)

PROMISE_IS_OPEN = promise.c.state == sa.literal_column("'open'")
sa.Index(
    "ix_promise_open",
    *(promise.c.due_at, promise.c.id),
    sqlite_where=PROMISE_IS_OPEN,
    postgresql_where=PROMISE_IS_OPEN,
)

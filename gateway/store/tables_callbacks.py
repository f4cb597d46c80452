"""The table of the calls by which we called back. Pure: no engine, no I/O."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.columns import metadata, number_column, tag_columns, text_column, time_column

callback_try = sa.Table(
    "callback_try",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("callback_id", sa.ForeignKey("callback.id")),
    *(text_column(name) for name in ("first", "seat", "operator_id", "shown", "trunk")),
    time_column("at"),
    *(text_column(name) for name in ("state", "end")),
    number_column("cause"),
    text_column("contact_id"),
    time_column("ended_at", nullable=True),
    *tag_columns(),
    sa.Index(None, "callback_id", "at"),
)

IS_DIALLING = callback_try.c.state == sa.literal_column("'dialling'")
sa.Index(
    "ix_callback_try_dialling",
    *(callback_try.c.at, callback_try.c.id),
    sqlite_where=IS_DIALLING,
    postgresql_where=IS_DIALLING,
)

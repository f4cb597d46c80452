"""The table of what channel accounts keep for themselves. Pure: no engine, no I/O."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.columns import metadata, time_column

channel_note = sa.Table(
    "channel_note",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value_cipher", sa.LargeBinary, nullable=False),
    time_column("until", nullable=True),
)

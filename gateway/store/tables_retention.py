"""What was shredded. Pure: no engine, no I/O."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.columns import metadata, time_column

shredded = sa.Table(
    "shredded",
    metadata,
    sa.Column("contact_id", sa.Text, sa.ForeignKey("contact.id"), primary_key=True),
    sa.Column("what", sa.Text, primary_key=True),
    time_column("at"),
)
"""Which class of which contact is gone: it is neither looked for nor counted again."""

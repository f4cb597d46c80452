"""Queues for a language."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """What is spoken in a queue; those that are there are for everybody."""
    op.add_column("queue", sa.Column("language", sa.Text, nullable=False, server_default=""))
    if op.get_context().dialect.name == "postgresql":  # SQLite cannot, and nobody minds there
        op.alter_column("queue", "language", server_default=None)

"""Conversations whose citizen sent more than a limit allows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """None of those that are there was over a limit."""
    op.add_column("chat", sa.Column("throttled", sa.Text, nullable=False, server_default=""))
    if op.get_context().dialect.name == "postgresql":  # SQLite cannot, and nobody minds there
        op.alter_column("chat", "throttled", server_default=None)

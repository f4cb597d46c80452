"""Indexes for reading the audit: by kind, and by person."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make both."""
    for first in ("kind", "operator_id"):
        op.create_index(f"ix_fact_{first}_at_seq", "fact", [first, "at", "seq"])

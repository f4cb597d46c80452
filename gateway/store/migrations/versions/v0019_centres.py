"""Contacts of sub-centres' own systems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make the table."""
    words = ("channel", "outcome", "tag", "category")
    op.create_table(
        "centre_contact",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("precedence", sa.LargeBinary, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in words),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary_cipher", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("centre", "id", name="pk_centre_contact"),
    )
    op.create_index("ix_centre_contact_opened_at_centre", "centre_contact", ["opened_at", "centre"])

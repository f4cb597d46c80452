"""Complaints about staff, and whom they bar from which contact."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "staff_complaint",
        sa.Column("id", sa.Text, nullable=False),
        *(
            sa.Column(name, sa.JSON, nullable=False)
            for name in ("contacts", "identities", "concerned")
        ),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text, nullable=False),
        sa.Column("result_cipher", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_complaint"),
    )
    op.create_index("ix_staff_complaint_closed_at", "staff_complaint", ["closed_at"])
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_staff_complaint_open",
        "staff_complaint",
        ["since", "id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "staff_bar",
        sa.Column("contact_id", sa.Text, nullable=False),
        sa.Column("operator_id", sa.Text, nullable=False),
        sa.Column("complaint_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contact_id", "operator_id", name="pk_staff_bar"),
    )

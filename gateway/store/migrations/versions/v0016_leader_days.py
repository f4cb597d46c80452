"""Leaders' days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table."""
    words = ("id", "name", "title", "department", "seat", "assistant", "queue", "key")
    op.create_table(
        "leader_day",
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in (*words, "booked_by", "changed_by", "cancelled_by")
        ),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=False)
            for name in ("begins_at", "ends_at", "booked_at")
        ),
        sa.Column("dids", sa.JSON, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_leader_day"),
    )
    op.create_index("ix_leader_day_begins_at_id", "leader_day", ["begins_at", "id"])
    op.create_index("ix_leader_day_ends_at_id", "leader_day", ["ends_at", "id"])

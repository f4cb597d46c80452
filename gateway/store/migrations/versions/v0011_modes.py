"""Announced incidents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "incident",
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("id", "text_zh", "text_en", "queue", "key", "begun_by", "ended_by")
        ),
        sa.Column("dids", sa.JSON, nullable=False),
        sa.Column("rank", sa.BigInteger, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded", sa.Boolean, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
    )
    op.create_index("ix_incident_begun_at_id", "incident", ["begun_at", "id"])
    still = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_incident_open", "incident", ["until", "id"], sqlite_where=still, postgresql_where=still
    )

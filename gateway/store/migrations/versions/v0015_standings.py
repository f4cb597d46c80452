"""Due process: records of misconduct, and procedures."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _bytes(*names: str) -> list[sa.Column[bytes]]:
    return [sa.Column(f"{name}_cipher", sa.LargeBinary, nullable=False) for name in names]


def _times(*names: str, nullable: bool = True) -> list[sa.Column[datetime]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "misconduct",
        *_text("id", "contact_id", "identity_id", "kind"),
        *_times("at", nullable=False),
        *_text("by", "source", "source_id"),
        *_bytes("evidence"),
        *_text("state", "looked_by"),
        *_times("looked_at"),
        sa.PrimaryKeyConstraint("id", name="pk_misconduct"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_misconduct_contact_id"),
    )
    op.create_index("ix_misconduct_identity_id_at", "misconduct", ["identity_id", "at"])
    op.create_index("ix_misconduct_contact_id", "misconduct", ["contact_id"])
    proposed = sa.text("state = 'proposed'")
    op.create_index(
        "ix_misconduct_proposed",
        "misconduct",
        ["at", "id"],
        sqlite_where=proposed,
        postgresql_where=proposed,
    )
    op.create_table(
        "standing",
        *_text("id", "identity_id", "kind", "state"),
        *_times("opened_at", nullable=False),
        *_bytes("told"),
        *_times("reminded_at"),
        *_text("reminded_by"),
        *_times("grace_until", "again_at"),
        *_text("wanted_by"),
        *_times("wanted_at"),
        sa.Column("wanted_days", sa.BigInteger, nullable=False),
        *_bytes("wanted_reason", "reason"),
        *_text("proposed_by", "approved_by"),
        *_times("measured_at", "until"),
        *_text("appeal_state"),
        *_times("appeal_at"),
        *_text("appeal_contact_id", "appeal_decided_by"),
        *_times("appeal_decided_at"),
        *_bytes("appeal_answer"),
        sa.Column("deciders", sa.JSON, nullable=False),
        *_times("closed_at"),
        *_text("closed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_standing"),
    )
    op.create_index("ix_standing_identity_id_opened_at", "standing", ["identity_id", "opened_at"])
    op.create_index("ix_standing_closed_at", "standing", ["closed_at"])
    still = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_standing_open",
        "standing",
        ["opened_at", "id"],
        sqlite_where=still,
        postgresql_where=still,
    )

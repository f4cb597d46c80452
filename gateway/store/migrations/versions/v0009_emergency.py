"""Hand-overs to emergency lines: data packets, acknowledgements, the other side's orders."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "handover",
        *_text("id", "contact_id", "line", "region", "day"),
        _time("at"),
        sa.Column("body_cipher", sa.LargeBinary, nullable=False),
        *_numbers("version", "taken", "tries"),
        _time("next_at", nullable=True),
        *_text("fault", "their_id"),
        _time("taken_at", nullable=True),
        *_text("order_state"),
        _time("order_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_handover"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_handover_contact_id"),
    )
    op.create_index("ix_handover_contact_id", "handover", ["contact_id"])
    op.create_index("ix_handover_day_line", "handover", ["day", "line"])
    some = sa.text("taken < version OR order_state NOT IN ('done', 'returned')")
    op.create_index(
        "ix_handover_open", "handover", ["at", "id"], sqlite_where=some, postgresql_where=some
    )

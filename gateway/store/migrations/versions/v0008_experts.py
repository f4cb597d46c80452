"""Departments, experts with their rotas, and promises."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _flags(*names: str) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean, nullable=False) for name in names]


def _bytes(*names: str) -> list[sa.Column[bytes]]:
    return [sa.Column(f"{name}_cipher", sa.LargeBinary, nullable=False) for name in names]


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "department",
        *_text("id", "title_zh", "title_en"),
        *_flags("focus"),
        sa.Column("ring_seconds", sa.BigInteger, nullable=False),
        *_flags("removed"),
        sa.PrimaryKeyConstraint("id", name="pk_department"),
    )
    op.create_table(
        "expert",
        *_text("id", "department_id"),
        *_bytes("name", "number"),
        *_text("trunk", "seat"),
        sa.Column("skills", sa.JSON, nullable=False),
        sa.Column("duties", sa.JSON, nullable=False),
        *_flags("active", "removed"),
        sa.PrimaryKeyConstraint("id", name="pk_expert"),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name="fk_expert_department_id"
        ),
    )
    op.create_table(
        "promise",
        *_text("id", "contact_id", "kind", "department_id", "owner_id"),
        *(_time(name) for name in ("made_at", "warn_at", "due_at")),
        *_text("callback_id", "reach_id", "state"),
        _time("warned_at", nullable=True),
        _time("overdue_at", nullable=True),
        *_text("done_by"),
        _time("done_at", nullable=True),
        *_bytes("note"),
        sa.PrimaryKeyConstraint("id", name="pk_promise"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_promise_contact_id"),
    )
    op.create_index("ix_guest_asked", "guest", ["role", "asked_at"])
    op.create_index("ix_promise_reach_id", "promise", ["reach_id"])
    op.create_index("ix_promise_contact_id", "promise", ["contact_id"])
    is_open = sa.text("state = 'open'")
    op.create_index(
        "ix_promise_open",
        "promise",
        ["due_at", "id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )

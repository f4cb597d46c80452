"""Guests of calls, and the wishes to bring them in; a recording that is paused."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _sealed(*names: str) -> list[sa.Column[bytes]]:
    return [sa.Column(f"{name}_cipher", sa.LargeBinary, nullable=False) for name in names]


def _flag(*names: str) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean, nullable=False) for name in names]


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _time(*names: str, nullable: bool = True) -> list[sa.Column[datetime]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]


def _finish(table: str, states: str) -> None:
    op.create_index(f"ix_{table}_contact_id", table, ["contact_id"])
    still = sa.text(f"state IN ({states})")
    op.create_index(f"ix_{table}_open", table, ["id"], sqlite_where=still, postgresql_where=still)


def upgrade() -> None:
    """Make the tables."""
    paused = sa.Column("recording_paused", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("call", paused)
    if op.get_context().dialect.name != "sqlite":  # which cannot, and compares no defaults
        op.alter_column("call", "recording_paused", server_default=None)
    op.create_table(
        "guest",
        *_text("id", "contact_id", "reach_id", "role", "target_id"),
        *_sealed("title"),
        *_text("mode", "by"),
        *_time("asked_at", nullable=False),
        *_text("state", "end"),
        _number("cause"),
        *_text("channel"),
        *_flag("muted"),
        *_time("answered_at", "ended_at"),
        sa.PrimaryKeyConstraint("id", name="pk_guest"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_guest_contact_id"),
    )
    _finish("guest", "'dialling', 'in'")
    op.create_table(
        "reach",
        *_text("id", "contact_id", "role", "target"),
        *_sealed("title", "tries"),
        *_text("mode", "by"),
        *_time("asked_at", nullable=False),
        *_text("state"),
        _number("at"),
        *_flag("leaves", "consent"),
        *_sealed("reason"),
        *_time("undo_until", "joined_at", "verified_at", "ended_at"),
        sa.PrimaryKeyConstraint("id", name="pk_reach"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_reach_contact_id"),
    )
    _finish("reach", "'undo', 'trying', 'in'")

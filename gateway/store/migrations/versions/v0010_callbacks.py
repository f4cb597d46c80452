"""Callbacks: places kept, tries, and who was missed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table of tries; who is listed has not been tried, and waited in no known queue."""
    for name in ("queue", "did", "done_contact_id"):
        _add("callback", sa.Column(name, sa.Text, nullable=False, server_default=""))
    _add("callback", sa.Column("emergency", sa.Boolean, nullable=False, server_default=sa.false()))
    _add("callback", sa.Column("tries", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("callback", sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True))
    words = ("callback_id", "first", "seat", "operator_id", "shown", "trunk", "state", "end")
    op.create_table(
        "callback_try",
        sa.Column("id", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in (*words, "contact_id")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_callback_try"),
        sa.ForeignKeyConstraint(
            ["callback_id"], ["callback.id"], name="fk_callback_try_callback_id"
        ),
    )
    op.create_index("ix_callback_try_callback_id_at", "callback_try", ["callback_id", "at"])
    dialling = sa.text("state = 'dialling'")
    op.create_index(
        "ix_callback_try_dialling",
        "callback_try",
        ["at", "id"],
        sqlite_where=dialling,
        postgresql_where=dialling,
    )


def _add(table: str, column: sa.Column[object]) -> None:
    """Rows that are there need the default once; new ones always say what they are."""
    op.add_column(table, column)
    if op.get_context().dialect.name == "postgresql":  # SQLite cannot, and nobody minds there
        op.alter_column(table, column.name, server_default=None)

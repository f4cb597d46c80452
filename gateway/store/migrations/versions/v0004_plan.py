"""What an admin publishes: numbers, opening hours, removed people, revisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables and columns; what is there is open at all hours and was not removed."""
    _add("queue", sa.Column("hours", sa.JSON, nullable=False, server_default="[]"))
    _add("queue", sa.Column("closed_queue", sa.Text, nullable=False, server_default=""))
    _add("operator", sa.Column("removed", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "number",
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("did", "title_zh", "title_en", "queue", "greeting")
        ),
        sa.PrimaryKeyConstraint("did", name="pk_number"),
    )
    op.create_table(
        "revision",
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("operator_id", "by", "comment")),
        sa.Column("undoes", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.JSON, nullable=False) for name in ("changes", "plan")),
        sa.PrimaryKeyConstraint("number", name="pk_revision"),
    )


def _add(table: str, column: sa.Column[object]) -> None:
    """Rows that are there need the default once; new ones always say what they are."""
    op.add_column(table, column)
    if op.get_context().dialect.name == "postgresql":  # SQLite cannot, and nobody minds there
        op.alter_column(table, column.name, server_default=None)

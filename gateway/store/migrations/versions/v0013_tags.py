"""By which line a contact came: tag and origin."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the columns; what is there came by no special line, and no number has a tag yet."""
    for table, names in (
        ("number", ("tag", "origin")),
        ("contact", ("tag", "origin_tag")),
        ("callback", ("tag", "origin_tag")),
        ("callback_try", ("tag", "origin_tag")),
    ):
        for name in names:
            _add(table, name)
    op.create_index("ix_contact_tag_opened_at_id", "contact", ["tag", "opened_at", "id"])
    op.create_index(
        "ix_contact_origin_tag_opened_at_id", "contact", ["origin_tag", "opened_at", "id"]
    )


def _add(table: str, name: str) -> None:
    """Rows that are there need the default once; new ones always say what they are."""
    op.add_column(table, sa.Column(name, sa.Text, nullable=False, server_default=""))
    if op.get_context().dialect.name == "postgresql":  # SQLite cannot, and nobody minds there
        op.alter_column(table, name, server_default=None)

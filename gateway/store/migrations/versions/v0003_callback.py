"""The list of people to be called back, and how far the telephone system's record was read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "callback",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("id", "contact_id")),
        *(
            sa.Column(name, sa.LargeBinary, nullable=False)
            for name in ("number_cipher", "value_index")
        ),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("state", "done_by")),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note_cipher", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_callback"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_callback_contact_id"),
    )
    op.create_index("ix_callback_state_since_id", "callback", ["state", "since", "id"])
    op.create_index("ix_callback_value_index", "callback", ["value_index"])
    op.create_table(
        "bookmark",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "run")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("file", "offset")),
        sa.PrimaryKeyConstraint("name", name="pk_bookmark"),
    )

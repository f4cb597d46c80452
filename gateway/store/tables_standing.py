"""The tables of due process: records of misconduct, procedures. Pure: no engine, no I/O."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.columns import bytes_column, metadata, number_column, text_column, time_column

misconduct = sa.Table(
    "misconduct",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("contact_id", sa.ForeignKey("contact.id")),
    text_column("identity_id"),
    text_column("kind"),
    time_column("at"),
    *(text_column(name) for name in ("by", "source", "source_id")),
    bytes_column("evidence_cipher"),
    text_column("state"),
    text_column("looked_by"),
    time_column("looked_at", nullable=True),
    sa.Index(None, "identity_id", "at"),
    sa.Index(None, "contact_id"),
)

MISCONDUCT_IS_PROPOSED = misconduct.c.state == sa.literal_column("'proposed'")
sa.Index(
    "ix_misconduct_proposed",
    *(misconduct.c.at, misconduct.c.id),
    sqlite_where=MISCONDUCT_IS_PROPOSED,
    postgresql_where=MISCONDUCT_IS_PROPOSED,
)

standing = sa.Table(
    "standing",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *(text_column(name) for name in ("identity_id", "kind", "state")),
    time_column("opened_at"),
    bytes_column("told_cipher"),
    time_column("reminded_at", nullable=True),
    text_column("reminded_by"),
    time_column("grace_until", nullable=True),
    time_column("again_at", nullable=True),
    text_column("wanted_by"),
    time_column("wanted_at", nullable=True),
    number_column("wanted_days"),
    *(bytes_column(name) for name in ("wanted_reason_cipher", "reason_cipher")),
    *(text_column(name) for name in ("proposed_by", "approved_by")),
    time_column("measured_at", nullable=True),
    time_column("until", nullable=True),
    text_column("appeal_state"),
    time_column("appeal_at", nullable=True),
    *(text_column(name) for name in ("appeal_contact_id", "appeal_decided_by")),
    time_column("appeal_decided_at", nullable=True),
    bytes_column("appeal_answer_cipher"),
    sa.Column("deciders", sa.JSON, nullable=False),
    time_column("closed_at", nullable=True),
    text_column("closed_by"),
    sa.Index(None, "identity_id", "opened_at"),
    sa.Index(None, "closed_at"),
)
"""``wanted_...`` is the proposal that nobody has approved; without ``wanted_at`` there is none."""

STANDING_IS_OPEN = standing.c.closed_at.is_(None)
sa.Index(
    "ix_standing_open",
    *(standing.c.opened_at, standing.c.id),
    sqlite_where=STANDING_IS_OPEN,
    postgresql_where=STANDING_IS_OPEN,
)

"""The first tables: people, seats, queues, contacts, calls, facts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _number(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _flag(*names: str) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean, nullable=False) for name in names]


def _bytes(*names: str) -> list[sa.Column[bytes]]:
    return [sa.Column(name, sa.LargeBinary, nullable=False) for name in names]


def _time(*names: str, nullable: bool = False) -> list[sa.Column[datetime]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]


def upgrade() -> None:
    """Make them all."""
    _people()
    _places()
    _contacts()
    _facts()


def _people() -> None:
    op.create_table(
        "key_check",
        sa.Column("name", sa.Text, nullable=False),
        *_bytes("sample_cipher"),
        sa.PrimaryKeyConstraint("name", name="pk_key_check"),
    )
    op.create_table(
        "operator",
        *_text("id", "login", "login_key", "name", "role", "password_hash"),
        sa.Column("skills", sa.JSON, nullable=False),
        *_text("locale"),
        *_flag("active", "must_change_password", "simulated"),
        sa.PrimaryKeyConstraint("id", name="pk_operator"),
        sa.UniqueConstraint("login_key", name="uq_operator_login_key"),
    )
    op.create_table(
        "session",
        *_text("token_hash", "operator_id"),
        *_time("created_at", "seen_at", "expires_at"),
        *_flag("ended"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_session"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name="fk_session_operator_id"),
    )
    op.create_index("ix_session_operator_id", "session", ["operator_id"])


def _places() -> None:
    op.create_table(
        "queue",
        *_text("name", "title_zh", "title_en", "strategy"),
        *_number("ring_seconds", "max_wait_seconds", "wrap_up_seconds", "service_level_seconds"),
        *_text("key"),
        *_number("rank"),
        sa.PrimaryKeyConstraint("name", name="pk_queue"),
    )
    op.create_table(
        "seat",
        *_text("number", "title", "state", "operator_id", "phone"),
        *_time("since", nullable=True),
        *_text("reason", "contact_id", "next_break"),
        *_time("wrap_up_until", nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_seat"),
    )


def _contacts() -> None:
    op.create_table(
        "caller_flag",
        *_bytes("value_index"),
        *_text("kind"),
        *_bytes("note_cipher"),
        *_time("until", nullable=True),
        sa.PrimaryKeyConstraint("value_index", "kind", name="pk_caller_flag"),
    )
    op.create_table(
        "identity",
        *_text("id", "kind"),
        *_bytes("value_cipher", "value_index"),
        *_time("first_seen"),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
        sa.UniqueConstraint("kind", "value_index", name="uq_identity_kind_value_index"),
    )
    op.create_table(
        "contact",
        *_text("id", "channel"),
        sa.Column("identity_id", sa.Text, nullable=True),
        *_time("opened_at"),
        *_time("closed_at", nullable=True),
        *_text("queue", "operator_id", "seat", "outcome"),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name="fk_contact_identity_id"),
    )
    for first in ("", "identity_id", "operator_id", "queue", "outcome"):
        columns = [name for name in (first, "opened_at", "id") if name]
        op.create_index(f"ix_contact_{'_'.join(columns)}", "contact", columns)
    op.create_table(
        "call",
        *_text("contact_id", "hotline_id", "channel"),
        *_bytes("number_cipher"),
        *_text("did", "origin", "state", "leg"),
        *_flag("failed_open"),
        *_time("queued_at", "offered_at", "answered_at", "held_at", nullable=True),
        *_number("hangup_cause"),
        *_text("recording_file"),
        sa.PrimaryKeyConstraint("contact_id", name="pk_call"),
        sa.UniqueConstraint("hotline_id", name="uq_call_hotline_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_call_contact_id"),
    )
    living = sa.text("state != 'ended'")
    op.create_index(
        "ix_call_open", "call", ["contact_id"], sqlite_where=living, postgresql_where=living
    )
    op.create_table(
        "disposition",
        *_text("contact_id", "operator_id", "code"),
        *_time("at"),
        *_bytes("note_cipher", "caller_name_cipher"),
        sa.PrimaryKeyConstraint("contact_id", name="pk_disposition"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_disposition_contact_id"),
    )
    op.create_table(
        "recording",
        *_text("contact_id", "file", "sha256"),
        *_number("size_bytes"),
        sa.Column("seconds", sa.Double, nullable=False),
        *_time("stored_at"),
        sa.PrimaryKeyConstraint("contact_id", name="pk_recording"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_recording_contact_id"),
    )


def _facts() -> None:
    sequence = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "fact",
        sa.Column("seq", sequence, sa.Identity(), nullable=False),
        *_text("kind"),
        *_time("at"),
        *_text("contact_id", "seat", "operator_id"),
        sa.Column("data", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_fact"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_fact_contact_id_seq", "fact", ["contact_id", "seq"])

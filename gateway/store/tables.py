"""The tables, as SQLAlchemy metadata. Pure: no engine, no I/O.

Who writes and what is said stands in ``tables_messages``, what was heard in ``tables_heard``, the
search in ``tables_search``; the rest is here.
"""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store import (
    tables_callbacks,
    tables_centres,
    tables_complaints,
    tables_emergency,
    tables_experts,
    tables_guests,
    tables_messages,
    tables_modes,
    tables_notes,
    tables_retention,
    tables_search,
    tables_standing,
)
from gateway.store.columns import (
    bytes_column,
    flag_column,
    metadata,
    number_column,
    tag_columns,
    text_column,
    time_column,
)

key_check = sa.Table(
    "key_check",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    bytes_column("sample_cipher"),
)
"""One row, written with the key at first start: whoever opens it holds the right key."""

operator = sa.Table(
    "operator",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("login"),
    sa.Column("login_key", sa.Text, nullable=False, unique=True),
    text_column("name"),
    text_column("role"),
    text_column("password_hash"),
    sa.Column("skills", sa.JSON, nullable=False),
    text_column("locale"),
    flag_column("active"),
    flag_column("must_change_password"),
    flag_column("simulated"),
    flag_column("removed"),
)
"""``login_key`` is the login casefolded; ``skills`` maps queue names to penalties."""

session = sa.Table(
    "session",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    text_column("operator_id", sa.ForeignKey("operator.id")),
    time_column("created_at"),
    time_column("seen_at"),
    time_column("expires_at"),
    flag_column("ended"),
    sa.Index(None, "operator_id"),
)

queue = sa.Table(
    "queue",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    *(text_column(name) for name in ("title_zh", "title_en", "strategy")),
    number_column("ring_seconds"),
    number_column("max_wait_seconds"),
    number_column("wrap_up_seconds"),
    number_column("service_level_seconds"),
    text_column("key"),
    number_column("rank"),
    sa.Column("hours", sa.JSON, nullable=False),
    text_column("closed_queue"),
    text_column("language"),
)
"""``hours`` as in the plan's JSON (``core.plan_json``)."""

number = sa.Table(
    "number",
    metadata,
    sa.Column("did", sa.Text, primary_key=True),
    *(text_column(name) for name in ("title_zh", "title_en", "queue", "greeting", "tag", "origin")),
)
revision = sa.Table(
    "revision",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    time_column("at"),
    *(text_column(name) for name in ("operator_id", "by", "comment")),
    number_column("undoes"),
    sa.Column("changes", sa.JSON, nullable=False),
    sa.Column("plan", sa.JSON, nullable=False),
)
"""Appended, never changed: ``plan`` is the whole of it as it was after this step."""

seat = sa.Table(
    "seat",
    metadata,
    sa.Column("number", sa.Text, primary_key=True),
    text_column("title"),
    text_column("state"),
    text_column("operator_id"),
    text_column("phone"),
    time_column("since", nullable=True),
    text_column("reason"),
    text_column("contact_id"),
    text_column("next_break"),
    time_column("wrap_up_until", nullable=True),
)

caller_flag = sa.Table(
    "caller_flag",
    metadata,
    sa.Column("value_index", sa.LargeBinary, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    bytes_column("note_cipher"),
    time_column("until", nullable=True),
)
"""A mark on a number; the number itself is not here, not even encrypted."""

identity = tables_messages.identity
shredded = tables_retention.shredded
handover = tables_emergency.handover
incident, leader_day = tables_modes.incident, tables_modes.leader_day
channel_note = tables_notes.channel_note
centre_contact = tables_centres.centre_contact
staff_complaint = tables_complaints.staff_complaint
misconduct, standing = tables_standing.misconduct, tables_standing.standing
expert, promise = tables_experts.expert, tables_experts.promise
word_place = tables_search.word_place
guest = tables_guests.guest

contact = sa.Table(
    "contact",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("channel"),
    sa.Column("identity_id", sa.Text, sa.ForeignKey("identity.id"), nullable=True),
    time_column("opened_at"),
    time_column("closed_at", nullable=True),
    text_column("queue"),
    text_column("operator_id"),
    text_column("seat"),
    text_column("outcome"),
    *tag_columns(),
    sa.Index(None, "opened_at", "id"),
    sa.Index(None, "identity_id", "opened_at", "id"),
    sa.Index(None, "operator_id", "opened_at", "id"),
    sa.Index(None, "queue", "opened_at", "id"),
    sa.Index(None, "outcome", "opened_at", "id"),
    sa.Index(None, "channel", "opened_at", "id"),
    sa.Index(None, "tag", "opened_at", "id"),
    sa.Index(None, "origin_tag", "opened_at", "id"),
)
"""What every channel's conversation has; each history index serves one filter, newest first."""

call = sa.Table(
    "call",
    metadata,
    sa.Column("contact_id", sa.Text, sa.ForeignKey("contact.id"), primary_key=True),
    sa.Column("hotline_id", sa.Text, nullable=False, unique=True),
    text_column("channel"),
    bytes_column("number_cipher"),
    text_column("did"),
    text_column("origin"),
    text_column("state"),
    text_column("leg"),
    flag_column("failed_open"),
    time_column("queued_at", nullable=True),
    time_column("offered_at", nullable=True),
    time_column("answered_at", nullable=True),
    time_column("held_at", nullable=True),
    number_column("hangup_cause"),
    text_column("recording_file"),
    flag_column("recording_paused"),
)
"""What only a telephone contact has. ``number_cipher`` is the number as the line gave it."""

sa.Index(
    "ix_call_open",
    call.c.contact_id,
    sqlite_where=call.c.state != "ended",
    postgresql_where=call.c.state != "ended",
)

disposition = sa.Table(
    "disposition",
    metadata,
    sa.Column("contact_id", sa.Text, sa.ForeignKey("contact.id"), primary_key=True),
    text_column("operator_id"),
    text_column("code"),
    time_column("at"),
    bytes_column("note_cipher"),
    bytes_column("caller_name_cipher"),
)

recording = sa.Table(
    "recording",
    metadata,
    sa.Column("contact_id", sa.Text, sa.ForeignKey("contact.id"), primary_key=True),
    text_column("file"),
    text_column("sha256"),
    number_column("size_bytes"),
    sa.Column("seconds", sa.Double, nullable=False),
    time_column("stored_at"),
)

callback = sa.Table(
    "callback",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("contact_id", sa.ForeignKey("contact.id")),
    bytes_column("number_cipher"),
    bytes_column("value_index"),
    text_column("reason"),
    time_column("since"),
    text_column("state"),
    text_column("done_by"),
    time_column("done_at", nullable=True),
    bytes_column("note_cipher"),
    text_column("queue"),
    text_column("did"),
    flag_column("emergency"),
    number_column("tries"),
    time_column("next_try_at", nullable=True),
    text_column("done_contact_id"),
    *tag_columns(),
    sa.Index(None, "state", "since", "id"),
    sa.Index(None, "value_index"),
)
"""Whom we owe a call back; those in one state are read from the first index, by time."""

callback_try = tables_callbacks.callback_try

bookmark = sa.Table(
    "bookmark",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    text_column("run"),
    number_column("file"),
    number_column("offset"),
)
"""How far a record that others write was read."""

fact = sa.Table(
    "fact",
    metadata,
    sa.Column(
        "seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), primary_key=True
    ),
    text_column("kind"),
    time_column("at"),
    text_column("contact_id"),
    text_column("seat"),
    text_column("operator_id"),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Index(None, "contact_id", "seq"),
    sa.Index(None, "kind", "at", "seq"),
    sa.Index(None, "operator_id", "at", "seq"),
    sqlite_autoincrement=True,
)
"""Appended, never changed. No foreign keys: a fact outlives what it speaks of. The last two indexes
serve the audit: by kind, and by person."""

ALL_TABLES = metadata
"""Those of the other modules included."""

WRITE_ORDER: tuple[sa.Table, ...] = tuple(metadata.sorted_tables)
"""Parents before children, so that a batch may be written table by table."""

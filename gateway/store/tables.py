"""The tables, as SQLAlchemy metadata. Pure: no engine, no I/O.

Personal data stands only in columns that end in ``_cipher`` (see ``vault``); ``value_index`` is a
keyed hash. The empty string means "none" as in core; references that can be absent are NULL.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class UtcTime(sa.types.TypeDecorator[datetime]):
    """Aware UTC with microseconds on every engine.

    PostgreSQL has a type for it; SQLite keeps text of fixed width, which sorts like time. A naive
    time is a fault of the caller and is refused.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, *more: sa.ForeignKey) -> sa.Column[str]:
    return sa.Column(name, sa.Text, *more, nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, UtcTime, nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


key_check = sa.Table(
    "key_check",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("sample_cipher", sa.LargeBinary, nullable=False),
)
"""One row, written with the key at first start: whoever opens it holds the right key."""

operator = sa.Table(
    "operator",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _text("login"),
    sa.Column("login_key", sa.Text, nullable=False, unique=True),
    _text("name"),
    _text("role"),
    _text("password_hash"),
    sa.Column("skills", sa.JSON, nullable=False),
    _text("locale"),
    _flag("active"),
    _flag("must_change_password"),
    _flag("simulated"),
    _flag("removed"),
)
"""``login_key`` is the login casefolded; ``skills`` maps queue names to penalties."""

session = sa.Table(
    "session",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    _text("operator_id", sa.ForeignKey("operator.id")),
    _time("created_at"),
    _time("seen_at"),
    _time("expires_at"),
    _flag("ended"),
    sa.Index(None, "operator_id"),
)

queue = sa.Table(
    "queue",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    *(_text(name) for name in ("title_zh", "title_en", "strategy")),
    _number("ring_seconds"),
    _number("max_wait_seconds"),
    _number("wrap_up_seconds"),
    _number("service_level_seconds"),
    _text("key"),
    _number("rank"),
    sa.Column("hours", sa.JSON, nullable=False),
    _text("closed_queue"),
)
"""``hours`` as in the plan's JSON (``core.plan_json``)."""

number = sa.Table(
    "number",
    metadata,
    sa.Column("did", sa.Text, primary_key=True),
    *(_text(name) for name in ("title_zh", "title_en", "queue", "greeting")),
)
revision = sa.Table(
    "revision",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    _time("at"),
    *(_text(name) for name in ("operator_id", "by", "comment")),
    _number("undoes"),
    sa.Column("changes", sa.JSON, nullable=False),
    sa.Column("plan", sa.JSON, nullable=False),
)
"""Appended, never changed: ``plan`` is the whole of it as it was after this step."""

seat = sa.Table(
    "seat",
    metadata,
    sa.Column("number", sa.Text, primary_key=True),
    _text("title"),
    _text("state"),
    _text("operator_id"),
    _text("phone"),
    _time("since", nullable=True),
    _text("reason"),
    _text("contact_id"),
    _text("next_break"),
    _time("wrap_up_until", nullable=True),
)

caller_flag = sa.Table(
    "caller_flag",
    metadata,
    sa.Column("value_index", sa.LargeBinary, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("note_cipher", sa.LargeBinary, nullable=False),
    _time("until", nullable=True),
)
"""A mark on a number; the number itself is not here, not even encrypted."""

identity = sa.Table(
    "identity",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _text("kind"),
    sa.Column("value_cipher", sa.LargeBinary, nullable=False),
    sa.Column("value_index", sa.LargeBinary, nullable=False),
    _time("first_seen"),
    sa.UniqueConstraint("kind", "value_index"),
)
"""Who a contact is with: today the kind ``phone``, the number in its normal form."""

contact = sa.Table(
    "contact",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _text("channel"),
    sa.Column("identity_id", sa.Text, sa.ForeignKey("identity.id"), nullable=True),
    _time("opened_at"),
    _time("closed_at", nullable=True),
    _text("queue"),
    _text("operator_id"),
    _text("seat"),
    _text("outcome"),
    sa.Index(None, "opened_at", "id"),
    sa.Index(None, "identity_id", "opened_at", "id"),
    sa.Index(None, "operator_id", "opened_at", "id"),
    sa.Index(None, "queue", "opened_at", "id"),
    sa.Index(None, "outcome", "opened_at", "id"),
)
"""What every channel's conversation has; each history index serves one filter, newest first."""

call = sa.Table(
    "call",
    metadata,
    sa.Column("contact_id", sa.Text, sa.ForeignKey("contact.id"), primary_key=True),
    sa.Column("hotline_id", sa.Text, nullable=False, unique=True),
    _text("channel"),
    sa.Column("number_cipher", sa.LargeBinary, nullable=False),
    _text("did"),
    _text("origin"),
    _text("state"),
    _text("leg"),
    _flag("failed_open"),
    _time("queued_at", nullable=True),
    _time("offered_at", nullable=True),
    _time("answered_at", nullable=True),
    _time("held_at", nullable=True),
    _number("hangup_cause"),
    _text("recording_file"),
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
    _text("operator_id"),
    _text("code"),
    _time("at"),
    sa.Column("note_cipher", sa.LargeBinary, nullable=False),
    sa.Column("caller_name_cipher", sa.LargeBinary, nullable=False),
)

recording = sa.Table(
    "recording",
    metadata,
    sa.Column("contact_id", sa.Text, sa.ForeignKey("contact.id"), primary_key=True),
    _text("file"),
    _text("sha256"),
    _number("size_bytes"),
    sa.Column("seconds", sa.Double, nullable=False),
    _time("stored_at"),
)

callback = sa.Table(
    "callback",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _text("contact_id", sa.ForeignKey("contact.id")),
    sa.Column("number_cipher", sa.LargeBinary, nullable=False),
    sa.Column("value_index", sa.LargeBinary, nullable=False),
    _text("reason"),
    _time("since"),
    _text("state"),
    _text("done_by"),
    _time("done_at", nullable=True),
    sa.Column("note_cipher", sa.LargeBinary, nullable=False),
    sa.Index(None, "state", "since", "id"),
    sa.Index(None, "value_index"),
)
"""Whom we owe a call back; those in one state are read from the first index, by time."""

bookmark = sa.Table(
    "bookmark",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    _text("run"),
    _number("file"),
    _number("offset"),
)
"""How far a record that others write was read."""

fact = sa.Table(
    "fact",
    metadata,
    sa.Column(
        "seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), primary_key=True
    ),
    _text("kind"),
    _time("at"),
    _text("contact_id"),
    _text("seat"),
    _text("operator_id"),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Index(None, "contact_id", "seq"),
    sa.Index(None, "kind", "at", "seq"),
    sa.Index(None, "operator_id", "at", "seq"),
    sqlite_autoincrement=True,
)
"""Appended, never changed. No foreign keys: a fact outlives what it speaks of. The last two indexes
serve the audit: by kind, and by person."""

WRITE_ORDER: tuple[sa.Table, ...] = tuple(metadata.sorted_tables)
"""Parents before children, so that a batch may be written table by table."""

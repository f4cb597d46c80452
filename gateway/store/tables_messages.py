"""The tables of who writes, what is said, and what leaves. Pure: no engine, no I/O.

Whatever a citizen gave, and every id by which a platform knows them or their words, is encrypted;
what has to be found by it has a keyed hash of its own.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from gateway.store.columns import (
    bytes_column,
    double_column,
    flag_column,
    metadata,
    number_column,
    text_column,
    time_column,
)


def _few(
    name: str, *columns: sa.Column[Any], where: sa.ColumnElement[bool], unique: bool = False
) -> None:
    """An index of those rows only, for questions that say the condition in the same words."""
    sa.Index(name, *columns, sqlite_where=where, postgresql_where=where, unique=unique)


identity = sa.Table(
    "identity",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("account"),
    text_column("scheme"),
    bytes_column("value_cipher"),
    bytes_column("value_index"),
    bytes_column("name_cipher"),
    time_column("first_seen"),
    sa.UniqueConstraint("account", "scheme", "value_index"),
)
"""Who a contact is with. A telephone number has the scheme ``phone`` and no account."""

identity_link = sa.Table(
    "identity_link",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("a", sa.ForeignKey("identity.id")),
    text_column("b", sa.ForeignKey("identity.id")),
    text_column("evidence"),
    bytes_column("note_cipher"),
    text_column("state"),
    time_column("at"),
    text_column("by"),
    time_column("decided_at", nullable=True),
    text_column("decided_by"),
    sa.Index(None, "a"),
    sa.Index(None, "b"),
)

chat = sa.Table(
    "chat",
    metadata,
    sa.Column("contact_id", sa.Text, sa.ForeignKey("contact.id"), primary_key=True),
    text_column("account"),
    text_column("form"),
    text_column("state"),
    flag_column("emergency"),
    text_column("throttled"),
    time_column("waiting_since", nullable=True),
    time_column("due_at", nullable=True),
    time_column("offered_at", nullable=True),
    time_column("offer_until", nullable=True),
    time_column("accepted_at", nullable=True),
    time_column("first_reply_at", nullable=True),
    time_column("last_in_at", nullable=True),
    time_column("last_out_at", nullable=True),
    double_column("answered_seconds"),
    number_column("last_seq"),
    number_column("read_seq"),
    text_column("wanted_operator"),
    time_column("wanted_until", nullable=True),
    text_column("query_code_hash"),
)
"""What only a contact by messages has."""

CHAT_IS_OPEN = chat.c.state != sa.literal_column("'closed'")
HAS_CODE = chat.c.query_code_hash != sa.literal_column("''")
_few("ix_chat_open", chat.c.contact_id, where=CHAT_IS_OPEN)
_few("ix_chat_query_code_hash", chat.c.query_code_hash, where=HAS_CODE, unique=True)

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("contact_id", sa.ForeignKey("contact.id")),
    number_column("seq"),
    text_column("direction"),
    text_column("kind"),
    time_column("at"),
    time_column("stored_at"),
    bytes_column("text_cipher"),
    bytes_column("details_cipher"),
    text_column("event"),
    text_column("operator_id"),
    text_column("client_key"),
    sa.UniqueConstraint("contact_id", "seq"),
)
"""``details_cipher`` is JSON of what few messages have: fields, a place, the platform's ids."""

HAS_KEY = message.c.client_key != sa.literal_column("''")
_few(
    "ix_message_client_key",
    message.c.contact_id,
    message.c.client_key,
    where=HAS_KEY,
    unique=True,
)

attachment = sa.Table(
    "attachment",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("message_id", sa.ForeignKey("message.id")),
    text_column("contact_id", sa.ForeignKey("contact.id")),
    text_column("kind"),
    bytes_column("ref_cipher"),
    bytes_column("name_cipher"),
    *(text_column(name) for name in ("declared_type", "found_type")),
    number_column("size_bytes"),
    *(text_column(name) for name in ("sha256", "file", "view_file", "view_type")),
    double_column("seconds"),
    *(number_column(name) for name in ("width", "height")),
    text_column("state"),
    text_column("reason"),
    number_column("tries"),
    time_column("next_at", nullable=True),
    time_column("expires_at", nullable=True),
    time_column("said_at"),
    sa.Index(None, "contact_id"),
)
"""``said_at`` is when its message was stored, so that the oldest is fetched first."""

FILE_IS_DUE = attachment.c.state.in_(
    [sa.literal_column(f"'{name}'") for name in ("pending", "stored")]
)
_few("ix_attachment_due", attachment.c.said_at, attachment.c.id, where=FILE_IS_DUE)

reply_grant = sa.Table(
    "reply_grant",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("identity_id", sa.ForeignKey("identity.id")),
    bytes_column("trigger_index"),
    bytes_column("trigger_cipher"),
    time_column("granted_at"),
    time_column("expires_at"),
    number_column("quota"),
    number_column("used"),
    sa.UniqueConstraint("identity_id", "trigger_index"),
    sa.Index(None, "identity_id", "expires_at"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("message_id", sa.Text, sa.ForeignKey("message.id"), primary_key=True),
    text_column("contact_id", sa.ForeignKey("contact.id")),
    text_column("identity_id", sa.ForeignKey("identity.id")),
    *(text_column(name) for name in ("account", "route", "state")),
    number_column("tries"),
    time_column("next_at"),
    time_column("not_after"),
    bytes_column("provider_ids_cipher"),
    text_column("code"),
    time_column("changed_at"),
    time_column("said_at"),
    number_column("seq"),
    sa.Index(None, "contact_id", "seq"),
)
"""``said_at`` and ``seq`` are the message's, so that what waits is read in the order said."""

OUT_IS_QUEUED = outbox.c.state == sa.literal_column("'queued'")
_few(
    "ix_outbox_queued",
    *(outbox.c.said_at, outbox.c.contact_id, outbox.c.seq),
    where=OUT_IS_QUEUED,
)

out_part = sa.Table(
    "out_part",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("provider_index", sa.LargeBinary, primary_key=True),
    text_column("message_id", sa.ForeignKey("outbox.message_id")),
)
"""Which message of ours the platform knows by an id."""

delivery_receipt = sa.Table(
    "delivery_receipt",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("account"),
    bytes_column("provider_index"),
    bytes_column("provider_cipher"),
    number_column("part"),
    text_column("state"),
    text_column("code"),
    time_column("at"),
    time_column("received_at"),
    sa.Index(None, "account", "provider_index"),
)
"""No foreign key: the platform may speak of a message before we know the id it gave it."""

inbound_event = sa.Table(
    "inbound_event",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("account"),
    bytes_column("key_index"),
    time_column("received_at"),
    bytes_column("raw_cipher"),
    text_column("contact_id"),
    sa.UniqueConstraint("account", "key_index"),
)
"""Appended, never changed but for being shredded with the messages of its contact. A key from
outside may name somebody, so only its hash is here."""

HAS_CONTACT = inbound_event.c.contact_id != sa.literal_column("''")
_few("ix_inbound_event_contact_id", inbound_event.c.contact_id, where=HAS_CONTACT)

"""Who writes, what is said and what leaves; telephone numbers become identities among others."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _number(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _bytes(*names: str) -> list[sa.Column[bytes]]:
    return [sa.Column(name, sa.LargeBinary, nullable=False) for name in names]


def _double(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=False)


def _time(*names: str, nullable: bool = False) -> list[sa.Column[datetime]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]


def _of(table: str, column: str, parent: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.{key}"], name=f"fk_{table}_{column}")


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool) -> None:
    living = sa.text(where)
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=living, postgresql_where=living
    )


def upgrade() -> None:
    """Make the tables; identities keep their ids, values and contacts."""
    if op.get_context().dialect.name == "sqlite":
        _identities_of_sqlite()
    else:
        _identities_of_postgresql()
    op.create_index("ix_contact_channel_opened_at_id", "contact", ["channel", "opened_at", "id"])
    _links()
    _chats()
    _files()
    _leaving()
    _events()


def _identities_of_postgresql() -> None:
    op.alter_column("identity", "kind", new_column_name="scheme")
    op.add_column("identity", sa.Column("account", sa.Text, nullable=False, server_default=""))
    op.add_column(
        "identity", sa.Column("name_cipher", sa.LargeBinary, nullable=False, server_default="")
    )
    for name in ("account", "name_cipher"):
        op.alter_column("identity", name, server_default=None)
    op.drop_constraint("uq_identity_kind_value_index", "identity")
    op.create_unique_constraint(
        "uq_identity_account_scheme_value_index", "identity", ["account", "scheme", "value_index"]
    )


def _identities_of_sqlite() -> None:
    """SQLite cannot drop a constraint: the table is made anew under the same name.

    Contacts point at it meanwhile, so their references are looked at when this transaction ends:
    each row that comes back settles those that its leaving had broken.
    """
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute("CREATE TEMPORARY TABLE identity_kept AS SELECT * FROM identity")
    op.drop_table("identity")
    op.create_table(
        "identity",
        *_text("id", "account", "scheme"),
        *_bytes("value_cipher", "value_index", "name_cipher"),
        *_time("first_seen"),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
        sa.UniqueConstraint(
            "account", "scheme", "value_index", name="uq_identity_account_scheme_value_index"
        ),
    )
    op.execute(
        "INSERT INTO identity"
        " (id, account, scheme, value_cipher, value_index, name_cipher, first_seen)"
        " SELECT id, '', kind, value_cipher, value_index, x'', first_seen FROM identity_kept"
    )
    op.execute("DROP TABLE identity_kept")


def _links() -> None:
    op.create_table(
        "identity_link",
        *_text("id", "a", "b", "evidence"),
        *_bytes("note_cipher"),
        *_text("state"),
        *_time("at"),
        *_text("by"),
        *_time("decided_at", nullable=True),
        *_text("decided_by"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_link"),
        _of("identity_link", "a", "identity"),
        _of("identity_link", "b", "identity"),
    )
    for end in ("a", "b"):
        op.create_index(f"ix_identity_link_{end}", "identity_link", [end])


def _chats() -> None:
    op.create_table(
        "chat",
        *_text("contact_id", "account", "form", "state"),
        sa.Column("emergency", sa.Boolean, nullable=False),
        *_time("waiting_since", "due_at", "offered_at", "offer_until", nullable=True),
        *_time("accepted_at", "first_reply_at", "last_in_at", "last_out_at", nullable=True),
        _double("answered_seconds"),
        *_number("last_seq", "read_seq"),
        *_text("wanted_operator"),
        *_time("wanted_until", nullable=True),
        *_text("query_code_hash"),
        sa.PrimaryKeyConstraint("contact_id", name="pk_chat"),
        _of("chat", "contact_id", "contact"),
    )
    _partial("ix_chat_open", "chat", ["contact_id"], "state != 'closed'", unique=False)
    hashed = "query_code_hash"
    _partial(f"ix_chat_{hashed}", "chat", [hashed], f"{hashed} != ''", unique=True)
    op.create_table(
        "message",
        *_text("id", "contact_id"),
        *_number("seq"),
        *_text("direction", "kind"),
        *_time("at", "stored_at"),
        *_bytes("text_cipher", "details_cipher"),
        *_text("event", "operator_id", "client_key"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("contact_id", "seq", name="uq_message_contact_id_seq"),
        _of("message", "contact_id", "contact"),
    )
    keyed = ["contact_id", "client_key"]
    _partial("ix_message_client_key", "message", keyed, "client_key != ''", unique=True)


def _files() -> None:
    op.create_table(
        "attachment",
        *_text("id", "message_id", "contact_id", "kind"),
        *_bytes("ref_cipher", "name_cipher"),
        *_text("declared_type", "found_type"),
        *_number("size_bytes"),
        *_text("sha256", "file", "view_file", "view_type"),
        _double("seconds"),
        *_number("width", "height"),
        *_text("state", "reason"),
        *_number("tries"),
        *_time("next_at", "expires_at", nullable=True),
        *_time("said_at"),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        _of("attachment", "message_id", "message"),
        _of("attachment", "contact_id", "contact"),
    )
    op.create_index("ix_attachment_contact_id", "attachment", ["contact_id"])
    due = "state IN ('pending', 'stored')"
    _partial("ix_attachment_due", "attachment", ["said_at", "id"], due, unique=False)


def _leaving() -> None:
    op.create_table(
        "reply_grant",
        *_text("id", "identity_id"),
        *_bytes("trigger_index", "trigger_cipher"),
        *_time("granted_at", "expires_at"),
        *_number("quota", "used"),
        sa.PrimaryKeyConstraint("id", name="pk_reply_grant"),
        sa.UniqueConstraint(
            "identity_id", "trigger_index", name="uq_reply_grant_identity_id_trigger_index"
        ),
        _of("reply_grant", "identity_id", "identity"),
    )
    op.create_index(
        "ix_reply_grant_identity_id_expires_at", "reply_grant", ["identity_id", "expires_at"]
    )
    op.create_table(
        "outbox",
        *_text("message_id", "contact_id", "identity_id", "account", "route", "state"),
        *_number("tries"),
        *_time("next_at", "not_after"),
        *_bytes("provider_ids_cipher"),
        *_text("code"),
        *_time("changed_at", "said_at"),
        *_number("seq"),
        sa.PrimaryKeyConstraint("message_id", name="pk_outbox"),
        _of("outbox", "message_id", "message"),
        _of("outbox", "contact_id", "contact"),
        _of("outbox", "identity_id", "identity"),
    )
    op.create_index("ix_outbox_contact_id_seq", "outbox", ["contact_id", "seq"])
    queued = ["said_at", "contact_id", "seq"]
    _partial("ix_outbox_queued", "outbox", queued, "state = 'queued'", unique=False)
    op.create_table(
        "out_part",
        *_text("account"),
        *_bytes("provider_index"),
        *_text("message_id"),
        sa.PrimaryKeyConstraint("account", "provider_index", name="pk_out_part"),
        _of("out_part", "message_id", "outbox", "message_id"),
    )


def _events() -> None:
    op.create_table(
        "delivery_receipt",
        *_text("id", "account"),
        *_bytes("provider_index", "provider_cipher"),
        *_number("part"),
        *_text("state", "code"),
        *_time("at", "received_at"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_receipt"),
    )
    found = ["account", "provider_index"]
    op.create_index("ix_delivery_receipt_account_provider_index", "delivery_receipt", found)
    op.create_table(
        "inbound_event",
        *_text("id", "account"),
        *_bytes("key_index"),
        *_time("received_at"),
        *_bytes("raw_cipher"),
        *_text("contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inbound_event"),
        sa.UniqueConstraint("account", "key_index", name="uq_inbound_event_account_key_index"),
    )

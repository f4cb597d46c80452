"""Every question about conversations, messages, files and what leaves, as SQL.

Each is one statement, so what it sees is one moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from gateway.core.identity import LinkState
from gateway.store.tables import contact
from gateway.store.tables_messages import (
    CHAT_IS_OPEN,
    FILE_IS_DUE,
    HAS_CODE,
    HAS_KEY,
    OUT_IS_QUEUED,
    attachment,
    chat,
    delivery_receipt,
    identity,
    identity_link,
    inbound_event,
    message,
    out_part,
    outbox,
    reply_grant,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

Question = sa.Select[tuple[object, ...]]

MAX_MESSAGES = 500
"""Messages in one answer."""
MAX_DUE = 1000
"""Files or messages that are due, in one answer."""
MAX_ROWS = 1000
"""Of anything else in one answer."""

_CHATS = (
    sa.select(contact, chat)
    .join(chat, chat.c.contact_id == contact.c.id)
    .set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)
)
OPEN_CHATS = _CHATS.where(CHAT_IS_OPEN)
"""Unsorted, only so that the partial index is used."""


def event(account: str, index: bytes) -> Question:
    """What was recorded under the key with this hash."""
    own = inbound_event.c
    columns = (column for column in own if column is not own.raw_cipher)
    return sa.select(*columns).where(own.account == account, own.key_index == index)


IDENTITIES_OF = sa.select(identity).where(
    identity.c.account.in_(sa.bindparam("accounts", expanding=True)),
    identity.c.scheme.in_(sa.bindparam("schemes", expanding=True)),
    identity.c.value_index.in_(sa.bindparam("indexes", expanding=True)),
)
"""The identities with these hashes; a hash is of account, scheme and value together."""


def identities(ids: Collection[str]) -> Question:
    """These identities."""
    return sa.select(identity).where(identity.c.id.in_(sorted(ids)[:MAX_ROWS]))


def links(identity_id: str) -> Question:
    """Every link of whoever confirmed links connect with this identity."""
    own = identity_link.c
    near = sa.select(sa.literal(identity_id, sa.Text).label("id")).cte("near", recursive=True)
    other = sa.case((own.a == near.c.id, own.b), else_=own.a)
    confirmed = own.state == LinkState.CONFIRMED.value
    step = sa.select(other).where((own.a == near.c.id) | (own.b == near.c.id), confirmed)
    near = near.union(step)
    ids = sa.select(near.c.id).scalar_subquery()
    wanted = sa.select(identity_link).where(own.a.in_(ids) | own.b.in_(ids))
    return wanted.order_by(own.at, own.id).limit(MAX_ROWS)


def link(link_id: str) -> Question:
    """One link by id."""
    return sa.select(identity_link).where(identity_link.c.id == link_id)


def chat_of(contact_id: str) -> Question:
    """One conversation."""
    return _CHATS.where(contact.c.id == contact_id)


def chat_by_query_code(code_hash: str) -> Question:
    """The form whose code has this hash."""
    return _CHATS.where(HAS_CODE, chat.c.query_code_hash == code_hash)


def messages(contact_id: str, after_seq: int, limit: int) -> Question:
    """A contact's messages in order."""
    own = message.c
    wanted = sa.select(message).where(own.contact_id == contact_id, own.seq > after_seq)
    return wanted.order_by(own.seq).limit(max(1, min(limit, MAX_MESSAGES)))


def message_of(message_id: str) -> Question:
    """One message by id."""
    return sa.select(message).where(message.c.id == message_id)


def message_by_key(contact_id: str, client_key: str) -> Question:
    """The message with its sender's key."""
    own = message.c
    return sa.select(message).where(
        HAS_KEY, own.contact_id == contact_id, own.client_key == client_key
    )


def attachments(contact_id: str) -> Question:
    """A contact's files, those of the oldest message first."""
    own = attachment.c
    wanted = sa.select(attachment).join(message, message.c.id == own.message_id)
    return wanted.where(own.contact_id == contact_id).order_by(message.c.seq, own.id)


def attachment_of(attachment_id: str) -> Question:
    """One file."""
    return sa.select(attachment).where(attachment.c.id == attachment_id)


def attachments_due(now: datetime, limit: int) -> Question:
    """Files whose time has come, the oldest first."""
    own = attachment.c
    time_has_come = own.next_at.is_(None) | (own.next_at <= now)
    wanted = sa.select(attachment).where(FILE_IS_DUE, time_has_come)
    return wanted.order_by(own.said_at, own.id).limit(max(1, min(limit, MAX_DUE)))


def grants(identity_id: str, now: datetime) -> Question:
    """The rights to reply that are not over, newest first."""
    own = reply_grant.c
    wanted = sa.select(reply_grant).where(own.identity_id == identity_id, own.expires_at > now)
    return wanted.order_by(own.granted_at.desc(), own.id.desc()).limit(MAX_ROWS)


def out_entries(contact_id: str) -> Question:
    """What left of one contact, in the order it was said."""
    own = outbox.c
    return sa.select(outbox).where(own.contact_id == contact_id).order_by(own.seq)


def out_due(now: datetime, limit: int) -> Question:
    """What waits and may leave now, in the order it was said."""
    own = outbox.c
    wanted = sa.select(outbox).where(OUT_IS_QUEUED, own.next_at <= now)
    in_order = wanted.order_by(own.said_at, own.contact_id, own.seq)
    return in_order.limit(max(1, min(limit, MAX_DUE)))


def out_by_provider(account: str, index: bytes) -> Question:
    """What left and is known to the platform by the id with this hash."""
    own = out_part.c
    wanted = sa.select(outbox).join(out_part, own.message_id == outbox.c.message_id)
    return wanted.where(own.account == account, own.provider_index == index)


def receipts_of(account: str, indexes: Collection[bytes]) -> Question:
    """What the platform said of the ids with these hashes, in the order we heard it."""
    own = delivery_receipt.c
    wanted = sa.select(delivery_receipt).where(
        own.account == account, own.provider_index.in_(sorted(indexes)[:MAX_ROWS])
    )
    return wanted.order_by(own.received_at, own.id)

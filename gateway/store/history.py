"""Questions about contacts of every channel, newest first, as SQL. Each is one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from gateway.store.rows import PHONE
from gateway.store.tables import call, contact, disposition, recording
from gateway.store.tables_complaints import staff_bar
from gateway.store.tables_messages import chat, identity, message

if TYPE_CHECKING:
    from collections.abc import Collection

    from gateway.core.contact import ContactQuery

MAX_PAGE = 200
"""Contacts in one answer."""
FEW = 10
"""Contacts of each number when many are asked for at once."""
MOST_IDENTITIES = 100
"""Of one citizen, whose contacts are asked for together."""

_BY_A_PERSON = (message.c.direction == sa.literal_column("'in'")) | (
    (message.c.direction == sa.literal_column("'out'"))
    & (message.c.operator_id != sa.literal_column("''"))
)
"""As ``core.message.Message.by_a_person``."""
_HAS_TEXT = sa.func.length(message.c.text_cipher) > 0
LAST_TEXT = message.alias("last_text")
"""The newest message of a conversation that has a person's words in it."""
_LAST_ID = (
    sa.select(message.c.id)
    .where(message.c.contact_id == chat.c.contact_id, _BY_A_PERSON, _HAS_TEXT)
    .order_by(message.c.seq.desc())
    .limit(1)
    .correlate(chat)
    .scalar_subquery()
)

_CONTACTS = (
    sa.select(contact, call, chat, disposition, recording, LAST_TEXT.c.id, LAST_TEXT.c.text_cipher)
    .outerjoin(call, call.c.contact_id == contact.c.id)
    .outerjoin(chat, chat.c.contact_id == contact.c.id)
    .outerjoin(disposition, disposition.c.contact_id == contact.c.id)
    .outerjoin(recording, recording.c.contact_id == contact.c.id)
    .outerjoin(LAST_TEXT, LAST_TEXT.c.id == _LAST_ID)
    .set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)
)


def contact_of(contact_id: str) -> sa.Select[tuple[object, ...]]:
    """One contact with what belongs to it."""
    return _CONTACTS.where(contact.c.id == contact_id)


def contacts(query: ContactQuery, index: bytes) -> sa.Select[tuple[object, ...]]:
    """A page of contacts, newest first; ``index`` is the keyed hash of ``query.number``.

    The cursor is the pair (opened_at, id) of the contact named by ``before``: later arrivals do not
    move the page. ``since`` is in, ``until`` is out. An unknown cursor finds nothing.
    """
    wanted = _CONTACTS
    if query.number:
        of_number = sa.select(identity.c.id).where(
            identity.c.account == sa.literal_column("''"),
            identity.c.scheme == PHONE,
            identity.c.value_index == index,
        )
        wanted = wanted.where(contact.c.identity_id == of_number.scalar_subquery())
    if query.receipt:  # a range of the primary key: a hex digit is before g
        wanted = wanted.where(contact.c.id >= query.receipt, contact.c.id < f"{query.receipt}g")
    for column, value in (
        (contact.c.operator_id, query.operator_id),
        (contact.c.queue, query.queue),
        (contact.c.outcome, query.outcome),
        (contact.c.channel, query.channel),
        (contact.c.tag, query.tag),
        (contact.c.origin_tag, query.origin_tag),
    ):
        if value:
            wanted = wanted.where(column == value)
    if query.not_for:
        wanted = wanted.where(~barred(contact.c.id, query.not_for))
    if query.since is not None:
        wanted = wanted.where(contact.c.opened_at >= query.since)
    if query.until is not None:
        wanted = wanted.where(contact.c.opened_at < query.until)
    if query.before:
        last = contact.alias("last")
        opened = sa.select(last.c.opened_at).where(last.c.id == query.before).scalar_subquery()
        here = sa.tuple_(contact.c.opened_at, contact.c.id)
        wanted = wanted.where(here < sa.tuple_(opened, sa.literal(query.before)))
    return _newest_first(wanted).limit(max(1, min(query.limit, MAX_PAGE)))


def barred(contact_id: sa.ColumnElement[str], operator_id: str) -> sa.ColumnElement[bool]:
    """Whether a complaint keeps this contact from this person."""
    own = staff_bar.c
    return sa.exists().where(own.contact_id == contact_id, own.operator_id == operator_id)


def contacts_in(ids: sa.Select[tuple[object, ...]], limit: int) -> sa.Select[tuple[object, ...]]:
    """The contacts that another question names, newest first."""
    return _newest_first(_CONTACTS.where(contact.c.id.in_(ids))).limit(limit)


def contacts_of(identity_ids: Collection[str], limit: int) -> sa.Select[tuple[object, ...]]:
    """The newest contacts of these identities together: of each, no more than ``limit`` are read.

    At most MOST_IDENTITIES are looked at.
    """
    limit = max(1, min(limit, MAX_PAGE))
    newest = [
        sa.select(
            _newest_first(sa.select(contact.c.id).where(contact.c.identity_id == one))
            .limit(limit)
            .subquery()
        )
        for one in sorted(identity_ids)[:MOST_IDENTITIES]
    ]
    wanted = _CONTACTS.where(contact.c.id.in_(sa.union_all(*newest)))
    return _newest_first(wanted).limit(limit)


def _newest_first(wanted: sa.Select[tuple[object, ...]]) -> sa.Select[tuple[object, ...]]:
    return wanted.order_by(contact.c.opened_at.desc(), contact.c.id.desc())


_NEWEST = (
    sa.select(
        contact.c.id,
        identity.c.value_index,
        sa.func.row_number()
        .over(
            partition_by=contact.c.identity_id,
            order_by=(contact.c.opened_at.desc(), contact.c.id.desc()),
        )
        .label("place"),
    )
    .join(identity, identity.c.id == contact.c.identity_id)
    .where(
        identity.c.account == sa.literal_column("''"),
        identity.c.scheme == PHONE,
        identity.c.value_index.in_(sa.bindparam("indexes", expanding=True)),
    )
    .subquery("newest")
)
NUMBER_INDEX = _NEWEST.c.value_index
LATEST_CONTACTS = _newest_first(
    _CONTACTS.add_columns(NUMBER_INDEX)
    .join(_NEWEST, _NEWEST.c.id == contact.c.id)
    .where(_NEWEST.c.place <= FEW)
)
"""The FEW newest contacts of each of the numbers with these hashes, newest first."""

"""What is read to count contacts by the line by which they came, as SQL: nothing personal. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from gateway.core.line import Origin
from gateway.core.tag_statistics import Counted
from gateway.core.tags import Tags
from gateway.store.tables import call, contact
from gateway.store.tables_messages import chat

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping

PAGE = 5000
"""Contacts in one answer."""

_COUNTED = (
    sa.select(
        *(contact.c[name] for name in ("id", "tag", "origin_tag", "opened_at", "closed_at")),
        *(contact.c[name] for name in ("queue", "outcome")),
        *(call.c[name] for name in ("answered_at", "failed_open", "origin")),
        *(chat.c[name] for name in ("form", "first_reply_at", "answered_seconds")),
    )
    .outerjoin_from(contact, call, call.c.contact_id == contact.c.id)
    .outerjoin(chat, chat.c.contact_id == contact.c.id)
)


def contacts_counted(
    since: datetime, until: datetime, after: Counted | None
) -> sa.Select[tuple[object, ...]]:
    """A page of those that began in ``[since, until)``, in order; ``after`` the last of one."""
    own = contact.c
    wanted = _COUNTED.where(own.opened_at >= since, own.opened_at < until)
    if after:
        here = sa.tuple_(own.opened_at, own.id)
        there = sa.tuple_(sa.literal(after.opened_at, own.opened_at.type), sa.literal(after.id))
        wanted = wanted.where(here > there)
    return wanted.order_by(own.opened_at, own.id).limit(PAGE)


def counted(row: RowMapping) -> Counted:
    """One contact as it is counted."""
    own = contact.c
    is_call = row[chat.c.form] is None
    return Counted(
        id=row[own.id],
        tags=Tags(tag=row[own.tag], origin=row[own.origin_tag]),
        opened_at=row[own.opened_at],
        outcome=row[own.outcome],
        queue=row[own.queue] if is_call else "",
        answered_at=row[call.c.answered_at] if is_call else row[chat.c.first_reply_at],
        closed_at=row[own.closed_at],
        failed_open=bool(row[call.c.failed_open]),
        outgoing=row[call.c.origin] == Origin.OUT.value,
        form=row[chat.c.form] or "",
        waited_seconds=row[chat.c.answered_seconds] or 0.0,
    )

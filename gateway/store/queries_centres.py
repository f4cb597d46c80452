"""What is read of sub-centres' contacts, and of ours for them, as SQL. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gateway.core.centre import CentreContact, CentreCount, CentreOutcome, PooledContact
from gateway.store.rows_centres import place
from gateway.store.tables import call, contact, disposition, fact
from gateway.store.tables_centres import centre_contact as theirs
from gateway.store.tables_messages import chat

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping

    from gateway.store.vault import Vault

WINDOW = 20_000
"""Facts that one page looks at."""
PHONE = "phone"
NEWEST_FACT = sa.select(sa.func.coalesce(sa.func.max(fact.c.seq), 0).label("newest"))


def contact_of(centre: str, id_: str) -> sa.Select[tuple[Any, ...]]:
    """One of theirs."""
    return sa.select(theirs).where(theirs.c.centre == centre, theirs.c.id == id_)


def opened(row: RowMapping, vault: Vault) -> CentreContact:
    """One of theirs, with its summary."""
    where, sealed = place(row["centre"], row["id"]), row["summary_cipher"]
    names = ("centre", "id", "version", "channel", "opened_at", "closed_at", "tag", "category")
    return CentreContact(
        **{name: row[name] for name in names},
        outcome=CentreOutcome(row["outcome"]),
        summary=vault.open("centre_contact", "summary_cipher", where, sealed) if sealed else "",
    )


def counts(since: datetime, until: datetime) -> sa.Select[tuple[Any, ...]]:
    """Theirs that began in ``[since, until)``, by centre and outcome."""
    own = theirs.c
    phone = sa.case((own.channel == PHONE, 1), else_=0).label("phone")
    by = (own.centre, phone, own.outcome)
    wanted = sa.select(*by, sa.func.count().label("contacts"))
    return wanted.where(own.opened_at >= since, own.opened_at < until).group_by(*by).order_by(*by)


def counted(row: RowMapping) -> CentreCount:
    """A number of theirs."""
    return CentreCount(
        centre=row["centre"],
        phone=bool(row["phone"]),
        outcome=CentreOutcome(row["outcome"]),
        contacts=row["contacts"],
    )


def changed(origin: str, after: int, until: int, limit: int) -> sa.Select[tuple[Any, ...]]:
    """Ours of this origin with a fact numbered in ``(after, until]``, by the last of those.

    Each change of a contact is recorded with a fact, and facts are numbered in the order of their
    commits: a contact that changes later has a greater number and comes again.
    """
    last = sa.func.max(fact.c.seq)
    changes = (
        sa.select(fact.c.contact_id, last.label("seq"))
        .join(contact, contact.c.id == fact.c.contact_id)
        .where(contact.c.origin_tag == origin, fact.c.seq > after, fact.c.seq <= until)
        .group_by(fact.c.contact_id)
        .order_by(last)
        .limit(limit)
        .subquery()
    )
    own = contact.c
    return (
        sa.select(
            changes.c.seq,
            *(own.id, own.channel, own.opened_at, own.closed_at, own.outcome, own.tag, own.queue),
            call.c.answered_at,
            chat.c.first_reply_at,
            disposition.c.code,
        )
        .select_from(changes)
        .join(contact, own.id == changes.c.contact_id)
        .outerjoin(call, call.c.contact_id == own.id)
        .outerjoin(chat, chat.c.contact_id == own.id)
        .outerjoin(disposition, disposition.c.contact_id == own.id)
        .order_by(changes.c.seq)
    )


def pooled(row: RowMapping) -> PooledContact:
    """One of ours, as its sub-centre sees it."""
    names = ("seq", "id", "channel", "opened_at", "closed_at", "outcome", "tag", "queue")
    return PooledContact(
        **{name: row[name] for name in names},
        answered_at=row["answered_at"] or row["first_reply_at"],
        disposition=row["code"] or "",
    )

"""Every question to the search, as SQL. Each is one statement, so what it sees is one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from gateway.store.history import barred
from gateway.store.tables import contact
from gateway.store.tables_heard import privacy, segment
from gateway.store.tables_messages import message
from gateway.store.tables_search import word_debt, word_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.core.transcript import WordsQuery

Question = sa.Select[tuple[object, ...]]

NEWEST = 5_000
"""Texts that PostgreSQL looks at one by one before it asks its index, which knows no order: words
that stand everywhere are found among these at once, and of the others the index finds few."""
MAX_TEXTS = 500
"""Of one kind of a contact, in one answer."""

_SEARCH = sa.table("word_search", sa.column("rowid", sa.Integer))


def sqlite_places(marks: str, low: int, high: int, limit: int) -> Question:
    """The newest places below ``high``, from ``low``, where these marks stand in a row."""
    rowid = _SEARCH.c.rowid
    return (
        sa.select(rowid.label("place"))
        .where(sa.literal_column("word_search").op("MATCH")(f'"{marks}"'))
        .where(rowid >= low, rowid < high)
        .order_by(rowid.desc())
        .limit(limit)
    )


def newest_places(marks: str, low: int, high: int, limit: int) -> Question:
    """The same for PostgreSQL, of the NEWEST texts below ``high`` only."""
    own = word_place.c
    near = (
        sa.select(own.place, own.marks)
        .where(own.place >= low, own.place < high)
        .order_by(own.place.desc())
        .limit(NEWEST)
        .subquery("near")
    )
    wanted = sa.select(near.c.place).where(_stand_in(near.c.marks, marks))
    return wanted.order_by(near.c.place.desc()).limit(limit)


def indexed_places(marks: str, low: int, high: int, limit: int) -> Question:
    """The same of all texts, by PostgreSQL's index: the sums keep it from reading in order."""
    own = word_place.c
    place = own.place + 0
    wanted = sa.select(own.place).where(_stand_in(own.marks, marks), place >= low, place < high)
    return wanted.order_by(place.desc()).limit(limit)


def _stand_in(column: sa.ColumnElement[Any], marks: str) -> sa.ColumnElement[bool]:
    phrase = sa.cast(sa.literal(" <-> ".join(marks.split()), sa.Text), postgresql.TSQUERY)
    return column.op("@@", is_comparison=True)(phrase)


_WHOSE = sa.case((segment.c.operator_id != "", segment.c.operator_id), else_=contact.c.operator_id)
"""Who sat there when it was said; for a message, whose contact it is."""


def texts_at(places: Sequence[int], query: WordsQuery) -> Question:
    """What stands at these places, newest first; never of a confidential contact."""
    own = word_place.c
    wanted = (
        sa.select(word_place, segment, message, contact.c.channel, _WHOSE.label("whose"))
        .join(contact, contact.c.id == own.contact_id)
        .outerjoin(segment, segment.c.id == own.segment_id)
        .outerjoin(message, message.c.id == own.message_id)
        .where(own.place.in_(places))
        .where(~sa.exists().where(privacy.c.contact_id == own.contact_id, privacy.c.confidential))
        .set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)
    )
    if query.channel:
        wanted = wanted.where(contact.c.channel == query.channel)
    if query.operator_id:
        wanted = wanted.where(sa.literal(query.operator_id) == _WHOSE)
    if query.not_for:
        wanted = wanted.where(~barred(own.contact_id, query.not_for))
    return wanted.order_by(own.place.desc())


def debts(limit: int) -> Question:
    """Contacts whose texts are still to be put into the search."""
    return sa.select(word_debt).order_by(word_debt.c.contact_id).limit(limit)


DEBTS_LEFT: sa.Select[Any] = sa.select(sa.func.count().label("left")).select_from(word_debt)

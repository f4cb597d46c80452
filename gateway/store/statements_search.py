"""The statements that keep the search, built once for one kind of database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from gateway.store.change import How
from gateway.store.tables_heard import privacy, segment
from gateway.store.tables_messages import message
from gateway.store.tables_search import (
    PLACES_OF_A_MILLISECOND,
    MarksInOrder,
    word_debt,
    word_place,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.store.change import Insert

_MESSAGE = sa.bindparam("of_message", type_=sa.Text)
_SEGMENT = sa.bindparam("of_segment", type_=sa.Text)
_CONTACT = sa.bindparam("of_contact", type_=sa.Text)
_FIRST = sa.bindparam("first", type_=sa.BigInteger)
_LAST = sa.bindparam("last", type_=sa.BigInteger)

_THIS = (word_place.c.message_id == _MESSAGE) & (word_place.c.segment_id == _SEGMENT)
_ALL = word_place.c.contact_id == _CONTACT
_HEARD = _ALL & (word_place.c.segment_id != sa.literal_column("''"))
_SAID = _ALL & (word_place.c.message_id != sa.literal_column("''"))
_FOUND = sa.table("word_search", sa.column("word_search"), sa.column("rowid"), sa.column("marks"))
"""SQLite's index. It is told what to take out: it keeps no copy of what it was given."""


def statements(
    dialect: str, insert: Callable[[sa.Table], Insert]
) -> dict[tuple[sa.Table, How], tuple[sa.Executable, ...]]:
    """What is done to a text, in order."""
    sqlite = dialect == "sqlite"

    def gone(which: sa.ColumnElement[bool]) -> tuple[sa.Executable, ...]:
        deleted = sa.delete(word_place).where(which)
        return (_take_out(which), deleted) if sqlite else (deleted,)

    def put(statement: sa.Executable) -> tuple[sa.Executable, ...]:
        return (_take_out(_THIS), statement, _PUT_IN) if sqlite else (statement,)

    owe = insert(word_debt).on_conflict_do_nothing(index_elements=["contact_id"])
    return {
        (word_place, How.WRITE): put(_write(insert, dialect)),
        (word_place, How.KEEP): put(_keep(insert, dialect)),
        (word_place, How.REMOVE): gone(_THIS),
        (word_place, How.REMOVE_ALL): gone(_ALL),
        (word_place, How.REMOVE_HEARD): gone(_HEARD),
        (word_place, How.REMOVE_SAID): gone(_SAID),
        (word_debt, How.KEEP): (owe,),
        (word_debt, How.REMOVE): (sa.delete(word_debt).where(word_debt.c.contact_id == _CONTACT),),
    }


def _take_out(which: sa.ColumnElement[bool]) -> sa.Executable:
    own = word_place.c
    gone = sa.select(sa.literal_column("'delete'"), own.place, own.marks).where(which)
    return sa.insert(_FOUND).from_select(["word_search", "rowid", "marks"], gone)


_PUT_IN = sa.insert(_FOUND).from_select(
    ["rowid", "marks"], sa.select(word_place.c.place, word_place.c.marks).where(_THIS)
)


def _write(insert: Callable[[sa.Table], Insert], dialect: str) -> sa.Executable:
    """Make a text findable, or found as it is now. A confidential contact's is left out.

    A text that is said in the same millisecond as before keeps its place.
    """
    own = word_place.c
    new = _insert(insert, dialect)
    earliest = new.excluded.place - new.excluded.place % PLACES_OF_A_MILLISECOND
    same_time = own.place.between(earliest, earliest + PLACES_OF_A_MILLISECOND - 1)
    place = sa.case((same_time, own.place), else_=new.excluded.place)
    now: dict[str, sa.ColumnElement[Any]] = {
        "place": place,
        "contact_id": new.excluded.contact_id,
        "marks": new.excluded.marks,
    }
    there = sa.tuple_(*(own[name] for name in now))
    return new.on_conflict_do_update(
        index_elements=["message_id", "segment_id"],
        set_=now,
        where=there.is_distinct_from(sa.tuple_(*now.values())),
    )


def _keep(insert: Callable[[sa.Table], Insert], dialect: str) -> sa.Executable:
    """The same for a text that was read a while ago: only if it is there and not yet found."""
    length, of = sa.func.length, segment.c
    said = sa.exists().where(message.c.id == _MESSAGE, length(message.c.text_cipher) > 0)
    heard = sa.exists().where(
        of.id == _SEGMENT, length(of.text_cipher) + length(of.corrected_cipher) > 0
    )
    return _insert(insert, dialect, said | heard).on_conflict_do_nothing(
        index_elements=["message_id", "segment_id"]
    )


def _insert(
    insert: Callable[[sa.Table], Insert], dialect: str, *conditions: sa.ColumnElement[bool]
) -> Insert:
    """The place is the first free one of the millisecond."""
    own = word_place.c
    taken = sa.select(sa.func.max(own.place)).where(own.place.between(_FIRST, _LAST))
    free = sa.func.coalesce(taken.scalar_subquery() + 1, _FIRST)
    marks: sa.ColumnElement[Any] = sa.bindparam("in_order", type_=MarksInOrder)
    if dialect == "postgresql":
        marks = sa.cast(sa.cast(marks, sa.Text), postgresql.TSVECTOR)
    confidential = sa.exists().where(privacy.c.contact_id == _CONTACT, privacy.c.confidential)
    values = sa.select(free, _MESSAGE, _SEGMENT, _CONTACT, marks).where(~confidential, *conditions)
    names = ["place", "message_id", "segment_id", "contact_id", "marks"]
    return insert(word_place).from_select(names, values)

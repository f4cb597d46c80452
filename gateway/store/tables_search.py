"""The tables of the search. Pure: no engine, no I/O.

A text is found by its pairs of letters, each as a keyed hash (``vault.Vault.marks``), in the order
in which they stand: no word of anybody lies here. SQLite searches them with FTS5 (a table beside,
kept by ``statements_search``), PostgreSQL with an index; there a mark is known at its first 255
places in a text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from gateway.store.columns import metadata, text_column
from gateway.store.tables_heard import privacy, segment
from gateway.store.tables_messages import message

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

PLACES_OF_A_MILLISECOND = 1 << 20


class MarksInOrder(sa.types.TypeDecorator[str]):
    """Marks with a space between, as each engine wants to be told their order."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """PostgreSQL reads ``mark:1 mark:2``."""
        if value is None or dialect.name == "sqlite":
            return value
        return " ".join(f"{mark}:{place}" for place, mark in enumerate(value.split(), 1))


word_place = sa.Table(
    "word_place",
    metadata,
    sa.Column(
        "place",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    text_column("message_id"),
    text_column("segment_id"),
    text_column("contact_id"),
    sa.Column(
        "marks",
        sa.Text().with_variant(postgresql.TSVECTOR, "postgresql"),
        nullable=False,
    ),
    sa.UniqueConstraint("message_id", "segment_id"),
    sa.Index(None, "contact_id"),
    sa.Index("ix_word_place_marks", "marks", postgresql_using="gin").ddl_if(dialect="postgresql"),
)
"""One text that can be found: a segment or a message, the other id is empty.

``place`` is when it was said (``place_of``), so that the newest come first without sorting. No
foreign keys: it is written with what it belongs to, and never outlives it.
"""
for _before in (privacy, segment, message):
    word_place.add_is_dependent_on(_before)

word_debt = sa.Table(
    "word_debt",
    metadata,
    sa.Column("contact_id", sa.Text, sa.ForeignKey("contact.id"), primary_key=True),
)
"""Contacts whose texts are still to be put into the search."""

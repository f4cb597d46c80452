"""What every table is made of: the metadata, and columns by their kind. Pure.

Personal data stands only in columns that end in ``_cipher`` (see ``vault``); what ends in
``_index`` is a keyed hash. The empty string means "none" as in core; references that can be absent
are NULL.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Dialect


class UtcTime(sa.types.TypeDecorator[datetime]):
    """Aware UTC with microseconds on every engine.

    PostgreSQL has a type for it; SQLite keeps text of fixed width, which sorts like time. A naive
    time is a fault of the caller and is refused.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """To SQLite in one step: twenty times a message, it is a cost of its own."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

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


def _as_text(value: datetime | None) -> str | None:
    """As SQLAlchemy's own type writes it: ``2026-03-02 01:00:00.000000``, in UTC."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without a zone")
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat(" ", "microseconds")


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def text_column(name: str, *more: sa.ForeignKey) -> sa.Column[str]:
    """Words that are nobody's secret."""
    return sa.Column(name, sa.Text, *more, nullable=False)


def tag_columns() -> tuple[sa.Column[str], sa.Column[str]]:
    """By which line a contact came (``core.tags``)."""
    return text_column("tag"), text_column("origin_tag")


def time_column(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    """A moment."""
    return sa.Column(name, UtcTime, nullable=nullable)


def number_column(name: str) -> sa.Column[int]:
    """A whole number of 64 bits."""
    return sa.Column(name, sa.BigInteger, nullable=False)


def flag_column(name: str) -> sa.Column[bool]:
    """Yes or no."""
    return sa.Column(name, sa.Boolean, nullable=False)


def bytes_column(name: str) -> sa.Column[bytes]:
    """A ciphertext, or a keyed hash; empty for none."""
    return sa.Column(name, sa.LargeBinary, nullable=False)


def double_column(name: str) -> sa.Column[float]:
    """A duration, or another measure that is no whole number."""
    return sa.Column(name, sa.Double, nullable=False)

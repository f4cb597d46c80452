"""One row to write, and how. Pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    import sqlalchemy as sa

Insert = postgresql.Insert | sqlite.Insert

INSERT: dict[str, Callable[[sa.Table], Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class How(Enum):
    """What is done with a row."""

    WRITE = "write"
    """As its table has it: most replace the row with the same key, facts are appended."""
    KEEP = "keep"
    """Written unless it is there."""
    REMOVE = "remove"
    REMOVE_ALL = "remove_all"
    """All of one contact."""
    REMOVE_HEARD = "remove_heard"
    REMOVE_SAID = "remove_said"
    SHRED = "shred"
    """All of one contact becomes empty; the rows stay."""
    END_SESSIONS = "end_sessions"


class Change(NamedTuple):
    """One row to write; ``values`` are the parameters of the statement that its table has.

    ``name`` is what an AlreadyTaken calls it: an id of ours or a login, never a key that came from
    outside, which may name somebody.
    """

    table: sa.Table
    values: dict[str, Any]
    how: How = How.WRITE
    name: str = ""

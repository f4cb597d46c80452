"""Which database errors are the row's fault, and what to call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from gateway.core.errors import AlreadyTaken
from gateway.store import tables
from gateway.store import tables_messages as own
from gateway.store.errors import RowRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.core.errors import HotlineError
    from gateway.store.change import Change

ROW_ERRORS = (sa.exc.StatementError, ValueError, OverflowError, TypeError)
"""Errors that may be the row's fault; drivers raise some of their own without wrapping."""

_ROW_STATES = ("22", "23")
"""SQLSTATE classes *data exception* and *integrity constraint violation* (ISO 9075-2)."""

TAKEN = (
    (tables.operator, "login_key", "login"),
    (own.identity, "value_index", "identity"),
    (own.message, "client_key", "message"),
    (own.inbound_event, "key_index", "event"),
)
"""Rules with an AlreadyTaken of their own: table, a column of the rule, and the kind."""


def is_refusal(error: BaseException) -> bool:
    """Whether the row broke a rule; otherwise the database is away, full or damaged."""
    if not isinstance(error, sa.exc.DBAPIError):
        return isinstance(error, ROW_ERRORS)
    if error.connection_invalidated:
        return False
    if isinstance(error, sa.exc.IntegrityError):
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state)[:2] in _ROW_STATES
    return isinstance(error, sa.exc.DataError | sa.exc.InterfaceError | sa.exc.ProgrammingError)


def refusal(error: BaseException, changes: Iterable[Change]) -> HotlineError:
    """The error for the one who sent the row; holds no value but what it named itself."""
    rule = _rule(error)
    for table, column, kind in TAKEN:
        if table.name in rule and column in rule:
            names = [c.name for c in changes if c.table is table and c.name]
            return AlreadyTaken(kind, ", ".join(names), "")
    return RowRefused(rule)


def _rule(error: BaseException) -> str:
    """The constraint's name, or the kind of error. Never the driver's detail: it quotes values."""
    cause = error.orig if isinstance(error, sa.exc.StatementError) else error
    if not isinstance(error, sa.exc.IntegrityError):
        return type(cause).__name__
    native = getattr(cause, "__cause__", None)
    return getattr(native, "constraint_name", None) or str(cause).partition("\n")[0]

"""Which database errors are the row's fault, and what to call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from gateway.core.errors import AlreadyTaken
from gateway.store import tables
from gateway.store.errors import RowRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.core.errors import HotlineError
    from gateway.store.statements import Change

ROW_ERRORS = (sa.exc.StatementError, ValueError, OverflowError, TypeError)
"""Errors that may be the row's fault; drivers raise some of their own without wrapping."""

_ROW_STATES = ("22", "23")
"""SQLSTATE classes *data exception* and *integrity constraint violation* (ISO 9075-2)."""


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
    """The error for the one who sent the row; holds no value but a login."""
    rule = _rule(error)
    if "login_key" in rule:
        logins = [c.values["login"] for c in changes if c.table is tables.operator]
        return AlreadyTaken("login", ", ".join(logins), "")
    return RowRefused(rule)


def _rule(error: BaseException) -> str:
    """The constraint's name, or the kind of error. Never the driver's detail: it quotes values."""
    cause = error.orig if isinstance(error, sa.exc.StatementError) else error
    if not isinstance(error, sa.exc.IntegrityError):
        return type(cause).__name__
    native = getattr(cause, "__cause__", None)
    return getattr(native, "constraint_name", None) or str(cause).partition("\n")[0]

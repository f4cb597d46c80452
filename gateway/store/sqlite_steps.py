"""All rows of a group in one visit to SQLite's thread.

Each word to the driver crosses to its thread and back, and gives the interpreter away at both ends;
at each row it does so again. A group has dozens of statements and hundreds of rows. So many rows
share one text, and all texts of a group are said in one visit.
"""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy.engine import Dialect
    from sqlalchemy.ext.asyncio import AsyncConnection

SIZES = (64, 32, 16, 8, 4, 2, 1)
"""Rows in one text. So few lengths that the driver keeps every text prepared."""
KEPT_TEXTS = 512
"""Prepared texts that a connection keeps: each table has one for each size."""

MANY_VALUES = 400
"""In one text, after which others have a turn."""

Step = tuple[str, list[Any]]


class _Prepared(NamedTuple):
    """A statement's text around the values of one row, and how each value is made the driver's."""

    before: str
    row: str
    after: str
    values: tuple[tuple[str, Any, Callable[[Any], Any] | None], ...]
    """Each with the value that the statement itself has for it."""

    def of(self, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """The values of these rows, one after the other."""
        return [
            row.get(name, own) if made is None else made(row.get(name, own))
            for row in rows
            for name, own, made in self.values
        ]


class SqliteSteps:
    """Writes batches (``statements.Statements.batches``) on connections of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._prepared: dict[sa.Executable, _Prepared] = {}

    async def write(
        self,
        connection: AsyncConnection,
        batches: Sequence[tuple[sa.Executable, list[dict[str, Any]]]],
    ) -> None:
        """Write all of them in order; raises what SQLAlchemy would."""
        steps: list[Step] = []
        for statement, rows in batches:
            for step in self._steps(statement, rows):
                steps.append(step)
                if len(step[1]) >= MANY_VALUES:
                    await asyncio.sleep(0)  # a long unit keeps nobody else
        if not steps:
            return
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection

        def visit() -> None:
            for text, values in steps:
                driver._conn.execute(text, values).close()  # noqa: SLF001 - in its own thread

        try:
            await driver._execute(visit)  # noqa: SLF001 - it has no public name for a visit
        except sqlite3.Error as error:
            raise sa.exc.DBAPIError.instance(
                None, None, error, sqlite3.Error, hide_parameters=True, dialect=self._dialect
            ) from error

    def _steps(self, statement: sa.Executable, rows: list[dict[str, Any]]) -> Iterator[Step]:
        prepared = self._prepared.get(statement)
        if prepared is None:
            prepared = self._prepared[statement] = _prepare(statement, rows[0], self._dialect)
        sizes = SIZES if prepared.row else SIZES[-1:]
        begin = 0
        for size in sizes:
            while len(rows) - begin >= size:
                text = prepared.before + ", ".join([prepared.row] * size) + prepared.after
                yield text, prepared.of(rows[begin : begin + size])
                begin += size


def _prepare(statement: sa.Executable, row: Mapping[str, Any], dialect: Dialect) -> _Prepared:
    """The text as SQLAlchemy writes it for one row; for what is no INSERT all of it is before."""
    compiled: Any = statement.compile(  # type: ignore[attr-defined]
        dialect=dialect, column_keys=list(row), for_executemany=True
    )
    text = str(compiled)
    values = tuple(
        (name, bind.value, bind.type.dialect_impl(dialect).bind_processor(dialect))
        for name, bind in ((name, compiled.binds[name]) for name in compiled.positiontup)
    )
    head, mark, rest = text.partition(" VALUES (")
    if not mark:
        return _Prepared(text, "", "", values)
    end = _closing(rest)
    return _Prepared(f"{head} VALUES ", f"({rest[:end]}", rest[end:], values)


def _closing(text: str) -> int:
    """Where the parenthesis that was open before ``text`` has been closed."""
    depth = 1
    for place, letter in enumerate(text, 1):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return place
    raise ValueError(text)

"""Reading: one question a statement; what every call asks is asked for many calls at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from gateway.core.errors import StoreUnavailable
from gateway.store import history, queries, queries_messages, tables, tables_messages
from gateway.store.engine import READ_SECONDS
from gateway.store.errors import DoesNotOpen
from gateway.store.together import Together
from gateway.store.writer import AWAY

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from sqlalchemy.ext.asyncio import AsyncEngine

    from gateway.store.vault import Vault

T = TypeVar("T")
Rows = Sequence[sa.RowMapping]
IdentityKey = tuple[str, str, bytes]


class Reading:
    """Questions to one engine. ``run`` answers what is asked together."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.flags = Together[bytes, Rows](self._flags, ())
        """By the hash of a number: its marks, also those that hold no more."""
        self.latest = Together[bytes, Rows](self._latest, ())
        """By the hash of a number: its newest contacts, at most ``history.FEW``."""
        self.identities = Together[IdentityKey, Rows](self._identities, ())
        """By account, scheme and hash: whoever writes for the first time asks for it."""

    async def run(self) -> None:
        """Answer until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.flags.run())
            tasks.create_task(self.latest.run())
            tasks.create_task(self.identities.run())

    async def rows(
        self,
        statement: sa.Select[tuple[object, ...]],
        values: Mapping[str, object] | None = None,
    ) -> Rows:
        """What the database answers; raises StoreUnavailable."""
        try:
            async with asyncio.timeout(READ_SECONDS), self.engine.connect() as connection:
                return (await connection.execute(statement, values)).mappings().all()
        except AWAY as error:
            raise StoreUnavailable(f"reading failed: {type(error).__name__}") from error

    async def _flags(self, indexes: Collection[bytes]) -> dict[bytes, Rows]:
        found = await self.rows(queries.FLAGS_OF, {"indexes": indexes})
        return _by(tables.caller_flag.c.value_index, found)

    async def _latest(self, indexes: Collection[bytes]) -> dict[bytes, Rows]:
        found = await self.rows(history.LATEST_CONTACTS, {"indexes": indexes})
        return _by(history.NUMBER_INDEX, found)

    async def _identities(self, keys: Collection[IdentityKey]) -> dict[IdentityKey, Rows]:
        accounts, schemes, indexes = (sorted(set(each)) for each in zip(*keys, strict=True))
        asked: dict[str, object]
        asked = {"accounts": accounts, "schemes": schemes, "indexes": indexes}
        own = tables_messages.identity.c
        rows = await self.rows(queries_messages.IDENTITIES_OF, asked)
        return {(row[own.account], row[own.scheme], row[own.value_index]): (row,) for row in rows}


def shaped(found: Rows, shape: Callable[[sa.RowMapping], T]) -> tuple[T, ...]:
    """The rows as records; raises StoreUnavailable when one does not open with our key."""
    try:
        return tuple(shape(row) for row in found)
    except DoesNotOpen as error:
        raise StoreUnavailable(str(error)) from error


def one(found: Sequence[T]) -> T | None:
    """The only one, when there is one."""
    return found[0] if found else None


def _by(column: sa.ColumnElement[bytes], found: Rows) -> dict[bytes, Rows]:
    rows_of: dict[bytes, list[sa.RowMapping]] = {}
    for row in found:
        rows_of.setdefault(row[column], []).append(row)
    return dict(rows_of)


class Answers:
    """What a store answers from: its reading, and the vault that opens what it reads."""

    def __init__(self, reading: Reading, vault: Vault) -> None:
        self.reading = reading
        self._vault = vault

    async def _open(
        self,
        statement: sa.Select[tuple[object, ...]],
        shape: Callable[[sa.RowMapping, Vault], T],
    ) -> tuple[T, ...]:
        return await self._read(statement, lambda row: shape(row, self._vault))

    async def _read(
        self, statement: sa.Select[tuple[object, ...]], shape: Callable[[sa.RowMapping], T]
    ) -> tuple[T, ...]:
        return shaped(await self.reading.rows(statement), shape)

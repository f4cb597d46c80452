"""Group commit: one task owns the connection that writes.

Units stand in line; whatever stands there when the last transaction ended becomes the next one, up
to ``GROUP_UNITS``. Nobody waits for a timer: alone, a unit commits at once; in a crowd they share
one flush to disk. A caller hears of success only after COMMIT returned.

A group is first written table by table, many rows a statement. When a row breaks a rule, the group
is rolled back and written again unit by unit, each in a savepoint, so that only the bad unit fails.
What was delivered before is known before that (``duplicates``), so that repeats cost little.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gateway.core.errors import StoreUnavailable
from gateway.store.duplicates import MOST_KEYS, known
from gateway.store.refusals import ROW_ERRORS, is_refusal, refusal
from gateway.store.sqlite_steps import SqliteSteps

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from gateway.core.errors import HotlineError
    from gateway.ports import Clock
    from gateway.store.change import Change
    from gateway.store.statements import Statements

QUEUE_UNITS = 10_000
"""How many units may wait; one more is refused with StoreUnavailable."""
GROUP_UNITS = 500
GROUP_SECONDS = 15.0
"""How long one transaction may take; longer than the database's own limits."""
PATIENCE_SECONDS = 5.0
"""How long a lost database is waited for before units fail; after that each group tries once."""
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0
DRAIN_SECONDS = 10.0
"""How long closing goes on writing what was accepted."""

AWAY = (sa.exc.SQLAlchemyError, OSError, TimeoutError)


@dataclass(slots=True, eq=False)
class Unit:
    """What is written whole or not at all, and who waits for it."""

    changes: tuple[Change, ...]
    done: asyncio.Future[None]

    def settle(self, error: HotlineError | None) -> None:
        """Tell the caller, unless it went away; the write stands either way."""
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class Writer:
    """The line of units and the task that writes them (``run``)."""

    def __init__(
        self,
        engine: AsyncEngine,
        statements: Statements,
        clock: Clock,
        *,
        queue_units: int = QUEUE_UNITS,
        group_units: int = GROUP_UNITS,
        most_keys: int = MOST_KEYS,
    ) -> None:
        self.engine = engine
        self._statements = statements
        self._sqlite = SqliteSteps(engine.dialect) if engine.dialect.name == "sqlite" else None
        self._clock = clock
        self._queue_units = queue_units
        self._group_units = group_units
        self._most_keys = most_keys
        self._line: deque[Unit] = deque()
        self._bell = asyncio.Event()
        self._closed_at: float | None = None
        self._connection: AsyncConnection | None = None
        self._away_since: float | None = None
        self._committing = False

    async def write(self, changes: tuple[Change, ...]) -> None:
        """Write the changes as one unit; when this returns they are on disk."""
        if self._closed_at is not None:
            raise StoreUnavailable("closed")
        if len(self._line) >= self._queue_units:
            raise StoreUnavailable(f"{self._queue_units} writes are waiting already")
        unit = Unit(changes, asyncio.get_running_loop().create_future())
        self._line.append(unit)
        self._bell.set()
        await unit.done

    def close(self) -> None:
        """Accept nothing more; ``run`` writes what is in line and returns."""
        self._closed_at = self._clock.monotonic()
        self._bell.set()

    async def run(self) -> None:
        """Write groups until closed and the line is empty, or DRAIN_SECONDS have passed."""
        try:
            while self._line or self._closed_at is None:
                if not self._line:
                    self._bell.clear()
                    await self._bell.wait()
                    continue
                size = min(len(self._line), self._group_units)
                await self._commit([self._line.popleft() for _ in range(size)])
                if self._overdue():
                    break
        finally:
            self._closed_at = self._closed_at or self._clock.monotonic()
            self._settle(self._line, "closed")
            await self._drop()

    def _overdue(self) -> bool:
        closed = self._closed_at
        return closed is not None and self._clock.monotonic() - closed > DRAIN_SECONDS

    @staticmethod
    def _settle(units: deque[Unit] | list[Unit], reason: str) -> None:
        for unit in units:
            unit.settle(StoreUnavailable(reason))

    async def _commit(self, group: list[Unit]) -> None:
        """Write one group and settle every unit of it."""
        pause = FIRST_PAUSE_SECONDS
        try:
            while True:
                self._committing = False
                try:
                    async with asyncio.timeout(GROUP_SECONDS):
                        refusals = await self._transact(group)
                    break
                except AWAY as error:
                    lost = not self._committing and _is_lost(error)
                    await self._drop()
                    if not lost or self._out_of_patience():
                        self._settle(group, _reason(error, committing=self._committing))
                        return
                await self._clock.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        except BaseException:
            self._settle(group, "the writer ended")
            raise
        self._away_since = None
        for unit in group:
            unit.settle(refusals.get(unit))

    def _out_of_patience(self) -> bool:
        now = self._clock.monotonic()
        self._away_since = self._away_since or now
        return now - self._away_since > PATIENCE_SECONDS or self._closed_at is not None

    async def _transact(self, group: list[Unit]) -> dict[Unit, HotlineError]:
        """One committed transaction; returns the units that were refused."""
        if self._connection is None:
            self._connection = await self.engine.connect()
        connection = self._connection
        await connection.begin()
        try:
            refusals = await self._write(connection, group)
        except ROW_ERRORS as error:
            if not is_refusal(error):
                raise
            await connection.rollback()
            await connection.begin()
            refusals = await self._one_by_one(connection, group)
        self._committing = True
        await connection.commit()
        return refusals

    async def _write(
        self, connection: AsyncConnection, group: list[Unit]
    ) -> dict[Unit, HotlineError]:
        """Write the units but those that are known; returns these with the reason."""
        refusals: dict[Unit, HotlineError] = {}
        taken = await known(connection, [unit.changes for unit in group], self._most_keys)
        if taken is not None:
            for unit in group:
                refused = taken.refusal(unit.changes)
                if refused is not None:
                    refusals[unit] = refused
        new = (unit.changes for unit in group if unit not in refusals)
        batches = self._statements.batches(new)
        if self._sqlite:
            await self._sqlite.write(connection, batches)
            return refusals
        for statement, rows in batches:
            await connection.execute(statement, rows)
        return refusals

    async def _one_by_one(
        self, connection: AsyncConnection, group: list[Unit]
    ) -> dict[Unit, HotlineError]:
        refusals: dict[Unit, HotlineError] = {}
        for unit in group:
            try:
                async with connection.begin_nested():
                    refusals |= await self._write(connection, [unit])
            except ROW_ERRORS as error:
                if not is_refusal(error):
                    raise
                refusals[unit] = refusal(error, unit.changes)
        return refusals

    async def _drop(self) -> None:
        """Forget the connection; the next group makes a new one."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(*AWAY):
            await connection.invalidate()
            await connection.close()


def _is_lost(error: BaseException) -> bool:
    """Whether the connection is gone, or could not be made: worth trying again."""
    if isinstance(error, sa.exc.DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        return error.connection_invalidated or state[:2] in ("08", "57")
    return isinstance(error, OSError) and not isinstance(error, TimeoutError)


def _reason(error: BaseException, *, committing: bool) -> str:
    """Says what went wrong without any value of a row."""
    what = str(error.orig) if isinstance(error, sa.exc.DBAPIError) else type(error).__name__
    where = "while committing, so it may have been kept" if committing else "nothing was kept"
    return f"{what.partition(chr(10))[0]}; {where}"

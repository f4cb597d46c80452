"""After shredding: no remains in freed pages, in the index, or in the write-ahead log."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gateway.core.errors import StoreUnavailable
from gateway.store.writer import AWAY

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

SCRUB_SECONDS = 1800.0
MERGED_PAGES = 500
"""Of the index at once; the writer waits no longer than for these."""
VACUUMED = "segment, message, attachment, inbound_event, word_place"


async def scrub(engine: AsyncEngine) -> None:
    """Raises StoreUnavailable; what was not done is done the next time.

    SQLite zeroes what it frees by itself (secure_delete); here its search index is written anew
    without what was taken out, and the log emptied. PostgreSQL frees the rows (VACUUM): their pages
    are overwritten by what comes next, and its own log is its administrator's.
    """
    try:
        async with asyncio.timeout(SCRUB_SECONDS), engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                await _sqlite(connection)
            else:
                bare = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await bare.execute(sa.text(f"VACUUM {VACUUMED}"))
    except AWAY as error:
        raise StoreUnavailable(f"scrubbing failed: {type(error).__name__}") from error


async def _sqlite(connection: AsyncConnection) -> None:
    driver: Any = (await connection.get_raw_connection()).driver_connection
    merge = "INSERT INTO word_search (word_search, rank) VALUES ('merge', ?)"
    pages = -MERGED_PAGES  # the first: all of it is to become one
    changed = 2
    while changed > 1:  # less than two: there was nothing left to do
        before = driver.total_changes
        await (await driver.execute(merge, (pages,))).close()
        changed, pages = driver.total_changes - before, MERGED_PAGES
    await (await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")).close()

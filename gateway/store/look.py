"""A look at a database without touching it: nothing is made, migrated or unlocked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from gateway.core.errors import StoreUnavailable
from gateway.store.engine import READ_SECONDS, engines, resolve
from gateway.store.migrate import newest_revisions
from gateway.store.tables import fact
from gateway.store.writer import AWAY

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreLook:
    """``present``: somebody made it; ``current``: its tables are those of this version.

    ``damage`` is what the database says of itself, empty for none (SQLite only; PostgreSQL has
    checksums of its own). ``newest`` is the time of the last fact.
    """

    present: bool
    current: bool = False
    damage: str = ""
    newest: datetime | None = None


async def look(url: str, data_dir: Path, password_file: Path | None) -> StoreLook:
    """Raises StoreUnavailable when the database does not answer."""
    address = resolve(url, data_dir, password_file)
    sqlite = address.get_backend_name() == "sqlite"
    if sqlite and not await asyncio.to_thread(_is_file, str(address.database)):
        return StoreLook(present=False)
    opened = engines(address)
    try:
        async with asyncio.timeout(READ_SECONDS), opened.reader.connect() as connection:
            return await _look(connection, sqlite=sqlite)
    except AWAY as error:
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        raise StoreUnavailable(f"数据库打不开。The database does not open: {cause}") from error
    finally:
        await opened.close()


def _is_file(name: str) -> bool:
    try:
        with open(name, "rb") as file:  # noqa: PTH123 - a URL holds text
            return file.read(1) != b""
    except OSError:
        return False


async def _look(connection: AsyncConnection, *, sqlite: bool) -> StoreLook:
    heads = await connection.run_sync(
        lambda plain: MigrationContext.configure(plain).get_current_heads()
    )
    damage = ""
    if sqlite:
        said = await connection.scalar(sa.text("PRAGMA quick_check(1)"))
        damage = "" if said == "ok" else str(said)
    if not heads:
        return StoreLook(present=False, damage=damage)
    current = set(heads) == newest_revisions()
    newest = await connection.scalar(sa.select(sa.func.max(fact.c.at))) if current else None
    return StoreLook(present=True, current=current, damage=damage, newest=newest)

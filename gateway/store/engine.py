"""Connections: one engine that writes, one that reads, set up for durability.

SQLite: WAL with synchronous=FULL, so a commit is on disk when it returns; SQLAlchemy says BEGIN
itself (``isolation_level`` None), IMMEDIATE for the writer. PostgreSQL: synchronous_commit on, and
one advisory lock for each writing transaction, which is the same promise: writers stand in line, so
facts become visible in the order of their numbers.
"""

from __future__ import annotations

import errno
import json
import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import aiosqlite
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from gateway.core.errors import StoreUnavailable
from gateway.store.sqlite_steps import KEPT_TEXTS

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine.interfaces import DBAPIConnection

BUSY_SECONDS = 5
"""How long SQLite waits for another process that writes."""
CONNECT_SECONDS = 5
READ_SECONDS = 10
"""How long one question may take, waiting for a free connection included."""
READERS = 4
"""Connections that read; with SQLite each is a thread."""
WRITE_LOCK = 12345_01
"""Key of the advisory lock in PostgreSQL."""

SQLITE_SETTINGS = (f"busy_timeout={BUSY_SECONDS * 1000}", "foreign_keys=ON", "trusted_schema=OFF")
SQLITE_WRITER = (*SQLITE_SETTINGS, "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
SQLITE_READER = (*SQLITE_SETTINGS, "query_only=ON")


@dataclass(frozen=True, slots=True)
class Engines:
    """``writer`` makes a new connection each time it is asked; ``reader`` keeps a pool."""

    writer: AsyncEngine
    reader: AsyncEngine

    async def close(self) -> None:
        """Close every connection."""
        await self.writer.dispose()
        await self.reader.dispose()


def resolve(url: str, data_dir: Path, password_file: Path | None) -> sa.URL:
    """The address of the database; empty means SQLite in ``data_dir``. Raises StoreUnavailable."""
    if not url:
        return sa.URL.create("sqlite+aiosqlite", database=str(data_dir / "hotline.db"))
    try:
        resolved = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise StoreUnavailable("数据库地址无法识别。The database URL cannot be parsed.") from error
    if resolved.drivername not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
        raise StoreUnavailable(
            f"不支持的数据库 {resolved.drivername}。"
            "Use sqlite+aiosqlite:///path or postgresql+asyncpg://user@host/database."
        )
    if resolved.drivername.startswith("sqlite") and resolved.database in (None, "", ":memory:"):
        raise StoreUnavailable("SQLite 必须是文件。SQLite must be a file: memory is not durable.")
    if password_file is None:
        return resolved
    try:
        return resolved.set(password=password_file.read_text().strip())
    except (OSError, UnicodeDecodeError) as error:
        raise StoreUnavailable(
            f"读不到数据库密码文件 {password_file}。The database password file cannot be read."
        ) from error


def engines(url: sa.URL) -> Engines:
    """Engines on ``url``; nothing is connected yet."""
    plain: dict[str, Any] = {
        "hide_parameters": True,  # no row's values in any error
        "json_serializer": _json,
    }
    if url.get_backend_name() == "sqlite":
        path = str(url.database)
        _make_private(path)
        plain["async_creator"] = partial(_connect_sqlite, path)
        writer = create_async_engine(url, poolclass=NullPool, **plain)
        # many rows in one step: the driver gives the interpreter away at each
        writer.dialect.use_insertmanyvalues_wo_returning = True
        reader = create_async_engine(
            url,
            pool_size=READERS,
            max_overflow=0,
            isolation_level="AUTOCOMMIT",  # each read is one statement
            skip_autocommit_rollback=True,  # nothing to roll back, and each word crosses a thread
            **plain,
        )
        _set_up_sqlite(writer, SQLITE_WRITER, "BEGIN IMMEDIATE")
        _set_up_sqlite(reader, SQLITE_READER, "")
        return Engines(writer, reader)
    plain["connect_args"] = {
        "timeout": CONNECT_SECONDS,
        "server_settings": {"application_name": "hotline", "synchronous_commit": "on"},
    }
    writer = create_async_engine(url, poolclass=NullPool, **plain)
    _on_begin(writer, f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
    reader = create_async_engine(
        url,
        pool_size=READERS,
        max_overflow=READERS,
        pool_pre_ping=True,
        isolation_level="AUTOCOMMIT",  # each read is one statement
        **plain,
    )
    return Engines(writer, reader)


async def require_durable(connection: AsyncConnection) -> None:
    """Refuse a database that would lose acknowledged rows in a power cut (StoreUnavailable)."""
    if connection.dialect.name == "sqlite":
        setting, wanted = "PRAGMA synchronous", 2
    else:
        setting, wanted = (
            "SELECT count(*) FROM pg_settings WHERE name = 'fsync' AND setting = 'on'",
            1,
        )
    if await connection.scalar(sa.text(setting)) != wanted:
        raise StoreUnavailable(
            "数据库不保证断电不丢数据，请打开 fsync。The database would lose data in a power cut: "
            "turn fsync on."
        )


def _json(value: object) -> str:
    """JSON as every reader knows it: no NaN, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _make_private(path: str) -> None:
    """Create the database file readable by its owner only; -wal and -shm inherit its mode.

    One that is there is not opened: SQLite's locks on it are this process's, and closing any other
    descriptor of the file lets them go (POSIX; sqlite.org/howtocorrupt.html, 2.2). Then whoever
    opens it next takes the journal away below our connections, which read old rows ever after.
    """
    try:
        os.makedirs(os.path.dirname(path) or ".", mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120 - a URL holds text
        if not os.access(path, os.F_OK):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        elif not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise StoreUnavailable(
            f"打不开数据库文件 {path}。The database file cannot be opened: {error.strerror}."
        ) from error


async def _connect_sqlite(path: str) -> aiosqlite.Connection:
    """Open the file in a thread of its own, and leave no thread behind when cancelled meanwhile.

    aiosqlite only tells its thread to stop; a loop that closes before it did would leave the thread
    calling into nothing. Opening a file takes milliseconds, so waiting here is harmless.
    """
    connection = aiosqlite.connect(path, timeout=BUSY_SECONDS, cached_statements=KEPT_TEXTS)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does: exit never hangs on it
    try:
        return await connection
    except BaseException:
        connection._thread.join(CONNECT_SECONDS)  # noqa: SLF001 - it has no public name
        raise


def _set_up_sqlite(engine: AsyncEngine, settings: tuple[str, ...], begin: str) -> None:
    """Settings for each new connection, and our own BEGIN."""

    def set_up(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for setting in settings:
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", set_up)
    if begin:
        _on_begin(engine, begin)


def _on_begin(engine: AsyncEngine, statement: str) -> None:
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(statement)

    event.listen(engine.sync_engine, "begin", begin)

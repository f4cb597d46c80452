"""Addresses of databases, and connections that are set up before anyone uses them."""

import asyncio
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.core.errors import StoreUnavailable
from gateway.store.engine import engines, resolve
from tests.eventually import others_run
from tests.postgres_world import PostgresWorld
from tests.store_world import StorePlace, a_call


def test_an_empty_address_is_sqlite_in_the_data_folder(tmp_path: Path) -> None:
    """Nothing set means one file of our own."""
    url = resolve("", tmp_path, None)
    assert url.drivername == "sqlite+aiosqlite"
    assert url.database == str(tmp_path / "hotline.db")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://host/db",
        "postgresql://host/db",
        "sqlite:///x.db",
        "nonsense",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
    ],
)
def test_an_address_that_cannot_serve_is_refused(tmp_path: Path, url: str) -> None:
    """Other databases, other drivers and memory are refused with a sentence."""
    with pytest.raises(StoreUnavailable):
        resolve(url, tmp_path, None)


def test_the_password_comes_from_its_file(tmp_path: Path) -> None:
    """The password is read from the file, without its line's end; a missing file is named."""
    (tmp_path / "password").write_text("p@ss:w/rd\n")
    url = resolve("postgresql+asyncpg://user@host/db", tmp_path, tmp_path / "password")
    assert url.password == "p@ss:w/rd"
    assert "p@ss" not in str(url)
    with pytest.raises(StoreUnavailable, match="absent"):
        resolve("postgresql+asyncpg://user@host/db", tmp_path, tmp_path / "absent")


async def test_readers_cannot_write(sqlite_place: StorePlace) -> None:
    """The connections that read refuse to change anything."""
    async with sqlite_place.open() as store:
        await store.record(a_call("c1"))
        async with store.reading.engine.connect() as connection:
            with pytest.raises(sa.exc.OperationalError, match="readonly"):
                await connection.execute(sa.text("DELETE FROM call"))


@pytest.mark.postgresql
async def test_commits_of_postgresql_are_flushed(postgres: PostgresWorld, tmp_path: Path) -> None:
    """Whatever the database's default, our connections wait for the flush, and fsync is on."""
    url = postgres.create_database()
    opened = engines(resolve(url, tmp_path, None))
    name = str(sa.make_url(url).database)
    async with opened.writer.begin() as connection:
        await connection.execute(sa.text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    async with opened.writer.connect() as connection:
        for setting in ("synchronous_commit", "fsync"):
            assert await connection.scalar(sa.text(f"SHOW {setting}")) == "on"
    await opened.close()


ANOTHER = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as connection:
    connection.execute("CREATE TABLE another (name TEXT)")
connection.close()
"""
"""Another program that writes, and is the last to leave as far as it can see."""


async def test_a_store_that_is_opened_twice_still_reads_what_others_write(
    sqlite_place: StorePlace,
) -> None:
    """The second opening takes no lock from the first, whose journal then nobody takes away."""
    async with sqlite_place.open() as store:
        await store.record(a_call("c1"))
        assert await store.call("c1")
        async with sqlite_place.open() as again:
            assert await again.call("c1")
        database = sqlite_place.data_dir / "hotline.db"
        other = await asyncio.create_subprocess_exec(sys.executable, "-c", ANOTHER, str(database))
        assert await other.wait() == 0
        assert database.with_name("hotline.db-wal").exists()
        async with store.reading.engine.connect() as connection:
            assert await connection.scalar(sa.text("SELECT count(*) FROM another")) == 0


async def test_errors_of_the_database_hold_no_values(sqlite_place: StorePlace) -> None:
    """What a statement was given never stands in its error, so it reaches no log."""
    async with sqlite_place.open() as store, store.reading.engine.connect() as connection:
        question = sa.text("SELECT 1 FROM nothing WHERE number = :number")
        with pytest.raises(sa.exc.OperationalError) as failed:
            await connection.execute(question, {"number": "18612349876"})
    assert "nothing" in str(failed.value)
    assert "18612349876" not in str(failed.value)


def test_a_connection_cancelled_while_it_opens_outlives_no_loop(tmp_path: Path) -> None:
    """Who goes away while a file is being opened leaves no thread that calls into a closed loop."""
    raised: list[object] = []
    before, threading.excepthook = threading.excepthook, raised.append
    try:
        for turns in range(30):
            asyncio.run(_cancel_opening(tmp_path, turns))
        for thread in set(threading.enumerate()) - {threading.current_thread()}:
            thread.join(5)
    finally:
        threading.excepthook = before
    assert raised == []


async def _cancel_opening(folder: Path, turns: int) -> None:
    """Cancel after so many turns of the loop, and end the loop at once."""
    opened = engines(resolve("", folder, None))
    async with asyncio.TaskGroup() as tasks:
        opening = tasks.create_task(_hold(opened.writer))
        await others_run(turns)
        opening.cancel()


async def _hold(engine: AsyncEngine) -> None:
    async with engine.connect():
        await asyncio.Event().wait()

"""Tables and migrations say the same, on both engines."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gateway.core.errors import StoreUnavailable
from gateway.store.engine import Engines, engines, resolve
from gateway.store.tables import ALL_TABLES
from tests.store_world import StorePlace, a_call

ROOT = Path(__file__).parents[3]
VERSIONS = "gateway/store/migrations/versions"


@asynccontextmanager
async def raw(place: StorePlace) -> AsyncIterator[Engines]:
    """Connections to a place without a store."""
    opened = engines(resolve(place.url, place.data_dir, None))
    try:
        yield opened
    finally:
        await opened.close()


def differences(connection: sa.Connection) -> list[object]:
    """What Alembic would change to make it like the metadata.

    Each engine has its own index of the search; FTS5 makes tables for its own.
    """
    postgresql = connection.dialect.name == "postgresql"
    others = ("word_search",) if postgresql else ("word_search", "ix_word_place_marks")

    def compared(_object: object, name: str | None, *_more: object) -> bool:
        return not str(name).startswith(others)

    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "compare_server_default": postgresql,  # SQLite has no word for a sequence
            "include_object": compared,
        },
    )
    return list(compare_metadata(context, ALL_TABLES))


async def test_the_migrated_database_is_the_metadata(place: StorePlace) -> None:
    """After the migrations nothing is missing, different or too much."""
    async with place.open():
        pass
    async with raw(place) as opened, opened.reader.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_comparison_can_see(place: StorePlace) -> None:
    """The comparison above notices a missing index and a changed column."""
    async with place.open():
        pass
    async with raw(place) as opened, opened.writer.begin() as connection:
        await connection.execute(sa.text("DROP INDEX ix_fact_contact_id_seq"))
        await connection.execute(sa.text("ALTER TABLE seat ADD COLUMN colour TEXT"))
    async with raw(place) as opened, opened.reader.connect() as connection:
        assert len(await connection.run_sync(differences)) == 2


async def test_foreign_keys_and_partial_index_are_there(place: StorePlace) -> None:
    """What compare_metadata does not compare on every engine: the condition of the open calls."""
    async with place.open():
        pass
    question = (
        "SELECT sql FROM sqlite_master WHERE name = 'ix_call_open'"
        if place.engine == "sqlite"
        else "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_call_open'"
    )
    async with raw(place) as opened, opened.reader.connect() as connection:
        definition = await connection.scalar(sa.text(question))
    assert "WHERE" in str(definition)
    assert "ended" in str(definition)


async def test_a_database_of_a_newer_version_is_refused(place: StorePlace) -> None:
    """A database that a newer program wrote is left alone, and the error says so."""
    async with place.open() as store:
        await store.record(a_call("c1"))
    async with raw(place) as opened, opened.writer.begin() as connection:
        newest = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match="newer version") as refused:
        async with place.open():
            pass
    assert "9999" in refused.value.reason
    async with raw(place) as opened, opened.writer.begin() as connection:
        back = sa.text("UPDATE alembic_version SET version_num = :newest")
        await connection.execute(back, {"newest": newest})
    async with place.open() as store:
        assert await store.call("c1") == a_call("c1")


async def test_a_migration_that_fails_leaves_no_trace(place: StorePlace) -> None:
    """Migrations are one transaction: a table in the way stops all of them."""
    async with raw(place) as opened, opened.writer.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE recording (x TEXT)"))
    with pytest.raises(StoreUnavailable, match="recording"):
        async with place.open():
            pass
    async with raw(place) as opened, opened.writer.begin() as connection:
        names = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
        assert names == ["recording"]
        await connection.execute(sa.text("DROP TABLE recording"))
    async with place.open() as store:
        assert await store.seats() == ()


OPEN = """
import asyncio, sys
from pathlib import Path
from tests.store_world import StorePlace, a_call
async def main():
    async with StorePlace(sys.argv[1], Path(sys.argv[2])).open() as store:
        await store.record(a_call(sys.argv[3]))
asyncio.run(main())
"""


async def test_starts_at_the_same_moment_do_not_race(place: StorePlace) -> None:
    """Of four programs that open an empty place at once each succeeds, all with one key."""

    async def start(name: str) -> None:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "error", "-c", OPEN, place.url, str(place.data_dir), name),
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
        )
        _, said = await child.communicate()
        assert child.returncode == 0, said.decode()

    async with asyncio.TaskGroup() as tasks:
        for name in "abcd":
            tasks.create_task(start(name))
    async with place.open() as store:
        assert {call.id for call in await store.open_calls()} == set("abcd")


async def test_the_scripts_are_found_from_anywhere(
    sqlite_place: StorePlace, tmp_path: Path
) -> None:
    """Migrations belong to the package, not to the folder in which it is started."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-c", OPEN, "", str(sqlite_place.data_dir), "c1"),
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert await child.wait() == 0
    with closing(sqlite3.connect(sqlite_place.data_dir / "hotline.db")) as connection:
        at = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    newest = max(path.stem[1:5] for path in (ROOT / VERSIONS).glob("v*.py"))
    assert at == [(newest,)]

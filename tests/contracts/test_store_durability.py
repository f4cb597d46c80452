"""What every store promises when something dies: an acknowledged row is there."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.clock import SystemClock
from gateway.store import open_store
from tests.message_rows import ACCOUNT
from tests.postgres_world import PostgresWorld
from tests.store_world import NOON, StorePlace, a_call, a_fact

ROOT = Path(__file__).parents[2]
CHILD = ROOT / "tests/gateway/store/recorder_child.py"
ENOUGH = 300
"""Acknowledged rows before the kill."""


def record_until_killed(place: StorePlace, what: str) -> set[str]:
    """The ids that a recording program had acknowledged when ``kill -9`` hit it."""
    with subprocess.Popen(
        [sys.executable, str(CHILD), place.url, str(place.data_dir), what],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as child:
        assert child.stdout is not None
        acknowledged = {child.stdout.readline().strip() for _ in range(ENOUGH)}
        child.kill()
        acknowledged |= {line.strip() for line in child.stdout if line.endswith("\n")}
    assert "" not in acknowledged, "the recording program ended by itself"
    return acknowledged


async def test_what_was_acknowledged_survives_kill_9(place: StorePlace) -> None:
    """After kill -9 every acknowledged call is there with its fact, and the database is whole."""
    acknowledged = record_until_killed(place, "calls")
    async with place.open() as store:
        calls = {call.id for call in await store.open_calls()}
        facts = {fact.contact_id for fact in await store.facts(limit=5000)}
    assert len(acknowledged) >= ENOUGH
    assert acknowledged <= calls
    assert facts == calls
    is_whole(place)


async def test_what_a_citizen_wrote_survives_kill_9(place: StorePlace) -> None:
    """Each acknowledged delivery is there with all its rows; no unit is there by half."""
    acknowledged = record_until_killed(place, "messages")
    async with place.open() as store:
        chats = {chat.id.removeprefix("k") for chat in await store.open_chats()}
        assert acknowledged <= chats
        assert len(await store.facts(limit=5000)) == len(chats)
        for number in chats:
            (message,) = await store.messages(f"k{number}")
            assert message.client_key == f"gh_1:{number}"
            assert await store.event(ACCOUNT, f"gh_1:{number}")
            assert len(await store.attachments(f"k{number}")) == 1
            assert len(await store.grants(f"i{number}", NOON)) == 1
    is_whole(place)


def is_whole(place: StorePlace) -> None:
    """SQLite finds nothing wrong with its own file; PostgreSQL looks at its own by itself."""
    if place.engine != "sqlite":
        return
    with sqlite3.connect(place.data_dir / "hotline.db") as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    raw.close()


async def test_every_commit_of_sqlite_is_flushed(sqlite_place: StorePlace) -> None:
    """The writer's own connection runs WAL with synchronous=FULL (2): kill -9 cannot tell."""
    async with sqlite_place.open() as store:
        await store.record(a_call("c1"))
        connection = store._writer._connection
        assert connection is not None
        for setting, value in {
            "synchronous": 2,
            "journal_mode": "wal",
            "foreign_keys": 1,
            "busy_timeout": 5000,
        }.items():
            assert await connection.scalar(sa.text(f"PRAGMA {setting}")) == value
        await connection.rollback()


@pytest.mark.postgresql
async def test_postgresql_that_crashes_keeps_what_was_acknowledged(
    postgres: PostgresWorld, tmp_path: Path
) -> None:
    """PostgreSQL killed right after an acknowledgement has the row when it is back."""
    url = postgres.create_database()
    async with open_store(url, data_dir=tmp_path, clock=SystemClock()) as store:
        await store.record(a_call("c1"), a_fact("c1"))
        postgres.stop("immediate")
        postgres.start()
        assert await store.call("c1") == a_call("c1")
        await store.record(a_call("c2"))
        assert len(await store.open_calls()) == 2

"""Group commit: shared flushes, one bad unit alone, nothing lost by those who go away."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from gateway.clock import SystemClock
from gateway.core.errors import StoreUnavailable
from gateway.core.seat import Seat
from gateway.store import SqlStore, open_store
from gateway.store.engine import engines, resolve
from gateway.store.statements import Statements
from gateway.store.writer import GROUP_UNITS, PATIENCE_SECONDS, Writer
from tests.eventually import eventually, others_run
from tests.postgres_world import PostgresWorld
from tests.store_world import StorePlace, a_call, a_fact
from tests.turned_clock import TurnedClock


@contextmanager
def commits_of(store: SqlStore) -> Iterator[list[int]]:
    """How many transactions the writer committed."""
    seen: list[int] = []
    engine = store._writer.engine.sync_engine

    def commit(_connection: sa.Connection) -> None:
        seen.append(1)

    event.listen(engine, "commit", commit)
    yield seen
    event.remove(engine, "commit", commit)


async def test_records_at_the_same_moment_share_a_commit(place: StorePlace) -> None:
    """A crowd of writes costs as few flushes as groups; a lone write has its own at once."""
    async with place.open() as store:
        with commits_of(store) as commits:
            async with asyncio.TaskGroup() as tasks:
                for n in range(GROUP_UNITS + 100):
                    tasks.create_task(store.record(a_call(f"c{n}"), a_fact(f"c{n}")))
            assert len(commits) == 2
        with commits_of(store) as commits:
            await store.record(a_fact("alone"))
            assert len(commits) == 1


async def test_many_rows_are_few_steps_of_sqlite(sqlite_place: StorePlace) -> None:
    """A group's facts and calls go to SQLite in few texts, in order, and in one visit."""
    async with sqlite_place.open() as store:
        await store.record(a_fact("first"))
        connection = store._writer._connection
        assert connection
        driver: Any = (await connection.get_raw_connection()).driver_connection
        texts: list[str] = []
        await driver.set_trace_callback(texts.append)
        visits = [0]
        execute = driver._execute

        async def visit(function: Any, *args: Any, **more: Any) -> Any:
            visits[0] += 1
            return await execute(function, *args, **more)

        driver._execute = visit
        await store.record(*(a_fact(f"c{n}") for n in range(100)))
        few = visits[0]
        assert len([text for text in texts if text.startswith("INSERT INTO fact")]) == 3
        await store.record(
            *(a_fact(f"d{n}") for n in range(100)), *map(a_call, "xyz"), Seat(number="8001")
        )
        assert visits[0] == 2 * few, "more tables, more visits"
        del driver._execute
        assert [f.contact_id for f in await store.facts(after_seq=1)] == [
            *(f"c{n}" for n in range(100)),
            *(f"d{n}" for n in range(100)),
        ]


async def test_a_caller_who_goes_away_loses_nothing(place: StorePlace) -> None:
    """Cancelling who waits for a write does not cancel the write, nor hurt its neighbours."""
    async with place.open() as store:
        async with asyncio.TaskGroup() as tasks:
            gone = tasks.create_task(store.record(a_call("gone"), a_fact("gone")))
            stays = tasks.create_task(store.record(a_call("stays")))
            await others_run()
            gone.cancel()
        assert gone.cancelled()
        assert stays.done()
        assert {call.id for call in await store.open_calls()} == {"gone", "stays"}


async def test_closing_writes_what_was_accepted(place: StorePlace) -> None:
    """Leaving the store waits for every write in line."""
    async with asyncio.TaskGroup() as tasks:
        async with place.open() as store:
            writes = [tasks.create_task(store.record(a_call(f"c{n}"))) for n in range(50)]
            await others_run()
        assert all(write.done() and not write.exception() for write in writes)
    async with place.open() as store:
        assert len(await store.open_calls()) == 50


async def test_a_full_line_refuses_at_once(sqlite_place: StorePlace) -> None:
    """One write more than may wait is refused as unavailable, and the others are kept."""
    opened = engines(resolve("", sqlite_place.data_dir, None))
    writer = Writer(opened.writer, Statements("sqlite"), SystemClock(), queue_units=2)
    async with asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(writer.write(())) for _ in range(2)]
        await others_run()
        with pytest.raises(StoreUnavailable, match="2 writes"):
            await writer.write(())
        tasks.create_task(writer.run())
        await asyncio.gather(*waiting)
        writer.close()
    await opened.close()


async def test_a_writer_that_dies_leaves_nobody_waiting(sqlite_place: StorePlace) -> None:
    """When the writer's task ends before its time, all who wait are told."""
    opened = engines(resolve("", sqlite_place.data_dir, None))
    writer = Writer(opened.writer, Statements("sqlite"), SystemClock(), group_units=1)
    async with asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(_unavailable(writer.write(()))) for _ in range(3)]
        running = tasks.create_task(writer.run())
        await others_run()
        running.cancel()
    assert [task.result() for task in waiting] == [True, True, True]
    await opened.close()


async def _unavailable(writing: Awaitable[object]) -> bool:
    with pytest.raises(StoreUnavailable):
        await writing
    return True


async def _on_writer(store: SqlStore, pragma: str) -> None:
    """Change a setting of the writer's own connection."""
    await store.record(a_fact("first"))
    connection = store._writer._connection
    assert connection is not None
    await connection.exec_driver_sql(f"PRAGMA {pragma}")
    await connection.rollback()


async def test_a_full_disk_is_said_and_survived(sqlite_place: StorePlace) -> None:
    """When the disk is full writes fail as unavailable, reads go on, later writes work again."""
    async with sqlite_place.open() as store:
        await _on_writer(store, "max_page_count=1")
        big = [a_fact("big", data={"x": "x" * 4000, "n": n}) for n in range(50)]
        with pytest.raises(StoreUnavailable, match="full"):
            await store.record(a_call("c1"), *big)
        assert await store.call("c1") is None
        await store.record(a_call("c1"), *big)
        assert await store.call("c1") == a_call("c1")
        assert len(await store.facts()) == 51


async def test_a_locked_database_is_said_and_survived(sqlite_place: StorePlace) -> None:
    """Another program that writes too long makes writes unavailable until it ends."""
    async with sqlite_place.open() as store:
        await _on_writer(store, "busy_timeout=20")
        with closing(sqlite3.connect(sqlite_place.data_dir / "hotline.db")) as other:
            other.isolation_level = None
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable, match="locked"):
                await store.record(a_call("c1"))
            assert await store.open_calls() == ()
        await store.record(a_call("c1"))
        assert await store.call("c1") == a_call("c1")


@pytest.mark.postgresql
async def test_a_restart_of_postgresql_is_waited_for(
    postgres: PostgresWorld, tmp_path: Path
) -> None:
    """Writes sent while PostgreSQL restarts are written when it is back, once each, in order."""
    url = postgres.create_database()
    async with open_store(url, data_dir=tmp_path, clock=SystemClock()) as store:
        await store.record(a_call("c0"), a_fact("c0"))
        postgres.stop()
        async with asyncio.TaskGroup() as tasks:
            for n in range(1, 20):
                tasks.create_task(store.record(a_call(f"c{n}"), a_fact(f"c{n}")))
            await eventually(lambda: store._writer._away_since)
            postgres.start()
        assert [fact.contact_id for fact in await store.facts()] == [f"c{n}" for n in range(20)]


@pytest.mark.postgresql
async def test_postgresql_that_stays_away_makes_the_store_unavailable(
    postgres: PostgresWorld, tmp_path: Path
) -> None:
    """Patience has an end; then writes and reads fail at once, until it is back."""
    clock = TurnedClock()
    url = postgres.create_database()
    async with open_store(url, data_dir=tmp_path, clock=clock) as store:
        await store.record(a_call("c1"))
        postgres.stop()
        try:
            async with asyncio.TaskGroup() as tasks:
                waits = tasks.create_task(_unavailable(store.record(a_call("c2"))))
                await eventually(lambda: clock.sleepers)
                clock.turn(PATIENCE_SECONDS - 1)
                await eventually(lambda: clock.sleepers)
                assert not waits.done()
                clock.turn(2)
                assert await waits
            assert await _unavailable(store.record(a_call("c3")))
            assert await _unavailable(store.call("c1"))
        finally:
            postgres.start()
        await store.record(a_call("c4"))
        assert [call.id for call in await store.open_calls()] == ["c1", "c4"]

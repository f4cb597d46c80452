"""Opening: the right key, the right database, and what lies on the disk."""

import asyncio
import base64
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from gateway.clock import SystemClock
from gateway.core.citizen import CallerFlag, FlagKind
from gateway.core.errors import StoreUnavailable
from gateway.core.line import PhoneKind
from gateway.store import SqlStore, open_store
from gateway.store.key_file import make_key, read_key
from gateway.store.vault import PhonePasswords
from tests.eventually import others_run
from tests.postgres_world import PostgresWorld
from tests.store_world import NOON, StorePlace, a_call, a_disposition, an_ended_call

CANARY_NUMBER = "18612349876"
CANARY_WORDS = ("金丝雀举报人", "canary-note", "金丝雀听力不好")


async def record_canaries(store: SqlStore) -> None:
    """Personal data wherever the store takes any; and one word that is none."""
    await store.record(
        an_ended_call("c1", number=f"+86{CANARY_NUMBER}", recording_file="visible-word.wav"),
        a_disposition("c1", caller_name=CANARY_WORDS[0], note=CANARY_WORDS[1]),
        CallerFlag(number=CANARY_NUMBER, kind=FlagKind.CARE, note=CANARY_WORDS[2]),
    )


def needles() -> list[bytes]:
    """The canaries as they could lie in a file."""
    words = [CANARY_NUMBER, *CANARY_WORDS]
    plain = [word.encode(name) for word in words for name in ("utf-8", "utf-16-le", "gb18030")]
    shifted = [base64.b64encode(b"x" * n + CANARY_NUMBER.encode())[4:-4] for n in range(3)]
    return [*plain, *shifted, CANARY_NUMBER.encode().hex().encode()]


def found_in(folder: Path) -> set[bytes]:
    """Which canaries, or the visible word, any file holds."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    content = b"\0".join(path.read_bytes() for path in files)
    return {needle for needle in [*needles(), b"visible-word"] if needle in content}


async def test_no_personal_data_lies_in_sqlite_files(sqlite_place: StorePlace) -> None:
    """Numbers, names and words are in no file in clear, the write-ahead log included."""
    async with sqlite_place.open() as store:
        await record_canaries(store)
        assert (sqlite_place.data_dir / "hotline.db-wal").stat().st_size > 0
        assert found_in(sqlite_place.data_dir) == {b"visible-word"}
    assert found_in(sqlite_place.data_dir) == {b"visible-word"}


@pytest.mark.postgresql
async def test_no_personal_data_lies_in_postgresql_files(
    postgres: PostgresWorld, place_on_postgres: StorePlace
) -> None:
    """The same for PostgreSQL's own files, tables and write-ahead log."""
    async with place_on_postgres.open() as store:
        await record_canaries(store)
    engine = create_async_engine(place_on_postgres.url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(sa.text("CHECKPOINT"))
    await engine.dispose()
    assert found_in(postgres.folder) == {b"visible-word"}


@pytest.fixture
def place_on_postgres(postgres: PostgresWorld, tmp_path: Path) -> StorePlace:
    """One empty place on PostgreSQL."""
    return StorePlace(postgres.create_database(), tmp_path)


async def test_database_files_are_for_their_owner_only(sqlite_place: StorePlace) -> None:
    """The database, its log and the key can be read by nobody else."""
    async with sqlite_place.open() as store:
        await store.record(a_call("c1"))
        files = [path for path in sqlite_place.data_dir.rglob("*") if path.is_file()]
        assert len(files) == 4
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


async def test_the_wrong_key_is_refused_by_name(place: StorePlace, tmp_path: Path) -> None:
    """A database does not open with another key, and the error names the key's file."""
    async with place.open() as store:
        await store.record(a_call("c1"))
    other = tmp_path / "other.key"
    make_key(other)
    with pytest.raises(StoreUnavailable, match=r"other\.key"):
        async with place.open(key_file=other):
            pass


async def test_a_lost_key_is_not_replaced(place: StorePlace) -> None:
    """When the key's file is gone no new one is made: it could read nothing."""
    async with place.open() as store:
        await store.record(a_call("c1"))
    key = place.data_dir / "keys" / "master.key"
    kept = key.rename(place.data_dir / "kept")
    with pytest.raises(StoreUnavailable, match=r"master\.key"):
        async with place.open():
            pass
    assert not key.exists()
    kept.rename(key)
    async with place.open() as store:
        assert await store.call("c1") == a_call("c1")


async def test_an_own_key_file_is_used_and_never_made(
    sqlite_place: StorePlace, tmp_path: Path
) -> None:
    """A key file that was named must be there; it is then the only key."""
    named = tmp_path / "secrets" / "named.key"
    with pytest.raises(StoreUnavailable, match=r"named\.key"):
        async with sqlite_place.open(key_file=named):
            pass
    make_key(named)
    async with sqlite_place.open(key_file=named) as store:
        expected = PhonePasswords(read_key(named)).password("8001", PhoneKind.DESK)
        assert store.passwords.password("8001", PhoneKind.DESK) == expected
    assert not (sqlite_place.data_dir / "keys").exists()


async def test_the_suite_can_be_changed_at_any_start(place: StorePlace) -> None:
    """New rows get the chosen suite, old ones still open."""
    async with place.open() as store:
        await store.record(a_call("aes"))
    async with place.open(suite="sm4gcm") as store:
        await store.record(a_call("sm4"))
        assert await store.call("aes") == a_call("aes")
    async with place.open() as store:
        assert {call.id for call in await store.open_calls()} == {"aes", "sm4"}
        async with store.reading.engine.connect() as connection:
            ciphers = await connection.execute(sa.text("SELECT number_cipher FROM call"))
            suites = {bytes(row[0]).partition(b":")[0] for row in ciphers}
    assert suites == {b"aes256gcm", b"sm4gcm"}
    with pytest.raises(StoreUnavailable, match="rot13"):
        async with place.open(suite="rot13"):
            pass


async def test_a_row_that_was_tampered_with_is_not_read(place: StorePlace) -> None:
    """A cipher copied from one contact to another is noticed; the others are still read."""
    async with place.open() as store:
        await store.record(a_call("c1", number="13800000001"), a_call("c2"))
        async with store._writer.engine.begin() as connection:
            source = "(SELECT number_cipher FROM call WHERE contact_id = 'c1')"
            await connection.execute(
                sa.text(f"UPDATE call SET number_cipher = {source} WHERE contact_id = 'c2'")
            )
        with pytest.raises(StoreUnavailable, match="number_cipher"):
            await store.call("c2")
        assert await store.call("c1") == a_call("c1", number="13800000001")


async def test_errors_of_the_body_come_out_as_they_are(place: StorePlace) -> None:
    """What goes wrong inside ``async with`` is not wrapped into a group."""
    with pytest.raises(ZeroDivisionError):
        async with place.open():
            raise ZeroDivisionError
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2), place.open():
            await asyncio.Event().wait()


async def test_a_file_that_is_no_database_is_said_so(sqlite_place: StorePlace) -> None:
    """Anything but a database in the database's place gives a sentence, not a trace."""
    (sqlite_place.data_dir / "hotline.db").write_text("not a database " * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        async with sqlite_place.open():
            pass


async def test_a_database_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    """PostgreSQL that does not answer gives a sentence, without the password."""
    url = "postgresql+asyncpg://hotline:secret-word@127.0.0.1:1/hotline"
    with pytest.raises(StoreUnavailable, match="does not open") as error:
        async with open_store(url, data_dir=tmp_path, clock=SystemClock()):
            pass
    assert "secret-word" not in str(error.value)


async def test_cancelled_readers_leave_the_store_whole(place: StorePlace) -> None:
    """Readers that go away in the middle cost no connection."""
    async with place.open() as store:
        await store.record(a_call("c1"))
        for turns in range(40):
            async with asyncio.TaskGroup() as tasks:
                reading = tasks.create_task(store.call("c1"))
                await others_run(turns % 8)
                reading.cancel()
        assert await store.call("c1") == a_call("c1")


async def test_every_seat_of_the_pool_can_read_at_once(place: StorePlace) -> None:
    """More readers than connections wait their turn, and all are answered."""
    async with place.open() as store:
        await store.record(a_call("c1"))
        async with asyncio.TaskGroup() as tasks:
            readings = [tasks.create_task(store.call("c1")) for _ in range(40)]
        assert {reading.result() for reading in readings} == {a_call("c1")}
        assert await store.flags("13800001234", NOON) == ()

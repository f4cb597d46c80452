"""What citizens wrote before there was a search is found by and by, whatever happens meanwhile."""

from dataclasses import replace

import sqlalchemy as sa
from alembic import command

from gateway.core.transcript import WordsQuery
from gateway.ports import Row
from gateway.store import SqlStore, migrate, tables_search
from gateway.store.engine import engines, resolve
from gateway.store.key_file import make_key, read_key
from gateway.store.rows_messages import changes
from gateway.store.rows_search import owed, removed
from gateway.store.vault import Vault
from tests.eventually import eventually
from tests.heard_rows import a_privacy, a_segment
from tests.message_rows import a_chat, a_message, an_identity
from tests.store_world import StorePlace

LATER = frozenset({"tag", "origin_tag", "throttled"})
"""Columns that version five did not have."""
MOST = 250
"""More than are read together."""


def upgrade_to_five(connection: sa.Connection) -> None:
    """The tables as they were."""
    config = migrate._config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0005")


async def made_by_version_five(place: StorePlace) -> None:
    """A conversation with many messages, and one with a few."""
    key = place.data_dir / "keys" / "master.key"
    key.parent.mkdir()
    make_key(key)
    vault = Vault(read_key(key))
    rows: list[Row] = [an_identity("i1"), a_chat("k1", "i1"), a_chat("k2", "i1")]
    rows += [a_message(f"m{n}", "k1", n, text=f"夜间施工{n}") for n in range(1, MOST + 1)]
    rows += [a_message("n1", "k2", 1, text="夜间停水")]
    opened = engines(resolve(place.url, place.data_dir, None))
    async with opened.writer.begin() as connection:
        await connection.run_sync(upgrade_to_five)
        for change in (change for row in rows for change in changes(row, vault)):
            if change.table is not tables_search.word_place:
                kept = {
                    n: v for n, v in change.values.items() if n in change.table.c and n not in LATER
                }
                if "known_identity" in change.values:
                    kept["identity_id"] = change.values["known_identity"]
                await connection.execute(sa.insert(change.table).values(kept))
    await opened.close()


async def found(store: SqlStore, text: str = "夜间") -> set[str]:
    """Ids of where it stands, page by page."""
    ids: set[str] = set()
    before = ""
    while page := await store.find_words(WordsQuery(text=text, limit=100, before=before)):
        ids |= {one.message_id or one.segment_id for one in page}
        before = page[-1].cursor
    return ids


async def test_what_was_written_before_is_found_in_a_while(place: StorePlace) -> None:
    """All of it, without anybody asking; nothing is owed then."""
    await made_by_version_five(place)
    wanted = {f"m{n}" for n in range(1, MOST + 1)} | {"n1"}
    async with place.open() as store:

        async def nothing_is_owed() -> bool:
            async with store.reading.engine.connect() as connection:
                return not await connection.scalar(sa.text("SELECT count(*) FROM word_debt"))

        await eventually(nothing_is_owed, 60)
        assert await found(store) == wanted


async def test_a_debt_survives_a_stop(place: StorePlace) -> None:
    """Also one that was made just before the end."""
    async with place.open() as store:
        await store.record(an_identity("i1"), a_chat("k1", "i1"), a_segment("s1", "k1", 1))
        await store._writer.write((removed("k1"), owed("k1")))  # ended at once: not paid yet
    async with place.open() as store:
        await store.word_debts.pay("k1")
        assert await found(store) == {"s1"}


async def test_a_debt_puts_nothing_back_that_changed_meanwhile(place: StorePlace) -> None:
    """A correction stays the newest, and who asked for privacy has it."""
    heard = a_segment("s1", "k1", 1)
    async with place.open() as store:
        await store.record(an_identity("i1"), a_chat("k1", "i1"), heard)
        await store._writer.write((owed("k1"),))
        await store.record(replace(heard, corrected="昼间施工"))
        await store.word_debts.pay("k1")
        assert (await found(store), await found(store, "昼间")) == (set(), {"s1"})
        await store._writer.write((owed("k1"),))
        await store.record(a_privacy("k1"))
        await store.word_debts.pay("k1")
        assert await found(store, "昼间") == set()

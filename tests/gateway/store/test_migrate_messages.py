"""A database from before there were messages keeps its callers."""

import sqlalchemy as sa
from alembic import command

from gateway.core.contact import ContactQuery, ContactRecord
from gateway.ports import Row
from gateway.store import migrate, tables
from gateway.store.columns import UtcTime
from gateway.store.engine import engines, resolve
from gateway.store.key_file import make_key, read_key
from gateway.store.rows_messages import changes
from gateway.store.vault import Vault
from tests.message_rows import a_chat, a_message, an_identity
from tests.store_world import NOON, StorePlace, a_call, a_disposition

NUMBERS = {"p1": "13800001234", "p2": "13900005678"}
CALLS: dict[Row, str | None] = {
    a_call("c1"): "p1",
    a_call("c2", number="13900005678"): "p2",
    a_call("c3", number=""): None,
}


def upgrade_to_four(connection: sa.Connection) -> None:
    """The tables as they were."""
    config = migrate._config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0004")


def columns_of(connection: sa.Connection, table: str) -> set[str]:
    """What this table had then."""
    return {str(one["name"]) for one in sa.inspect(connection).get_columns(table)}


OLD_IDENTITY = sa.table(
    "identity",
    *(sa.column(name) for name in ("id", "kind", "value_cipher", "value_index")),
    sa.column("first_seen", UtcTime),
)


async def made_by_version_four(place: StorePlace) -> None:
    """Three calls, of two numbers and of a withheld one, and how the first was closed."""
    key = place.data_dir / "keys" / "master.key"
    key.parent.mkdir()
    make_key(key)
    vault = Vault(read_key(key))
    opened = engines(resolve(place.url, place.data_dir, None))
    async with opened.writer.begin() as connection:
        await connection.run_sync(upgrade_to_four)
        for id_, number in NUMBERS.items():
            values = {
                "id": id_,
                "kind": "phone",
                "value_cipher": vault.seal("identity", "value_cipher", id_, number),
                "value_index": vault.index("phone", number),
                "first_seen": NOON,
            }
            await connection.execute(sa.insert(OLD_IDENTITY).values(values))
        for row in (*CALLS, a_disposition("c1")):
            for change in changes(row, vault):
                if change.table is not tables.identity:
                    there = await connection.run_sync(columns_of, change.table.name)
                    kept = {n: v for n, v in change.values.items() if n in there}
                    if change.table is tables.contact:
                        kept["identity_id"] = CALLS[row]
                    await connection.execute(sa.insert(change.table).values(kept))
    await opened.close()


async def test_callers_stay_who_they_were(place: StorePlace) -> None:
    """Their identities keep id, number and contacts; new contacts join them."""
    await made_by_version_four(place)
    async with place.open() as store:
        for id_, number in NUMBERS.items():
            caller = await store.identity("", "phone", number)
            assert caller
            assert (caller.id, caller.value, caller.name) == (id_, number, "")
            assert caller.first_seen == NOON
        assert await store.contacts(ContactQuery(number="13800001234")) == (
            ContactRecord(call=a_call("c1"), disposition=a_disposition("c1")),
        )
        assert len(await store.contacts(ContactQuery(channel="phone"))) == 3
        await store.record(a_call("c9", number="+8613800001234"))
        await store.record(an_identity("i1"), a_chat("k1", "i1"), a_message("m1", "k1", 1))
        assert {one.id for one in await store.contacts_of(["p1", "i1"])} == {"c1", "c9", "k1"}
    if place.engine == "sqlite":
        opened = engines(resolve(place.url, place.data_dir, None))
        async with opened.reader.connect() as connection:
            for question in ("foreign_key_check", "integrity_check"):
                found = (await connection.exec_driver_sql(f"PRAGMA {question}")).fetchall()
                assert found in ([], [("ok",)])
        await opened.close()

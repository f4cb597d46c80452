"""Each question about conversations has an index that answers it without reading everything."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from gateway.core.contact import ContactQuery
from gateway.store import duplicates, history
from gateway.store import queries_messages as queries
from gateway.store.tables import ALL_TABLES
from tests.message_rows import a_chat, a_message, an_identity
from tests.store_world import NOON, StorePlace

KEY = b"x" * 32

IN_ORDER: dict[str, tuple[sa.Select[Any], str]] = {
    "contacts of a channel": (
        history.contacts(ContactQuery(channel="wechat", before="c1"), b""),
        "ix_contact_channel_opened_at_id",
    ),
    "messages": (queries.messages("k1", 3, 10), "sqlite_autoindex_message_2"),
    "files due": (queries.attachments_due(NOON, 10), "ix_attachment_due"),
    "out entries": (queries.out_entries("k1"), "ix_outbox_contact_id_seq"),
    "out due": (queries.out_due(NOON, 10), "ix_outbox_queued"),
}
"""Read in the order of the answer, so that the first rows are the answer."""

SORTED: dict[str, tuple[sa.Select[Any], str]] = {
    "contacts of identities": (
        history.contacts_of(["i1", "i2"], 5),
        "ix_contact_identity_id_opened_at_id",
    ),
    "event": (queries.event("wechat:main", KEY), "sqlite_autoindex_inbound_event_2"),
    "known events": (
        duplicates.EVENTS.params(accounts=["a", "b"], keys=[KEY, KEY]),
        "sqlite_autoindex_inbound_event_2",
    ),
    "known messages": (
        duplicates.MESSAGES.params(contacts=["k1", "k2"], keys=["a", "b"]),
        "ix_message_client_key",
    ),
    "identity": (
        queries.IDENTITIES_OF.params(
            accounts=["", "a"], schemes=["phone", "b"], indexes=[KEY, KEY]
        ),
        "sqlite_autoindex_identity_2",
    ),
    "identities": (queries.identities(["i1", "i2"]), "sqlite_autoindex_identity_1"),
    "links": (queries.links("i1"), "ix_identity_link_a"),
    "links, other end": (queries.links("i1"), "ix_identity_link_b"),
    "link": (queries.link("l1"), "sqlite_autoindex_identity_link_1"),
    "chat": (queries.chat_of("k1"), "sqlite_autoindex_chat_1"),
    "chat by code": (queries.chat_by_query_code("hash"), "ix_chat_query_code_hash"),
    "message": (queries.message_of("m1"), "sqlite_autoindex_message_1"),
    "message by key": (queries.message_by_key("k1", "key"), "ix_message_client_key"),
    "files": (queries.attachments("k1"), "ix_attachment_contact_id"),
    "file": (queries.attachment_of("f1"), "sqlite_autoindex_attachment_1"),
    "grants": (queries.grants("i1", NOON), "ix_reply_grant_identity_id_expires_at"),
    "out by provider": (
        queries.out_by_provider("wechat:main", KEY),
        "sqlite_autoindex_out_part_1",
    ),
    "receipts": (
        queries.receipts_of("wechat:main", [KEY]),
        "ix_delivery_receipt_account_provider_index",
    ),
}
"""Few rows, found by an index and sorted then."""


async def plan(place: StorePlace, statement: sa.Select[Any]) -> str:
    """How SQLite would answer."""
    text = str(statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    async with place.open() as store:
        await store.record(an_identity("i1"), a_chat("k1", "i1"), a_message("m1", "k1", 1))
        async with store.reading.engine.connect() as connection:
            rows = await connection.execute(sa.text(f"EXPLAIN QUERY PLAN {text}"))
            return "\n".join(row[3] for row in rows)


@pytest.mark.parametrize("name", [*IN_ORDER, *SORTED])
async def test_no_question_reads_a_whole_table(sqlite_place: StorePlace, name: str) -> None:
    """Each uses the index that was made for it; what has to be in order is not sorted."""
    statement, index = (IN_ORDER | SORTED)[name]
    answer = await plan(sqlite_place, statement)
    assert index in answer
    scans = [line for line in answer.splitlines() if line.startswith("SCAN ")]
    tables = {*ALL_TABLES.tables, "last_text"}
    assert not [line for line in scans if line.split()[1] in tables and index not in line]
    if name in IN_ORDER:
        assert "TEMP B-TREE" not in answer


async def test_open_chats_are_read_from_their_own_index(sqlite_place: StorePlace) -> None:
    """What lives is found without reading what was closed."""
    answer = await plan(sqlite_place, queries.OPEN_CHATS)
    assert "SCAN chat USING INDEX ix_chat_open" in answer
    assert "SCAN contact" not in answer

"""Each question of the history has an index that answers it in order."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from gateway.core.contact import ContactQuery
from gateway.store import history, queries
from tests.store_world import NOON, StorePlace, a_call, an_ended_call

HISTORY: dict[str, dict[str, Any]] = {
    "ix_contact_opened_at_id": {},
    "ix_contact_operator_id_opened_at_id": {"operator_id": "op-1"},
    "ix_contact_queue_opened_at_id": {"queue": "civil"},
    "ix_contact_outcome_opened_at_id": {"outcome": "lost"},
    "ix_contact_identity_id_opened_at_id": {"number": "13800001234"},
}


async def plan(place: StorePlace, statement: sa.Select[Any]) -> str:
    """How SQLite would answer."""
    text = str(statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    async with place.open() as store:
        await store.record(an_ended_call("c1"), a_call("c2"))
        async with store.reading.engine.connect() as connection:
            rows = await connection.execute(sa.text(f"EXPLAIN QUERY PLAN {text}"))
            return "\n".join(row[3] for row in rows)


@pytest.mark.parametrize("index", HISTORY)
@pytest.mark.parametrize("page", [{}, {"before": "c1"}, {"since": NOON}])
async def test_history_is_read_from_an_index_in_order(
    sqlite_place: StorePlace, index: str, page: dict[str, Any]
) -> None:
    """No filter makes the database read everything or sort it."""
    query = ContactQuery(**HISTORY[index] | page)
    answer = await plan(sqlite_place, history.contacts(query, b"x" * 32))
    assert index in answer
    assert "TEMP B-TREE" not in answer
    assert "SCAN call" not in answer


async def test_the_newest_of_some_numbers_are_read_from_an_index(sqlite_place: StorePlace) -> None:
    """What every call asks reads the contacts of these numbers and no others."""
    some = history.LATEST_CONTACTS.params(indexes=[b"x" * 32, b"y" * 32])
    answer = await plan(sqlite_place, some)
    assert "ix_contact_identity_id_opened_at_id" in answer
    for table in ("contact", "identity", "call", "disposition", "recording"):
        assert f"SCAN {table}" not in answer


async def test_open_calls_are_read_from_their_own_index(sqlite_place: StorePlace) -> None:
    """What lives is found without reading what ended."""
    assert "ix_call_open" in await plan(sqlite_place, queries.OPEN_CALLS)


async def test_facts_of_a_contact_are_read_from_an_index(sqlite_place: StorePlace) -> None:
    """One contact's facts are found without reading all."""
    assert "ix_fact_contact_id_seq" in await plan(sqlite_place, queries.facts("c1", 0, 10))


@pytest.mark.parametrize(
    ("operator_id", "index"), [("", "ix_fact_kind_at_seq"), ("op-1", "ix_fact_operator_id_at_seq")]
)
@pytest.mark.parametrize("page", [{}, {"before_seq": 7}, {"since": NOON}])
async def test_the_audit_is_read_from_an_index_in_order(
    sqlite_place: StorePlace, operator_id: str, index: str, page: dict[str, Any]
) -> None:
    """Every kind, or one person, from its own index: no page reads all that ever happened."""
    asked = {"since": None, "until": None, "before_seq": 0} | page
    kinds = ["logged_in", "number_revealed"]
    answer = await plan(
        sqlite_place, queries.audit(kinds, operator_id=operator_id, limit=10, **asked)
    )
    assert index in answer
    assert "SCAN fact" not in answer
    if operator_id:
        assert "TEMP B-TREE" not in answer
    else:
        assert answer.count(index) == len(kinds)

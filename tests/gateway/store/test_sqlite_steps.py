"""Many rows in one text say the same as one after the other."""

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from gateway.core.citizen import CallerFlag, FlagKind
from gateway.core.revision import Removal
from gateway.ports import Row
from gateway.store.rows import end_sessions
from gateway.store.rows_heard import changes
from gateway.store.sqlite_steps import SIZES, _closing, _prepare
from gateway.store.statements import Statements
from gateway.store.vault import Vault
from tests.heard_rows import a_job, a_privacy, a_segment, an_alarm
from tests.message_rows import a_closed_chat, a_delivery, a_link, a_receipt, an_out_entry
from tests.store_world import (
    NOON,
    StorePlace,
    a_callback,
    a_disposition,
    a_fact,
    a_recording,
    an_ended_call,
    an_operator,
)

ROWS: list[Row] = [
    *a_delivery(1),
    a_link("l1", "a", "b"),
    a_closed_chat("k1", "i1"),
    an_out_entry("m1", "k1", "i1", provider_ids=("1",)),
    a_receipt("r1", "1"),
    an_ended_call("c1"),
    an_operator(),
    a_disposition("c1"),
    a_callback("b1", "c1"),
    a_recording("c1"),
    CallerFlag(number="12345", kind=FlagKind.CARE),
    Removal("seat", "8001"),
    a_segment("s1", "c1", 1),
    a_job("j1", "c1"),
    an_alarm("a1", "c1"),
    a_privacy("c1"),
    a_privacy("c1", confidential=False),
]


def test_a_text_takes_its_values_where_the_rows_stand() -> None:
    """Nothing is bound before or after the values of the rows, so that rows can be strung."""
    vault, statements, dialect = Vault(bytes(32)), Statements("sqlite"), sqlite.dialect()
    written = [change for row in ROWS for change in changes(row, vault)]
    every = (*written, end_sessions("op-1"))
    for statement, values in ((one, each.values) for each in every for one in statements.of(each)):
        made = _prepare(statement, values, dialect)
        if made.row:
            assert "?" not in made.before + made.after
            assert made.row.count("?") == len(made.values)
            assert made.row.startswith("(")
            assert made.row.endswith(")")
        else:
            assert made.before.count("?") == len(made.values)


def test_the_values_end_where_their_parenthesis_does() -> None:
    """Also when a value is a question of its own."""
    text = "?, (SELECT id FROM identity WHERE (a = ?)), ?) ON CONFLICT (id) DO NOTHING"
    assert text[: _closing(text)] == "?, (SELECT id FROM identity WHERE (a = ?)), ?)"


async def test_any_number_of_rows_is_written_once_and_in_order(sqlite_place: StorePlace) -> None:
    """Around each size of a text: none is left out, none is written twice."""
    async with sqlite_place.open() as store:
        wanted: list[str] = []
        for size in (*SIZES, *(size + 1 for size in SIZES), 127, 129):
            names = [f"{size}-{n}" for n in range(size)]
            await store.record(*(a_fact(name, at=NOON) for name in names))
            wanted += names
        assert [fact.contact_id for fact in await store.facts(limit=5000)] == wanted


async def test_a_text_is_prepared_once(sqlite_place: StorePlace) -> None:
    """However many groups are written, there are no more texts than sizes for each table."""
    async with sqlite_place.open() as store:
        for size in range(1, 70):
            await store.record(*(a_fact(f"{size}-{n}") for n in range(size)))
        steps = store._writer._sqlite
        assert steps
        assert len(steps._prepared) == 1
        (statement,) = steps._prepared
        assert isinstance(statement, sa.Insert)

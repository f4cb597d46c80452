"""Each question about what was heard has an index that answers it without reading everything."""

from typing import Any

import pytest
import sqlalchemy as sa

from gateway.core.transcript import WordsQuery
from gateway.store import queries_heard as queries
from gateway.store import queries_search
from gateway.store.tables import ALL_TABLES
from tests.gateway.store.test_queries_messages import plan
from tests.store_world import StorePlace

ANY = WordsQuery(text="施工", channel="phone", operator_id="op-1")
IN_ORDER: dict[str, tuple[sa.Select[Any], str]] = {
    "segments": (queries.segments("c1", 3, 10), "sqlite_autoindex_segment_2"),
    "jobs": (queries.jobs_waiting(10), "ix_hearing_job_waiting"),
    "alarms": (queries.ALARMS_OPEN, "ix_alarm_open"),
    "places": (queries_search.sqlite_places("ab cd", 0, 9, 10), "VIRTUAL TABLE INDEX"),
}
"""Read in the order of the answer, so that the first rows are the answer."""
SORTED: dict[str, tuple[sa.Select[Any], str]] = {
    "segment": (queries.segment_of("s1"), "sqlite_autoindex_segment_1"),
    "jobs of a contact": (queries.jobs_waiting_of("c1"), "ix_hearing_job_contact_id"),
    "alarm": (queries.alarm_of("a1"), "sqlite_autoindex_alarm_1"),
    "privacy": (queries.privacy_of("c1"), "sqlite_autoindex_privacy_1"),
    "texts": (queries_search.texts_at([1, 2, 3], ANY), "INTEGER PRIMARY KEY"),
}
"""Few rows, found by an index and sorted then."""


@pytest.mark.parametrize("name", [*IN_ORDER, *SORTED])
async def test_no_question_reads_a_whole_table(sqlite_place: StorePlace, name: str) -> None:
    """Each uses the index that was made for it; what has to be in order is not sorted."""
    statement, index = (IN_ORDER | SORTED)[name]
    answer = await plan(sqlite_place, statement)
    assert index in answer
    scans = [line for line in answer.splitlines() if line.startswith("SCAN ")]
    assert not [line for line in scans if line.split()[1] in ALL_TABLES.tables if index not in line]
    if name in IN_ORDER:
        assert "TEMP B-TREE" not in answer

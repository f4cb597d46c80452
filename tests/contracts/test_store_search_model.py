"""The search against dictionaries in memory: the same texts are found, in the same order."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.core.errors import HotlineError
from gateway.core.finding import folded
from gateway.core.message import Direction, Message, MessageKind
from gateway.core.transcript import Party, Privacy, Segment, Source, WordsQuery
from gateway.store import SqlStore
from tests.message_rows import a_chat, an_identity
from tests.store_world import NOON, NewPlace

CONTACTS = st.sampled_from(["k1", "k2"])
TEXTS = st.text("水管爆了，Ａa ", max_size=7)
TIMES = st.integers(0, 3).map(lambda n: NOON + timedelta(milliseconds=n))
SEGMENTS = st.builds(
    Segment,
    id=st.sampled_from(["s1", "s2", "s3"]),
    contact_id=CONTACTS,
    seq=st.integers(1, 3),
    party=st.sampled_from(Party),
    source=st.sampled_from(Source),
    begin_seconds=st.just(0.0),
    end_seconds=st.just(1.0),
    at=TIMES,
    text=TEXTS,
    corrected=st.just("") | TEXTS,
)
MESSAGES = st.builds(
    Message,
    id=st.sampled_from(["m1", "m2", "s1"]),
    contact_id=CONTACTS,
    seq=st.integers(1, 3),
    direction=st.sampled_from(Direction),
    kind=st.just(MessageKind.TEXT),
    at=TIMES,
    stored_at=TIMES,
    text=TEXTS,
    operator_id=st.sampled_from(["", "op-1"]),
)
WISHES = st.builds(
    Privacy, contact_id=CONTACTS, confidential=st.booleans(), by=st.just("op-1"), at=TIMES
)
UNITS = st.lists(st.lists(SEGMENTS | MESSAGES | WISHES, min_size=1, max_size=2), max_size=12)
QUESTIONS = ("水管", "爆了", "管爆了", "aa", "水a", "了水管爆")


class Model:
    """Rows by their keys; refuses a number of a contact that another row has."""

    def __init__(self) -> None:
        self.rows: dict[tuple[type, str], Any] = {}

    def record(self, unit: Sequence[Any]) -> bool:
        """Keep the unit, or nothing of it; whether it was kept."""
        before = dict(self.rows)
        for row in unit:
            key = (type(row), row.contact_id if isinstance(row, Privacy) else row.id)
            if not isinstance(row, Privacy) and self._taken(row):
                self.rows = before
                return False
            self.rows[key] = row
        return True

    def _taken(self, row: Segment | Message) -> bool:
        """Whether another row of the contact has its number."""
        return any(
            (one.contact_id, one.seq) == (row.contact_id, row.seq)
            for (kind, id_), one in self.rows.items()
            if kind is type(row) and id_ != row.id
        )

    def found(self, words: str) -> list[tuple[Any, str]]:
        """Time and id of every place, the newest first."""
        places = []
        for row in self.rows.values():
            if isinstance(row, Privacy):
                continue
            wish = self.rows.get((Privacy, row.contact_id))
            shown = row.shown if isinstance(row, Segment) else row.text if row.by_a_person else ""
            if folded(words) in folded(shown) and not (wish and wish.confidential):
                places.append((row.at, row.id))
        return sorted(places, reverse=True)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(units=UNITS, at_once=st.booleans())
def test_whatever_is_recorded_is_found_as_it_is_shown(
    new_place: NewPlace, units: list[list[Any]], *, at_once: bool
) -> None:
    """After any words, corrections and wishes: exactly what contains the words, newest first."""
    asyncio.run(_compare(new_place, units, at_once=at_once))


async def _compare(new_place: NewPlace, units: list[list[Any]], *, at_once: bool) -> None:
    model = Model()
    async with new_place().open() as store:
        await store.record(an_identity("i1"), a_chat("k1", "i1"), a_chat("k2", "i1"))
        if at_once:
            async with asyncio.TaskGroup() as tasks:
                told = [tasks.create_task(_kept(store, unit)) for unit in units]
            outcomes = [task.result() for task in told]
        else:
            outcomes = [await _kept(store, unit) for unit in units]
        assert outcomes == [model.record(unit) for unit in units]
        for words in QUESTIONS:
            found = await _pages(store, words)
            assert sorted(found, reverse=True) == model.found(words)
            assert [at for at, _ in found] == [at for at, _ in model.found(words)]


async def _pages(store: SqlStore, words: str) -> list[tuple[Any, str]]:
    """All of it, two at a time."""
    found: list[tuple[Any, str]] = []
    before = ""
    while page := await store.find_words(WordsQuery(text=words, limit=2, before=before)):
        found += [(one.at, one.segment_id or one.message_id) for one in page]
        before = page[-1].cursor
    return found


async def _kept(store: SqlStore, unit: list[Any]) -> bool:
    try:
        await store.record(*unit)
    except HotlineError:
        return False
    return True

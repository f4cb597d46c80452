"""Where words stand: the search over SQLite or PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.core.errors import Invalid, Problem
from gateway.core.finding import folded, wanted_words
from gateway.core.message import Direction
from gateway.core.transcript import FoundWords, Party
from gateway.store import queries_search as queries
from gateway.store import records_heard, records_messages
from gateway.store.reading import Answers, shaped
from gateway.store.rows_search import first_place
from gateway.store.tables import contact
from gateway.store.tables_search import word_place

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from gateway.core.transcript import WordsQuery

MAX_FOUND = 100
"""Places in one answer."""
MOST_AT_ONCE = 5000
"""Places that are looked at together when filters leave few of them."""
LAST_PLACE = 2**63 - 1


class WordAnswers(Answers):
    """Reads of the search."""

    async def find_words(self, query: WordsQuery) -> tuple[FoundWords, ...]:
        """Where these words stand, newest first; see ``ports.HeardStore.find_words``.

        The index gives places where the marks stand; each text is opened and looked at, so two
        pairs of letters with the same mark show nothing wrong.
        """
        words = wanted_words(query.text)
        marks = self._vault.marks(words)
        high = _cursor(query.before) if query.before else LAST_PLACE
        if query.until is not None:
            high = min(high, first_place(query.until))
        low = first_place(query.since) if query.since is not None else -LAST_PLACE
        limit = max(1, min(query.limit, MAX_FOUND))
        found: list[FoundWords] = []
        size = limit + limit // 2
        while True:
            places = await self._places(marks, low, high, size)
            if places:
                rows = await self.reading.rows(queries.texts_at(places, query))
                there = shaped(rows, self._found)
                found += [one for one in there if words in folded(one.text)]
            if len(found) >= limit or len(places) < size:
                return tuple(found[:limit])
            high, size = places[-1], min(4 * size, MOST_AT_ONCE)

    async def _places(self, marks: str, low: int, high: int, size: int) -> list[int]:
        """At most ``size`` places, the newest first; fewer only when there are no more."""
        if self.reading.engine.dialect.name == "sqlite":
            ways = [queries.sqlite_places]
        else:
            ways = [queries.newest_places, queries.indexed_places]
        places: list[int] = []
        for way in ways:
            rows = await self.reading.rows(way(marks, low, high, size))
            places = [row["place"] for row in rows]
            if len(places) == size:
                break
        return places

    def _found(self, row: RowMapping) -> FoundWords:
        own = word_place.c
        if row[own.segment_id]:
            heard = records_heard.segment(row, self._vault)
            at, text, party, begin = heard.at, heard.shown, heard.party, heard.begin_seconds
        else:
            said = records_messages.message(row, self._vault)
            at, text, begin = said.at, said.text, 0.0
            party = Party.CITIZEN if said.direction is Direction.IN else Party.SEAT
        return FoundWords(
            cursor=str(row[own.place]),
            contact_id=row[own.contact_id],
            at=at,
            channel=row[contact.c.channel],
            operator_id=row["whose"],
            text=text,
            segment_id=row[own.segment_id],
            message_id=row[own.message_id],
            party=party,
            begin_seconds=begin,
        )


def _cursor(text: str) -> int:
    """The place that a cursor names; raises Invalid for what is none."""
    try:
        place = int(text)
    except ValueError:
        place = LAST_PLACE
    if not -LAST_PLACE <= place < LAST_PLACE:
        raise Invalid(
            Problem(
                "/before", "no-cursor", "翻页位置无效，请重新查找", "No such page; search again"
            )
        )
    return place

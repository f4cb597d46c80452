"""``ports.CentreStore`` over SQLite or PostgreSQL: sub-centres' contacts, and ours for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.core.centre import PooledPage
from gateway.store import queries_centres as queries
from gateway.store.reading import Answers, one

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.core.centre import CentreContact, CentreCount


class CentreAnswers(Answers):
    """Reads of what is pooled with sub-centres."""

    async def centre_contact(self, centre: str, id_: str) -> CentreContact | None:
        """One contact of a sub-centre's own, under its own id."""
        return one(await self._open(queries.contact_of(centre, id_), queries.opened))

    async def centres_counted(self, since: datetime, until: datetime) -> tuple[CentreCount, ...]:
        """Their contacts that began in ``[since, until)``, by centre and outcome."""
        return await self._read(queries.counts(since, until), queries.counted)

    async def contacts_of_origin(self, origin: str, after: int, limit: int) -> PooledPage | None:
        """A page of ours that changed after ``after``; see ``ports.CentreStore``."""
        (newest,) = await self._read(queries.NEWEST_FACT, lambda row: int(row["newest"]))
        if after > newest:
            return None
        until = min(after + queries.WINDOW, newest)
        found = await self._read(queries.changed(origin, after, until, limit), queries.pooled)
        last = found[-1].seq if len(found) == limit else until
        return PooledPage(contacts=found, after=last, more=last < newest)

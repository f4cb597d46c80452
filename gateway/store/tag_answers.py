"""``ports.TagStore`` over SQLite or PostgreSQL: contacts by the line by which they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store import queries_tags
from gateway.store.reading import Answers

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.core.tag_statistics import Counted


class TagAnswers(Answers):
    """Reads of what special lines and merged hotlines are counted by."""

    async def contacts_counted(
        self, since: datetime, until: datetime, *, after: Counted | None = None
    ) -> tuple[Counted, ...]:
        """Contacts that began in this time, in order, 5,000 at once; ``after`` the last of those.

        Nothing personal is read.
        """
        wanted = queries_tags.contacts_counted(since, until, after)
        return await self._read(wanted, queries_tags.counted)

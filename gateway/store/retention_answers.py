"""``ports.RetentionStore`` over SQLite or PostgreSQL: what is too old, and where its files lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.core import voicemail
from gateway.core.retention import DataClass, Expiring
from gateway.core.transcript import Party, side_file
from gateway.store import queries_retention as queries
from gateway.store.reading import Answers
from gateway.store.tables import call, contact, recording
from gateway.store.tables_messages import attachment

if TYPE_CHECKING:
    from datetime import datetime


class RetentionAnswers(Answers):
    """Reads of what is to be shredded."""

    async def expired(
        self, what: DataClass, before: datetime, *, after: str = "", limit: int = 100
    ) -> tuple[str, ...]:
        """Contacts with something of the class that ended before then; see the port."""
        wanted = queries.expired(what, before, after, limit)
        return await self._read(wanted, lambda row: str(row[contact.c.id]))

    async def expiring(self, what: DataClass, before: datetime) -> Expiring:
        """How much that is."""
        (found,) = await self._read(
            queries.summaries_expiring(before)
            if what is DataClass.CENTRES
            else queries.expiring(what, before),
            lambda row: Expiring(
                what=what,
                before=before,
                contacts=row["contacts"],
                oldest=row["oldest"],
                newest=row["newest"],
            ),
        )
        return found

    async def files_of(self, what: DataClass, contact_id: str) -> tuple[str, ...]:
        """Names of all files of the class; see the port."""
        names: set[str] = set()
        if what is DataClass.RECORDINGS:
            for row in await self.reading.rows(queries.recording_names(contact_id)):
                hotline_id = row[call.c.hotline_id]
                names.add(voicemail.file_name(hotline_id))
                mixes = {f"{hotline_id}.wav", row[call.c.recording_file], row[recording.c.file]}
                for mix in filter(None, mixes):
                    sides = (side_file(mix, party) for party in (Party.CITIZEN, Party.SEAT))
                    names.update((mix, *sides))
        elif what is DataClass.MESSAGES:
            for row in await self.reading.rows(queries.media_names(contact_id)):
                names.update((row[attachment.c.file], row[attachment.c.view_file]))
        return tuple(sorted(filter(None, names)))

"""``ports.HeardStore`` over SQLite or PostgreSQL: what ``SqlStore`` answers about transcripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store import queries_heard as queries
from gateway.store import records_heard
from gateway.store.reading import Answers, one

if TYPE_CHECKING:
    from gateway.core.transcript import Alarm, HearingJob, Privacy, Segment


class HeardAnswers(Answers):
    """Reads of transcripts, of what is still to be heard, and of alarms."""

    async def segments(
        self, contact_id: str, *, after_seq: int = 0, limit: int = 500
    ) -> tuple[Segment, ...]:
        """Of one contact, by seq. ``limit`` is 1..2000."""
        wanted = queries.segments(contact_id, after_seq, limit)
        return await self._open(wanted, records_heard.segment)

    async def segment(self, segment_id: str) -> Segment | None:
        """One by id."""
        return one(await self._open(queries.segment_of(segment_id), records_heard.segment))

    async def jobs_waiting(self, limit: int = 100) -> tuple[HearingJob, ...]:
        """What is to be transcribed, in order. ``limit`` is 1..1000."""
        return await self._read(queries.jobs_waiting(limit), records_heard.job)

    async def jobs_waiting_of(self, contact_id: str) -> tuple[HearingJob, ...]:
        """What is to be transcribed of one contact, in order."""
        return await self._read(queries.jobs_waiting_of(contact_id), records_heard.job)

    async def alarms_open(self) -> tuple[Alarm, ...]:
        """Those nobody has seen, the oldest first; at most 1,000."""
        return await self._read(queries.ALARMS_OPEN, records_heard.alarm)

    async def alarm(self, alarm_id: str) -> Alarm | None:
        """One by id."""
        return one(await self._read(queries.alarm_of(alarm_id), records_heard.alarm))

    async def privacy(self, contact_id: str) -> Privacy | None:
        """None: nobody asked for it."""
        return one(await self._read(queries.privacy_of(contact_id), records_heard.privacy))

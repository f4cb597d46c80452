"""留言: once a call has ended, what its caller left in the recordings folder is put on record.

The dialplan writes the file by itself, so nothing is lost while the gateway is away: the record of
the telephone system tells of the call, the folder of the message. A file in which nobody spoke is
no message, and the call was abandoned as any other; so it is in the figures in any case, since no
person answered.
"""

from __future__ import annotations

import asyncio
import wave
from array import array
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from gateway.core.call import Call
from gateway.core.callback import Callback, CallbackReason, entry_of
from gateway.core.contact import ContactQuery, ContactRecord
from gateway.core.errors import StoreUnavailable, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Operator
from gateway.core.transcript import HearingJob, Party, Segment, Source
from gateway.core.voicemail import Voicemail, file_of, is_message, messages
from gateway.intake.archive import measure, mend, whole
from gateway.intake.callbacks import owed
from gateway.intake.floor import Floor
from gateway.intake.ids import new_id
from gateway.intake.records import Records
from gateway.intake.unheard import LOOK_BACK_SECONDS

REASON = CallbackReason.VOICEMAIL
LOOK_BACK = timedelta(days=1)
PAGE = 200
MOST_PAGES = 50
LOOK_AGAIN_SECONDS = 30.0
MOST_MESSAGES = 200
"""Looked through for more of the same person: the newest; their first is always found."""
MARGIN_SECONDS = 2.0
"""The clocks of file and call differ by less."""

log = structlog.get_logger()


class Voicemails:
    """``take`` a call that has ended; ``run`` looks for those of the time before."""

    def __init__(self, floor: Floor, folder: Path, *, transcribe: bool = False) -> None:
        self.floor = floor
        self.folder = folder
        self._transcribe = transcribe
        self._ended: asyncio.Queue[Call] = asyncio.Queue()

    def ended(self, call: Call) -> None:
        """This call is over; its message, if any, is looked at in turn."""
        self._ended.put_nowait(call)

    async def run(self) -> None:
        """First the calls that ended just before we started, then each that ends, for ever."""
        await self._until_stored(self.look_back)
        while True:
            call = await self._ended.get()
            await self._until_stored(partial(self.take, call))

    async def _until_stored(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except StoreUnavailable:
                await self.floor.clock.sleep(LOOK_AGAIN_SECONDS)
            else:
                return

    async def look_back(self) -> None:
        """Take every call of the last day whose message nobody put on record."""
        since, before = self.floor.clock.now() - LOOK_BACK, ""
        for _ in range(MOST_PAGES):
            query = ContactQuery(since=since, limit=PAGE, before=before)
            page = await self.floor.store.contacts(query)
            for record in page:
                if isinstance(record, ContactRecord) and record.call.ended_at is not None:
                    await self.take(record.call)
            if len(page) < PAGE:
                return
            before = page[-1].id

    async def take(self, call: Call) -> None:
        """Put this call's message on record, once. Raises StoreUnavailable."""
        path = self.folder / file_of(call)
        if call.answered_at is not None or not await asyncio.to_thread(path.exists):
            return
        if not await whole(self.floor.clock, path):
            log.warning("voicemail_missing", contact_id=call.id)
            return
        try:
            sound = await asyncio.to_thread(_message, path)
        except (OSError, wave.Error, EOFError):
            log.warning("voicemail_unreadable", contact_id=call.id)
            return
        if sound is not None:
            await self._record(call, *sound)

    async def _record(
        self, call: Call, sha256: str, size: int, seconds: float, end: datetime
    ) -> None:
        async with self.floor.turn:
            if messages(await self.floor.store.facts(contact_id=call.id)):
                return
            listed = self.floor.callbacks.values()
            callbacks, facts = owed(call, REASON, call.ended_at or end, listed)
            entry = callbacks[0] if callbacks else entry_of(call.number, REASON, listed)
            begin = (end - call.arrived_at).total_seconds() - seconds
            left = Fact(
                kind=FactKind.VOICEMAIL_LEFT,
                at=call.ended_at or end,
                contact_id=call.id,
                data={
                    "callback_id": entry.id if entry else "",
                    "seconds": round(seconds, 3),
                    "begin_seconds": round(max(0.0, begin), 3),
                    "size_bytes": size,
                    "sha256": sha256,
                },
            )
            jobs = await self._unheard(call, end, round(max(0.0, begin), 3))
            await self.floor.commit(*callbacks, *jobs, *facts, left, must=False)

    async def _unheard(self, call: Call, end: datetime, begin: float) -> tuple[HearingJob, ...]:
        """The job of transcribing it, when nobody else has it.

        Who leaves a message is followed like everybody in a queue, and what was missed of that is
        read from their side's recording, also of calls that ended not long before a start.
        """
        now, store = self.floor.clock.now(), self.floor.store
        late = (now - (call.ended_at or end)).total_seconds() > LOOK_BACK_SECONDS
        if not (self._transcribe and late):
            return ()
        if await store.jobs_waiting_of(call.id) or await store.segments(call.id, limit=1):
            return ()
        job = HearingJob(
            id=new_id(now),
            contact_id=call.id,
            party=Party.CITIZEN,
            source=Source.VOICEMAIL,
            file=file_of(call),
            since=now,
            offset_seconds=begin,
        )
        return (job,)


def _message(path: Path) -> tuple[str, int, float, datetime] | None:
    """Fingerprint, size, length and end of a message; None when nobody spoke."""
    mend(path)
    with wave.open(str(path), "rb") as file:
        samples = array("h", file.readframes(file.getnframes()))
        if not is_message(samples, file.getframerate()):
            return None
    ended = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return (*measure(path), ended)


class VoicemailDesk:
    """Messages for whoever calls back, who needs no other tie to the contact; looks are noted."""

    def __init__(self, floor: Floor, records: Records) -> None:
        self._floor = floor
        self._records = records

    async def of(
        self, operator: Operator, callback_id: str, session: str
    ) -> tuple[tuple[Voicemail, tuple[Segment, ...], bool], ...]:
        """The messages of an open callback, what was understood of each, whether more is to come.

        Raises Unknown, also when it is done.
        """
        found = await self._messages(operator, callback_id)
        shown = []
        for one in found:
            segments = await self._floor.store.segments(one.contact_id)
            begin = one.begin_seconds - MARGIN_SECONDS
            said = tuple(
                each
                for each in sorted(segments, key=lambda each: each.begin_seconds)
                if each.party is Party.CITIZEN and each.begin_seconds >= begin
            )
            if said:
                kind = FactKind.TRANSCRIPT_VIEWED
                await self._records.note_once(kind, operator, one.contact_id, session)
            waiting = await self._floor.store.jobs_waiting_of(one.contact_id)
            shown.append((one, said, bool(waiting)))
        return tuple(shown)

    async def sound(
        self, operator: Operator, callback_id: str, contact_id: str, session: str
    ) -> Path:
        """The file of one message, noted. Raises Unknown."""
        if contact_id not in {
            one.contact_id for one in await self._messages(operator, callback_id)
        }:
            raise Unknown("voicemail", contact_id)
        call = await self._floor.store.call(contact_id)
        if call is None:
            raise Unknown("voicemail", contact_id)
        return await self._records.voicemail(operator, call, session)

    async def _messages(self, operator: Operator, callback_id: str) -> tuple[Voicemail, ...]:
        callback = self._callback(operator, callback_id)
        first = messages(await self._floor.store.facts(contact_id=callback.contact_id))
        more = await self._floor.store.audit(
            kinds=(FactKind.VOICEMAIL_LEFT,), since=callback.since, limit=MOST_MESSAGES
        )
        mine = (one for one in (*first, *messages(more)) if one.callback_id == callback.id)
        barred = self._floor.barred
        seen = (one for one in mine if not barred(operator.id, one.contact_id))
        return tuple({one.contact_id: one for one in seen}.values())

    def _callback(self, operator: Operator, callback_id: str) -> Callback:
        callback = self._floor.callbacks.get(callback_id)
        if (
            callback is None
            or callback.reason is not REASON
            or self._floor.barred(operator.id, callback.contact_id)
        ):
            raise Unknown("callback", callback_id)
        return callback

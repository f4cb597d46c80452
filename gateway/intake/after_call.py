"""What was not heard live is read from its sound afterwards: recordings, voicemail, voice messages.

Jobs are rows, taken in order, one at a time, below everything live. A job is done in one
transaction with its segments, so that one which a dying gateway had begun is simply begun again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog

from asr import wire
from asr.segment import Utterance
from gateway.core.call import Call, CallState
from gateway.core.chat_moves import alarmed
from gateway.core.errors import StoreUnavailable
from gateway.core.once import Spoken, heard_live, twice
from gateway.core.transcript import HearingJob, JobState, Party, Segment, Source
from gateway.intake.alarms import Alarms
from gateway.intake.archive import mend
from gateway.intake.floor import Floor
from gateway.intake.heard_book import HeardBook
from gateway.intake.listening import Listening
from gateway.intake.transcripts import Heading, fact_of, segments_of
from gateway.ports.ears import Ears, EarsUnavailable
from gateway.ports.files import FileRefused, SpeechOf

MOST_TRIES = 3
AGAIN_SECONDS = 20.0
LOOK_SECONDS = 1.0
SETTLE_SECONDS = 2.0
"""From the end of a call until its recordings are whole."""
MOST_LAG_MS = 500
LOOKED_AT = 200

log = structlog.get_logger()


class _Failed(Exception):
    """It could not be read; ``reason`` is a word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sound:
    """A file to be read, and when its second 0 was."""

    path: Path
    began_at: datetime


class AfterCall:
    """``run`` it. ``recordings`` is the folder of calls, ``sounds`` opens voice messages."""

    def __init__(
        self,
        floor: Floor,
        ears: Ears,
        listening: Listening,
        book: HeardBook,
        alarms: Alarms,
        *,
        recordings: Path,
        sounds: SpeechOf,
    ) -> None:
        self.floor = floor
        self._ears = ears
        self._listening = listening
        self._book = book
        self._alarms = alarms
        self._recordings = recordings
        self._sounds = sounds
        self._later: dict[str, float] = {}
        """By job: not before this monotonic second."""

    async def run(self) -> None:
        """One job after the other, for ever."""
        while True:
            done = False
            with suppress(StoreUnavailable):
                done = await self.step()
            if not done:
                await asyncio.sleep(LOOK_SECONDS)

    async def step(self) -> bool:
        """Do the first job that can be done now; False when there is none."""
        if not self._may_work():
            return False
        jobs = await self.floor.store.jobs_waiting(LOOKED_AT)
        now = self.floor.clock.monotonic()
        there = {job.id for job in jobs}
        self._later = {id_: at for id_, at in self._later.items() if id_ in there and at > now}
        for job in jobs:
            if job.id in self._later:
                continue
            call = await self._call(job)
            if call is None or self._is_over(call):
                await self._work(job, call)
                return True
        return False

    def _may_work(self) -> bool:
        """Whether there is an ear with a model that keeps up with what is live."""
        ready, load = self._listening.ready, self._listening.load
        if ready is None or ready.model is None:
            return False
        return load is None or load.lag_ms <= MOST_LAG_MS

    async def _call(self, job: HearingJob) -> Call | None:
        """The call it belongs to; None for a conversation."""
        if job.source is Source.MESSAGE:
            return None
        live = self.floor.calls.get(job.contact_id)
        return live or await self.floor.store.call(job.contact_id)

    def _is_over(self, call: Call) -> bool:
        if call.state is not CallState.ENDED or call.ended_at is None:
            return False
        return (self.floor.clock.now() - call.ended_at).total_seconds() >= SETTLE_SECONDS

    async def _work(self, job: HearingJob, call: Call | None) -> None:
        """One try. Raises StoreUnavailable; then nothing has changed."""
        try:
            async with self._opened(job, call) as sound:
                said = await self._read(job, sound.path)
        except EarsUnavailable:
            self._not_before(job, LOOK_SECONDS)
        except (_Failed, FileRefused) as failed:
            await self._again(job, failed.reason)
        else:
            await self._done(job, sound, said)

    async def _read(self, job: HearingJob, path: Path) -> wire.Transcribed:
        """Raises _Failed, EarsUnavailable."""
        said = await self._ears.transcribe(job.id, path, job.begin_seconds, job.end_seconds)
        if said.error == "no-model":
            raise EarsUnavailable(said.error)
        if said.error:
            raise _Failed(said.error)
        return said

    @asynccontextmanager
    async def _opened(self, job: HearingJob, call: Call | None) -> AsyncIterator[_Sound]:
        """Raises _Failed, FileRefused."""
        if job.source is Source.MESSAGE:
            message = await self.floor.store.message(job.message_id)
            if message is None:
                raise _Failed("no-message")
            async with self._sounds.speech(job.file) as path:
                yield _Sound(path=path, began_at=message.at)
            return
        if call is None:
            raise _Failed("no-call")
        path = self._recordings / Path(job.file).name
        try:
            await asyncio.to_thread(mend, path)
        except FileNotFoundError:
            raise _Failed("missing") from None
        except OSError:
            raise _Failed("unreadable") from None
        yield _Sound(path=path, began_at=call.arrived_at)

    async def _done(self, job: HearingJob, sound: _Sound, said: wire.Transcribed) -> None:
        now = self.floor.clock.now()
        ready = self._listening.ready
        heading = Heading(
            contact_id=job.contact_id,
            party=job.party,
            source=job.source,
            began_at=sound.began_at,
            operator_id=job.operator_id,
            message_id=job.message_id,
            model=ready.model.name if ready and ready.model else "",
        )
        utterances = await self._new(job, said.utterances)
        segments, _ = segments_of(heading, utterances, now, job.offset_seconds)
        finished = replace(job, state=JobState.DONE, tries=job.tries + 1, reason="")
        await self._look(job, segments)
        await self._book.write(*segments, finished, *([fact_of(heading, now)] if segments else ()))
        log.info("heard_afterwards", kind=job.source.value, count=len(segments))

    async def _new(
        self, job: HearingJob, utterances: tuple[Utterance, ...]
    ) -> tuple[Utterance, ...]:
        """Without the words that were heard live. Raises StoreUnavailable.

        Figures stay: a number is masked as a whole, and one without a digit is worse than a digit
        that stands there twice.
        """
        if job.source is not Source.RECORDING or not utterances:
            return utterances
        seq, heard = 0, list[Spoken]()
        while page := await self.floor.store.segments(job.contact_id, after_seq=seq):
            heard += heard_live(page, job.party)
            seq = page[-1].seq
        words = [
            (one.raw, job.offset_seconds + one.begin_seconds)
            for said in utterances
            for one in said.words
        ]
        there = twice(words, heard)
        left, place = list[Utterance](), 0
        for said in utterances:
            kept = tuple(
                word
                for at, word in enumerate(said.words, place)
                if at not in there or any(map(str.isdigit, word.text))
            )
            place += len(said.words)
            left += [Utterance(words=kept)] if kept else []
        return tuple(left)

    async def _look(self, job: HearingJob, segments: tuple[Segment, ...]) -> None:
        """Emergency words count also when nobody heard them live. Raises StoreUnavailable."""
        if job.party is not Party.CITIZEN:
            return
        for one in segments:
            if self._alarms.look(job.contact_id, one.original) and job.message_id:
                await self._urgent(job.contact_id)

    async def _urgent(self, contact_id: str) -> None:
        """This conversation is an emergency, as if the word had been written."""
        chats = self.floor.chats
        async with chats.turn(contact_id):
            chat = chats.open.get(contact_id)
            if chat:
                chat, facts = alarmed(chat, self.floor.clock.now())
                if facts:
                    await self.floor.commit_chat(chat, *facts)

    async def _again(self, job: HearingJob, reason: str) -> None:
        tries = job.tries + 1
        state = JobState.FAILED if tries >= MOST_TRIES else JobState.WAITING
        log.warning("hearing_failed", reason=reason, attempt=tries, kind=job.source.value)
        self._not_before(job, AGAIN_SECONDS * tries)
        await self._book.write(replace(job, state=state, tries=tries, reason=reason))

    def _not_before(self, job: HearingJob, seconds: float) -> None:
        self._later[job.id] = self.floor.clock.monotonic() + seconds

"""What nobody heard live is noted as a job: a part of a recording that is to be read afterwards.

Of each voice it is known up to where it was heard or noted. A gap is noted as soon as it is known:
when the ear says that it missed something, when a voice is heard again after a while, and at the
end of the call. What was going on when the gateway died is found at its next start: from the last
word that the store has of a voice on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from asr import wire
from gateway.core.call import Call, CallState
from gateway.core.contact import ContactQuery, ContactRecord
from gateway.core.errors import StoreUnavailable
from gateway.core.facts import Fact
from gateway.core.hearing import TELLING, Span, talks, within
from gateway.core.transcript import HearingJob, Party, Source, side_file
from gateway.intake.floor import Floor
from gateway.intake.heard_book import HeardBook
from gateway.intake.ids import new_id
from gateway.intake.streams import Stream
from gateway.ports.ears import Heard

LEAST_SECONDS = 1.0
"""A shorter gap holds no sentence: the time from the queue to the tap."""
JOINED_SECONDS = 0.5
"""A gap that begins so soon after the one before goes on with it."""
LOOK_SECONDS = 0.5
LAST_WORDS_SECONDS = 10.0
"""How long after the end of a call the ear is waited for."""
LOOK_BACK_SECONDS = 900.0
"""Calls that ended so long before our start are looked at again."""
LOOK_BACK_CALLS = 200
MOST_FACTS = 1000

RECORDED = (Party.CITIZEN, Party.SEAT)


@dataclass(slots=True, kw_only=True)
class _Story:
    """What is known of one call. ``until``: each voice is heard or noted up to there.

    ``told``: it is over and what was missing is noted; kept for as long as the floor has the call,
    whose facts (its recording is stored, it is wrapped up, its words are read) begin no new story.
    """

    call: Call
    facts: list[Fact] = field(default_factory=list)
    until: dict[Party, float] = field(default_factory=dict)
    last: dict[Party, HearingJob] = field(default_factory=dict)
    ended_steady: float | None = None
    told: bool = False


class Unheard:
    """``hear`` every report, ``run`` it. ``hears`` says whether the ear still has a call."""

    def __init__(self, floor: Floor, book: HeardBook, hears: Callable[[str], bool]) -> None:
        self.floor = floor
        self._book = book
        self._hears = hears
        self._stories: dict[str, _Story] = {}
        self.looked_back = False
        """Whether it knows of the calls that were there before us; nothing is tapped earlier."""
        floor.listeners.append(self._fact)

    async def run(self) -> None:
        """Look back once, then end the stories of calls that ended."""
        while True:
            if not self.looked_back:
                with suppress(StoreUnavailable):
                    await self._look_back()
            else:
                self.tick()
            await asyncio.sleep(LOOK_SECONDS)

    def tick(self) -> None:
        """Note what is missing of calls that are over and that the ear has done with."""
        now = self.floor.clock.monotonic()
        for id_, story in tuple(self._stories.items()):
            if story.ended_steady is None:
                continue
            late = now - story.ended_steady > LAST_WORDS_SECONDS
            if not story.told and (late or not self._hears(id_)):
                self._close(story)
                story.told = True
            if story.told and id_ not in self.floor.calls:
                del self._stories[id_]

    # ---- what happens ----

    def _fact(self, fact: Fact) -> None:
        """Listens to the floor: the call is there as this fact left it."""
        call = self.floor.calls.get(fact.contact_id)
        if call is None or call.queued_at is None:
            return
        story = self._stories.setdefault(call.id, _Story(call=call))
        story.call = call
        if fact.kind in TELLING:
            story.facts.append(fact)
        if call.state is CallState.ENDED and story.ended_steady is None:
            story.ended_steady = self.floor.clock.monotonic()

    def hear(self, stream: Stream | None, report: Heard) -> None:
        """One report of the ear."""
        story = self._stories.get(stream.side.contact_id) if stream else None
        if stream is None or story is None or stream.side.party not in RECORDED or story.told:
            return
        party = stream.side.party
        match report:
            case wire.Began() if stream.began is not None:
                self._note(story, party, self._until(story, party), stream.began)
            case wire.Final():
                self._reached(story, party, stream.in_call(report.utterance.end_seconds))
            case wire.Missed():
                begin = stream.in_call(report.begin_seconds)
                self._note(story, party, begin, stream.in_call(report.end_seconds))
            case wire.Ended() if stream.began is not None:
                self._reached(story, party, stream.in_call(report.seconds))

    def _until(self, story: _Story, party: Party) -> float:
        known = story.until.get(party, 0.0)
        queued_at = story.call.queued_at or story.call.arrived_at
        return max(known, (queued_at - story.call.arrived_at).total_seconds())

    def _reached(self, story: _Story, party: Party, seconds: float) -> None:
        story.until[party] = max(self._until(story, party), seconds)

    def _close(self, story: _Story) -> None:
        call = story.call
        if call.ended_at is None:
            return
        end = (call.ended_at - call.arrived_at).total_seconds()
        for party in RECORDED:
            self._note(story, party, self._until(story, party), end)

    # ---- noting ----

    def _note(self, story: _Story, party: Party, begin: float, end: float) -> None:
        """This part was not heard."""
        self._reached(story, party, end)
        if not story.call.recording_file:
            return
        whole: tuple[Span, ...] = (Span(begin=begin, end=end),)
        if party is Party.SEAT:
            whole = within(talks(story.facts, story.call.arrived_at, end), begin, end)
        for span in whole:
            if span.end - span.begin >= LEAST_SECONDS:
                self._put(story, party, span)

    def _put(self, story: _Story, party: Party, span: Span) -> None:
        last = story.last.get(party)
        if (
            last
            and story.ended_steady is None
            and last.operator_id == span.operator_id
            and 0 <= span.begin - last.end_seconds <= JOINED_SECONDS
        ):
            job = replace(last, end_seconds=span.end)
        else:
            now = self.floor.clock.now()
            job = HearingJob(
                id=new_id(now),
                contact_id=story.call.id,
                party=party,
                source=Source.RECORDING,
                file=side_file(f"{story.call.hotline_id}.wav", party),
                since=now,
                begin_seconds=round(span.begin, 3),
                end_seconds=round(span.end, 3),
                operator_id=span.operator_id,
            )
        story.last[party] = job
        self._book.put(job)

    # ---- after a start ----

    async def _look_back(self) -> None:
        """Take up the calls that were there before us. Raises StoreUnavailable."""
        floor = self.floor
        for call in tuple(floor.calls.values()):
            if call.queued_at is not None:
                await self._take_up(call)
        since = floor.clock.now() - timedelta(seconds=LOOK_BACK_SECONDS)
        for record in await floor.store.contacts(ContactQuery(limit=LOOK_BACK_CALLS)):
            if isinstance(record, ContactRecord):
                call = record.call
                if call.queued_at and call.ended_at and call.ended_at >= since:
                    await self._take_up(call)
        self.looked_back = True

    async def _take_up(self, call: Call) -> None:
        store = self.floor.store
        until: dict[Party, float] = {}
        seq = 0
        while page := await store.segments(call.id, after_seq=seq, limit=2000):
            for one in page:
                until[one.party] = max(until.get(one.party, 0.0), one.end_seconds)
            seq = page[-1].seq
        for job in await store.jobs_waiting_of(call.id):
            until[job.party] = max(until.get(job.party, 0.0), job.end_seconds)
        facts = await store.facts(contact_id=call.id, limit=MOST_FACTS)
        story = self._stories.setdefault(call.id, _Story(call=call))
        new = [one for one in story.facts if one.at > max((f.at for f in facts), default=one.at)]
        story.facts = [one for one in (*facts, *new) if one.kind in TELLING]
        for party, seconds in until.items():
            self._reached(story, party, seconds)
        if call.state is CallState.ENDED and story.ended_steady is None:
            story.ended_steady = self.floor.clock.monotonic()

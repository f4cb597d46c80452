"""What people see of what is heard: the words of their call, alarms, and whether anybody hears.

``words``, ``alarms`` and ``hearing`` are parts of a screen's state and go out when they are
another; what is being said at the moment is volatile and goes out five times a second at most.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from asr import wire
from gateway.core.call import CallState
from gateway.core.errors import NotAllowed, StoreUnavailable, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Operator, Right, may
from gateway.core.transcript import Alarm, Party, Privacy, Segment
from gateway.intake.alarms import Alarms
from gateway.intake.floor import Floor
from gateway.intake.heard_book import HeardBook
from gateway.intake.listening import Listening
from gateway.intake.streams import Stream
from gateway.intake.views import moment
from gateway.ports import Row
from gateway.ports.ears import Heard

TELL_SECONDS = 0.2
LOOK_SECONDS = 1.0
WATCHED_MOST = 8
"""Calls that one supervisor may follow at a time; the one followed longest goes."""

PARTS = ("words", "alarms", "hearing")

Json = dict[str, Any]


class HeardScreens:
    """``run`` it. ``listening`` None: speech recognition is off."""

    def __init__(
        self, floor: Floor, book: HeardBook, alarms: Alarms, listening: Listening | None
    ) -> None:
        self.floor = floor
        self._book = book
        self._alarms = alarms
        self._listening = listening
        self._partials: dict[tuple[str, Party], str] = {}
        self._speaking: set[tuple[str, Party]] = set()
        """Voices that said something since their last final."""
        self._last_seqs: dict[str, int] = {}
        self._private: dict[str, bool] = {}
        self._watchers: dict[str, dict[str, None]] = {}
        """By operator: the calls they follow, in the order they began to."""
        self._people: dict[str, Operator] = {}
        """Who had a screen since the start, also whom the floor does not know yet."""
        self._told: dict[tuple[str, str], Any] = {}
        self._woken = asyncio.Event()
        floor.pictures.append(self.picture)
        floor.listeners.append(lambda _: self._woken.set())
        book.written.append(self._written)
        alarms.changed.append(self._woken.set)
        if listening:
            listening.hearers.append(self._hear)

    async def run(self) -> None:
        """Tell for ever; what the store knows is learnt beside it, for an alarm waits for none."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._learn_for_ever())
            while True:
                self._woken.clear()
                self.tell()
                await asyncio.sleep(TELL_SECONDS)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._woken.wait()

    async def _learn_for_ever(self) -> None:
        while True:
            with suppress(StoreUnavailable):
                await self._learn()
            await asyncio.sleep(TELL_SECONDS)

    # ---- the state ----

    def picture(self, operator: Operator) -> Json:
        """These parts of one person's screen, for a snapshot; said to all their screens again."""
        self._people[operator.id] = operator
        for part in PARTS:
            self._told.pop((operator.id, part), None)
        self._woken.set()
        return self._picture(operator)

    def _picture(self, operator: Operator) -> Json:
        return {
            "words": self._words(operator),
            "alarms": [self._alarm_view(one) for one in self._alarms.concerning(operator)],
            "hearing": self._hearing(),
        }

    def _words(self, operator: Operator) -> Json | None:
        seat = self.floor.seat_of(operator.id)
        call = self.floor.calls.get(seat.contact_id) if seat else None
        if call is None:
            return None
        return {
            "contact_id": call.id,
            "last_seq": self._last_seqs.get(call.id, 0),
            "live": {
                party.value: self._is_live(call.id, party) for party in (Party.CITIZEN, Party.SEAT)
            },
            "why": self._why(call.id),
            "confidential": self._private.get(call.id, False),
        }

    def _is_live(self, contact_id: str, party: Party) -> bool:
        stream = self._listening.stream_of(contact_id, party) if self._listening else None
        return bool(stream and stream.live)

    def _why(self, contact_id: str) -> str:
        """Why the citizen is not followed live: a word, empty when they are."""
        listening = self._listening
        if listening is None:
            return "off"
        if listening.ready is None:
            return "down"
        if listening.ready.model is None:
            return "no-model"
        stream = listening.stream_of(contact_id, Party.CITIZEN)
        return stream.why if stream else ""

    def _hearing(self) -> Json:
        listening = self._listening
        ready = listening.ready if listening else None
        load = listening.load if listening else None
        model = ready.model if ready else None
        return {
            "state": "off" if listening is None else "up" if ready else "down",
            "engine": ready.engine if ready else "",
            "model": {"name": model.name, "demo": model.demo} if model else None,
            "slots": ready.slots if ready else 0,
            "live": load.live if load else 0,
            "streams": load.streams if load else 0,
        }

    def _alarm_view(self, alarm: Alarm) -> Json:
        task = self._alarms.task(alarm)
        return {
            "id": alarm.id,
            "contact_id": alarm.contact_id,
            "word": alarm.word,
            "party": alarm.party.value,
            "at": moment(alarm.at),
            "seat": alarm.seat,
            "operator_name": self.floor.names.get(alarm.operator_id, ""),
            "offers": self._alarms.offers(alarm),
            "task": {"code": task.code, "to_zh": task.to_zh, "to_en": task.to_en} if task else None,
        }

    async def _learn(self) -> None:
        """What the store knows of calls that are new to us. Raises StoreUnavailable."""
        calls = self.floor.calls
        self._last_seqs = {id_: seq for id_, seq in self._last_seqs.items() if id_ in calls}
        self._private = {id_: is_so for id_, is_so in self._private.items() if id_ in calls}
        self._speaking = {voice for voice in self._speaking if voice[0] in calls}
        for operator_id, followed in self._watchers.items():
            there = {id_: None for id_ in followed if id_ in calls}
            self._watchers[operator_id] = there
        for id_ in [one for one in calls if one not in self._private]:
            privacy = await self.floor.store.privacy(id_)
            last_seq = await self._book.last_seq(id_)
            self._last_seqs[id_] = max(last_seq, self._last_seqs.get(id_, 0))
            self._private.setdefault(id_, bool(privacy and privacy.confidential))
            self._woken.set()

    def tell(self) -> None:
        """Whatever is another than what was told."""
        for operator in self._people.values():
            for part, data in self._picture(operator).items():
                if self._told.get((operator.id, part)) != data:
                    self._told[operator.id, part] = data
                    self.floor.hub.tell(operator.id, part, data)
        partials, self._partials = self._partials, {}
        for (contact_id, party), text in partials.items():
            data = {"contact_id": contact_id, "party": party.value, "text": text}
            for operator_id in self._readers(contact_id):
                self.floor.hub.tell_volatile(operator_id, "partial", data)

    def _readers(self, contact_id: str) -> set[str]:
        """Who reads a call while it goes on: whoever talks there, and who follows it."""
        seats = self.floor.seats.values()
        here = {seat.operator_id for seat in seats if seat.contact_id == contact_id}
        return here | self._followers(contact_id)

    def _followers(self, contact_id: str) -> set[str]:
        watching = {id_ for id_, calls in self._watchers.items() if contact_id in calls}
        return {id_ for id_ in watching if not self.floor.barred(id_, contact_id)}

    # ---- what happens ----

    def partial(self, contact_id: str, party: Party, text: str) -> None:
        """This voice is saying this now; the newest counts."""
        self._partials[contact_id, party] = text
        if text:
            self._speaking.add((contact_id, party))
        self._woken.set()

    def _hear(self, stream: Stream | None, report: Heard) -> None:
        if stream and isinstance(report, wire.Final):
            self._speaking.discard((stream.side.contact_id, stream.side.party))
        self._woken.set()

    def _written(self, row: Row) -> None:
        if isinstance(row, Segment) and row.contact_id in self.floor.calls:
            self._last_seqs[row.contact_id] = row.seq
            voice = row.contact_id, row.party
            if voice not in self._speaking:  # what was being said is a segment now
                self._partials.setdefault(voice, "")
            self._tell_followers(row.contact_id)
            self._woken.set()

    def privacy_is(self, privacy: Privacy) -> None:
        """Somebody made this contact confidential, or took it back; it is recorded."""
        if privacy.contact_id in self.floor.calls:
            self._private[privacy.contact_id] = privacy.confidential
            self._woken.set()

    # ---- following ----

    async def watch(self, operator: Operator, contact_id: str) -> None:
        """Follow a live call; that is noted. Raises NotAllowed, Unknown, StoreUnavailable."""
        if not may(operator.role, Right.SEE_ALL_CONTACTS):
            raise NotAllowed("watch")
        call = self.floor.calls.get(contact_id)
        if call is None or call.state is CallState.ENDED:
            raise Unknown("contact", contact_id)
        fact = Fact(
            kind=FactKind.TRANSCRIPT_WATCHED,
            at=self.floor.clock.now(),
            contact_id=contact_id,
            operator_id=operator.id,
        )
        await self.floor.commit_heard(fact)
        calls = self._watchers.setdefault(operator.id, {})
        calls.pop(contact_id, None)
        calls[contact_id] = None
        while len(calls) > WATCHED_MOST:
            del calls[next(iter(calls))]
        self._tell_followers(contact_id)

    def unwatch(self, operator: Operator, contact_id: str) -> None:
        """Follow it no more. Raises Unknown for a call that this person does not follow."""
        followed = self._watchers.get(operator.id, {})
        if contact_id not in followed:
            raise Unknown("contact", contact_id)
        del followed[contact_id]

    def _tell_followers(self, contact_id: str) -> None:
        data = {"contact_id": contact_id, "last_seq": self._last_seqs.get(contact_id, 0)}
        for operator_id in self._followers(contact_id):
            self.floor.hub.tell_volatile(operator_id, "watched", data)

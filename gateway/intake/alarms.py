"""紧急词: a word of the city's list in what a citizen says is told at once, and recorded beside it.

First told, then recorded: an emergency waits for no database. An alarm stays until somebody of
those who see it says so; a partial that is taken back keeps it, for a person has to judge that.

The city's words also say which line the console offers, and whose special task it is (专项任务):
that is a fact of the contact, from a word or by an operator's mark, within a minute (S1 15 (2)).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from asr import wire
from asr.writing import written
from gateway.core.call import Call
from gateway.core.emergency import City, SpecialTask, alarm_words, offered, plain, tasks_of
from gateway.core.errors import Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.hearing import IN_TALK
from gateway.core.operator import Operator, Right, may
from gateway.core.transcript import Alarm, AlarmState, Party
from gateway.intake.floor import Floor
from gateway.intake.heard_book import HeardBook
from gateway.intake.ids import new_id
from gateway.intake.streams import Stream
from gateway.ports.ears import Heard

AGAIN_AFTER = timedelta(seconds=60)
MOST_REMEMBERED = 10_000
MOST_SHOWN = 100
RETURNED = "退回"
"""To one person, the newest."""


class Alarms:
    """``hear`` every report, ``open`` it first. ``changed`` is called when the list is another."""

    def __init__(
        self, floor: Floor, book: HeardBook, words: Sequence[str], city: City | None = None
    ) -> None:
        self.floor = floor
        self.city = city or City()
        self.changed: list[Callable[[], None]] = []
        self._book = book
        every = (*words, *alarm_words(self.city)) if words else ()
        self._words = {plain(word): word for word in every if plain(word)}
        self._open: dict[str, Alarm] = {}
        self._raised: dict[tuple[str, str], datetime] = {}

    async def open(self) -> None:
        """Those nobody has seen yet. Raises StoreUnavailable."""
        for alarm in await self.floor.store.alarms_open():
            self._open[alarm.id] = alarm
            self._raised[alarm.contact_id, alarm.word] = alarm.at

    def urgent(self, contact_id: str) -> bool:
        """Whether an emergency word was heard in this contact and nobody has said: seen."""
        return any(alarm.contact_id == contact_id for alarm in self._open.values())

    def concerning(self, operator: Operator) -> list[Alarm]:
        """Those that this person sees, the newest first."""
        all_of_them = may(operator.role, Right.SEE_ALL_CONTACTS)
        seat = self.floor.seat_of(operator.id)
        mine = {seat.contact_id, *self.floor.chats.at_seat.get(seat.number, ())} if seat else set()
        seen = [
            one
            for one in self._open.values()
            if (all_of_them or one.contact_id in mine)
            and not self.floor.barred(operator.id, one.contact_id)
        ]
        return sorted(seen, key=lambda one: (one.at, one.id), reverse=True)[:MOST_SHOWN]

    def hear(self, stream: Stream | None, report: Heard) -> None:
        """One report of the ear: only what the citizen says counts."""
        if stream is None or stream.side.party is not Party.CITIZEN:
            return
        if isinstance(report, wire.Final):
            self.look(stream.side.contact_id, written(report.utterance.words))
        elif isinstance(report, wire.Partial):
            self.look(stream.side.contact_id, report.text)

    def look(self, contact_id: str, text: str) -> bool:
        """Raise an alarm for each word of the list in what this citizen said; whether one was."""
        said = plain(text)
        found = [word for plain, word in self._words.items() if plain in said]
        for word in found:
            self._raise(contact_id, word)
        return bool(found)

    def _raise(self, contact_id: str, word: str) -> None:
        now = self.floor.clock.now()
        last = self._raised.get((contact_id, word))
        if last and now - last < AGAIN_AFTER:
            return
        self._raised[contact_id, word] = now
        while len(self._raised) > MOST_REMEMBERED:
            del self._raised[next(iter(self._raised))]
        self._put(contact_id, word, Party.CITIZEN, now, tasks_of(self.city, word))

    def mark(self, operator: Operator, contact_id: str, code: str) -> Alarm:
        """An operator marks their contact as a special task of this code.

        Raises Unknown for a task or a contact that is not theirs to mark.
        """
        task = self.city.tasks.get(code)
        if task is None:
            raise Unknown("special task", code)
        seat = self.floor.seat_of(operator.id)
        mine = {seat.contact_id, *self.floor.chats.at_seat.get(seat.number, ())} if seat else set()
        if not contact_id or contact_id not in mine:
            raise Unknown("contact", contact_id)
        return self._put(contact_id, task.title_zh, Party.SEAT, self.floor.clock.now(), (task,))

    def returned(self, contact_id: str, line: str) -> Alarm:
        """An emergency line gave its order back: somebody has to take it, and says so."""
        word = f"{line} {RETURNED}"
        return self._put(contact_id, word, Party.DISPATCHER, self.floor.clock.now(), ())

    def offers(self, alarm: Alarm) -> str:
        """The line that is offered for it, by code or id; empty for none."""
        own = next((one.offers for one in self._tasks(alarm) if one.offers), "")
        return offered(self.city, alarm.word) or own

    def task(self, alarm: Alarm) -> SpecialTask | None:
        """Whose special task it is."""
        return next(iter(self._tasks(alarm)), None)

    def _tasks(self, alarm: Alarm) -> Sequence[SpecialTask]:
        marked = [one for one in self.city.tasks.values() if one.title_zh == alarm.word]
        return tasks_of(self.city, alarm.word) or marked

    def _put(
        self,
        contact_id: str,
        word: str,
        party: Party,
        now: datetime,
        tasks: Sequence[SpecialTask],
    ) -> Alarm:
        seat, operator_id = _whose(self.floor.calls.get(contact_id))
        alarm = Alarm(
            id=new_id(now),
            contact_id=contact_id,
            word=word,
            party=party,
            at=now,
            operator_id=operator_id,
            seat=seat,
        )
        self._open[alarm.id] = alarm
        self._tell()
        facts = [_fact(FactKind.ALARM_RAISED, alarm, now, operator_id)]
        for one in tasks:
            fact = _fact(FactKind.SPECIAL_TASK_RAISED, alarm, now, operator_id)
            facts.append(replace(fact, data={**fact.data, "task": one.code, "to": one.to_zh}))
        self._book.put(alarm, *facts)
        return alarm

    async def seen(self, operator: Operator, alarm_id: str) -> Alarm:
        """This person deals with it. Raises Unknown, also for one that is not theirs to see.

        Owed to the store when that is away; what is lost so is an open alarm again. Raises
        StoreUnavailable only for one that is not open.
        """
        alarm = self._open.get(alarm_id)
        if alarm is None:
            before = await self.floor.store.alarm(alarm_id)
            barred = before is None or self.floor.barred(operator.id, before.contact_id)
            if before and not barred and may(operator.role, Right.SEE_ALL_CONTACTS):
                return before
            raise Unknown("alarm", alarm_id)
        if alarm not in self.concerning(operator):
            raise Unknown("alarm", alarm_id)
        now = self.floor.clock.now()
        done = replace(alarm, state=AlarmState.SEEN, seen_by=operator.id, seen_at=now)
        self._book.put(done, _fact(FactKind.ALARM_SEEN, done, now, operator.id))
        self._open.pop(alarm_id, None)
        self._tell()
        return done

    def _tell(self) -> None:
        for tell in self.changed:
            tell()


def _whose(call: Call | None) -> tuple[str, str]:
    """The seat and the person who talk with the citizen now; empty while they wait."""
    return (call.seat, call.operator_id) if call and call.state in IN_TALK else ("", "")


def _fact(kind: FactKind, alarm: Alarm, now: datetime, operator_id: str) -> Fact:
    return Fact(
        kind=kind,
        at=now,
        contact_id=alarm.contact_id,
        seat=alarm.seat,
        operator_id=operator_id,
        data={"alarm_id": alarm.id, "word": alarm.word, "party": alarm.party.value},
    )

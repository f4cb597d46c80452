"""Looks for patterns in calls and messages as they come, and asks a supervisor to look at them.

It writes records in the state ``proposed``, one for each person, pattern and day, and does nothing
else: nobody waits longer, hears anything, or is held back by it. What was seen stands in bounded
memory; a gateway that starts reads it again from the store. Words are compared by a hash whose key
is made at each start and kept nowhere.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

import structlog

from gateway.core.call import Call, CallState
from gateway.core.chat import Chat
from gateway.core.contact import ContactRecord
from gateway.core.detection import (
    HELD_AS,
    DetectionRules,
    Ended,
    Finding,
    Often,
    Pattern,
    Seen,
    Sightings,
    evidence_of,
    seen_in,
)
from gateway.core.errors import StoreUnavailable
from gateway.core.facts import Fact, FactKind
from gateway.core.message import Direction, Message
from gateway.core.misconduct import Misconduct, MisconductState
from gateway.core.transcript import Party
from gateway.intake.detector_memory import Recalled, recalled
from gateway.intake.standings import Standings
from gateway.ports import Row

LOOK_EVERY_SECONDS = 20.0
SETTLE = timedelta(minutes=5)
"""After a call: by then it has a result, and what was said is written."""
LISTENED = timedelta(minutes=2)
"""A longer call is not looked through for a caller who says nothing."""
MOST_PENDING, MOST_FOUND, MOST_KNOWN = 20_000, 1_000, 20_000
KEY_BYTES = 16

log = structlog.get_logger()


class Detector:
    """``run`` it."""

    def __init__(self, standings: Standings, rules: DetectionRules, zone: tzinfo) -> None:
        self.floor = standings.floor
        self._standings, self._rules, self._zone = standings, rules, zone
        self._sightings = Sightings(rules)
        self._key = secrets.token_bytes(KEY_BYTES)
        self._since = self.floor.clock.now()
        self._recalled = False
        self._pending: OrderedDict[str, datetime] = OrderedDict()
        self._found: OrderedDict[str, Finding] = OrderedDict()
        self._known: OrderedDict[str, None] = OrderedDict()
        self.floor.row_listeners.append(self._row)

    async def run(self) -> None:
        """Look for ever; a gateway that has just started has more urgent things to read."""
        while True:
            await self.floor.clock.sleep(LOOK_EVERY_SECONDS)
            try:
                await self.look()
            except StoreUnavailable:
                log.warning("detection_waits", count=len(self._pending) + len(self._found))

    async def look(self) -> None:
        """Everything that is due now. Raises StoreUnavailable: it is done later."""
        if not self._recalled:
            since = self._since - self._rules.longest()
            same = self._since - timedelta(minutes=self._often(Pattern.SAME_WORDS).minutes)
            found = await recalled(self.floor, since, self._since, messages_since=same)
            await self._recall(found)
        now = self.floor.clock.now()
        while self._pending:
            contact_id, ended_at = next(iter(self._pending.items()))
            if now - ended_at < SETTLE:
                break
            await self._call(contact_id)
            self._pending.pop(contact_id, None)
        while self._found:
            id_, finding = next(iter(self._found.items()))
            await self._propose(id_, finding)
            self._found.pop(id_, None)

    # ---- what comes ----

    def _row(self, row: Row) -> None:
        match row:
            case Call() if row.state is CallState.ENDED and row.ended_at:
                if row.id not in self._known:
                    self._pending[row.id] = row.ended_at
                    _bounded(self._pending, MOST_PENDING)
            case Message() if row.direction is Direction.IN:
                chat = self.floor.chats.open.get(row.contact_id)
                if chat is not None:
                    self._add(self._said(chat, row))

    def _said(self, chat: Chat, message: Message) -> Iterable[Seen]:
        """Its words, if it has any; who writes because of an emergency is not counted."""
        words = " ".join((message.text, *message.fields.values())).casefold().split()
        if not words or chat.emergency:
            return ()
        told = " ".join(words).encode()
        what = hashlib.blake2b(told, key=self._key, digest_size=KEY_BYTES).hexdigest()
        return (
            Seen(
                pattern=Pattern.SAME_WORDS,
                who=chat.identity_id,
                contact_id=chat.id,
                at=message.stored_at,
                what=what,
            ),
        )

    async def _call(self, contact_id: str) -> None:
        record = await self.floor.store.contact(contact_id)
        if isinstance(record, ContactRecord):
            self._take(await self._ended(record))

    async def _recall(self, found: Recalled) -> None:
        """What was before we started, the oldest first; calls of just now may have no result."""
        ended = [await self._ended(record) for record in found.calls]
        self._recalled = True
        for one in ended:
            at = one.call.ended_at
            if at is not None and self._since - at < SETTLE:
                self._pending[one.call.id] = at
                self._pending.move_to_end(one.call.id, last=False)
            else:
                self._take(one)
        for chat, message in found.messages:
            self._add(self._said(chat, message))

    def _take(self, ended: Ended) -> None:
        """Once for each call."""
        if ended.call.id in self._known:
            return
        self._known[ended.call.id] = None
        _bounded(self._known, MOST_KNOWN)
        self._add(seen_in(ended, self._rules))

    async def _ended(self, record: ContactRecord) -> Ended:
        call = record.call
        return Ended(
            call=call,
            who=await self._standings.identity_of(record),
            trunk=trunk_of(call),
            code=record.disposition.code if record.disposition else "",
            heard=await self._heard(call),
        )

    async def _heard(self, call: Call) -> bool | None:
        """Whether the caller spoke; None while nobody listened to both, or some is to be read."""
        if call.answered_at is None or call.talk_seconds > LISTENED.total_seconds():
            return None
        parties = {one.party for one in await self.floor.store.segments(call.id)}
        if Party.CITIZEN in parties:
            return True
        if Party.SEAT not in parties or await self.floor.store.jobs_waiting_of(call.id):
            return None
        return False

    # ---- what is found ----

    def _often(self, pattern: Pattern) -> Often:
        return self._rules.often.get(pattern, Often(count=0, minutes=0))

    def _add(self, seen: Iterable[Seen]) -> None:
        for one in seen:
            finding = self._sightings.add(one)
            if finding is None:
                continue
            id_ = self._name(finding)
            if id_ not in self._known and len(self._found) < MOST_FOUND:
                self._found.setdefault(id_, finding)

    def _name(self, finding: Finding) -> str:
        """One for each person, pattern and day of the city: a second is the same record."""
        day = finding.last.astimezone(self._zone).date().isoformat()
        told = f"{finding.pattern.value} {finding.who} {day}".encode()
        return hashlib.sha256(told).hexdigest()[:32]

    async def _propose(self, id_: str, finding: Finding) -> None:
        scans = finding.pattern is Pattern.SCANNING
        async with self.floor.turn:
            if await self.floor.store.misconduct(id_) is None:
                now = self.floor.clock.now()
                made = Misconduct(
                    id=id_,
                    contact_id=finding.contact_ids[0],
                    identity_id="" if scans else finding.who,
                    kind=HELD_AS[finding.pattern],
                    at=now,
                    by="",
                    source="detector",
                    source_id=finding.pattern.value,
                    evidence=evidence_of(finding),
                    state=MisconductState.PROPOSED,
                )
                fact = Fact(
                    kind=FactKind.MISCONDUCT_NOTED,
                    at=now,
                    contact_id=made.contact_id,
                    data={
                        "misconduct_id": id_,
                        "kind": made.kind.value,
                        "source": made.source,
                        "state": made.state.value,
                        "pattern": finding.pattern.value,
                        "count": finding.count,
                        "limit": finding.often.count,
                    },
                )
                await self.floor.commit(made, fact, must=True)
        self._known[id_] = None
        _bounded(self._known, MOST_KNOWN)


def trunk_of(call: Call) -> str:
    """The trunk that brought it (``PJSIP/trunk-<name>-<8 hex>``); empty for a browser."""
    head, _, _ = call.channel.rpartition("-")
    return head.removeprefix("PJSIP/trunk-") if head.startswith("PJSIP/trunk-") else ""


def _bounded(kept: OrderedDict[str, datetime] | OrderedDict[str, None], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)

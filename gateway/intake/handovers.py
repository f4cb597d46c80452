"""移交: what an emergency line's system is told of a call put through, and what it tells us.

``see`` every reach: the packet is made in memory and posted at once, beside the call, which waits
for nothing here. What is owed stands in the store, too, and is tried again after a restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

import structlog

from gateway.core.errors import StoreUnavailable, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.guest_kind import GuestMode, GuestRole
from gateway.core.handover import (
    Handover,
    OrderState,
    body_of,
    ordered,
    packet,
    pause_seconds,
    taken,
    told,
    told_again,
)
from gateway.core.reach import Reach, ReachState
from gateway.core.tags import UNTAGGED
from gateway.intake.alarms import Alarms
from gateway.intake.floor import Floor
from gateway.intake.heard_book import HeardBook
from gateway.intake.last_words import LastWords
from gateway.intake.views import moment
from gateway.ports.emergency import EmergencySystems

MOST_AT_ONCE = 50
LOOK_SECONDS = 1.0
WRITE_SECONDS = 5.0
MOST_OPEN = 5_000

Json = dict[str, Any]
log = structlog.get_logger()


class Handovers:
    """``open`` it, ``run`` it, let it ``see`` every reach as it changes."""

    def __init__(
        self,
        floor: Floor,
        book: HeardBook,
        *,
        systems: EmergencySystems,
        words: LastWords,
        alarms: Alarms,
        zone: tzinfo,
    ) -> None:
        self.floor = floor
        self._book = book
        self._systems = systems
        self._words = words
        self._alarms = alarms
        self._zone = zone
        self._open: dict[str, Handover] = {}
        self._said: dict[str, tuple[bool, bool]] = {}
        """By id: whether it was said that they answered, that they have understood."""
        self._something = asyncio.Event()
        floor.row_listeners.append(self._row)
        floor.listeners.append(self._hear)

    async def open(self) -> None:
        """Those that somebody has to look after. Raises StoreUnavailable."""
        for one in await self.floor.store.handovers_open():
            self._open[one.id] = one
            said = told(one)
            if said is not None:
                self._said[one.id] = said

    # ---- what we say ----

    def _row(self, row: object) -> None:
        if isinstance(row, Reach):
            self.see(row)

    def _hear(self, fact: Fact) -> None:
        """The telephone system dials a line by itself, on the caller's key: nobody asked for it."""
        if fact.kind not in (FactKind.EMERGENCY_TRIED, FactKind.EMERGENCY_REACHED):
            return
        line, reached = str(fact.data.get("code", "")), fact.kind is FactKind.EMERGENCY_REACHED
        self.see(
            Reach(
                id=f"{fact.contact_id}-{line}",
                contact_id=fact.contact_id,
                role=GuestRole.DISPATCHER,
                target=line,
                title=line,
                tries=(),
                mode=GuestMode.JOIN,
                by="",
                asked_at=fact.at,
                state=ReachState.IN if reached else ReachState.TRYING,
                joined_at=fact.at if reached else None,
            )
        )

    def see(self, reach: Reach) -> None:
        """This reach is so now: a line that is dialled, answers, understands is told of it."""
        if reach.role is not GuestRole.DISPATCHER or not self._systems.takes(reach.target):
            return
        if reach.state not in (ReachState.TRYING, ReachState.IN):
            return
        news = reach.joined_at is not None, reach.verified_at is not None
        before = self._said.get(reach.id)
        known = self._open.get(reach.id)
        if before == news or (before is None and known is not None) or (before and before > news):
            self._said.setdefault(reach.id, news)
            return
        self._said[reach.id] = news
        while len(self._said) > MOST_OPEN:
            del self._said[next(iter(self._said))]
        now = self.floor.clock.now()
        body = self._body(reach, now)
        if known is not None:
            self._is(told_again(known, body, now))
            return
        given = Handover(
            id=reach.id,
            contact_id=reach.contact_id,
            line=reach.target,
            region=reach.title,
            day=now.astimezone(self._zone).date().isoformat(),
            at=now,
            body=body,
            next_at=now,
        )
        self._is(given, self._fact(FactKind.HANDOVER_MADE, given, now, reach.by))

    def _body(self, reach: Reach, now: datetime) -> str:
        call = self.floor.calls.get(reach.contact_id)
        return body_of(
            line=reach.target,
            at=moment(now) or "",
            number=call.number if call else "",
            dialled=call.did if call else "",
            tags=call.tags if call else UNTAGGED,
            region=reach.tries[0].title if reach.tries else reach.title,
            reason=reach.reason,
            operator=self.floor.names.get(reach.by, ""),
            hotline_id=call.hotline_id if call else "",
            recording=call.recording_file if call else "",
            answered=reach.joined_at is not None,
            verified=reach.verified_at is not None,
            words=[
                (moment(at) or "", party.value, text)
                for at, party, text in self._words.of(reach.contact_id)
            ],
        )

    def _is(self, handover: Handover, *facts: Fact) -> None:
        """From now on; the store has it soon, or when it is back."""
        self._now(handover)
        self._book.put(handover, *facts)
        self._something.set()

    def _now(self, handover: Handover) -> None:
        if handover.open:
            self._open[handover.id] = handover
        else:
            self._open.pop(handover.id, None)

    async def run(self) -> None:
        """Post what is owed, for ever; a system that does not answer holds up no other."""
        while True:
            self._something.clear()
            due = self._due()
            async with asyncio.TaskGroup() as group:
                for one in due:
                    group.create_task(self._post(one))
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._something.wait()

    def _due(self) -> Sequence[Handover]:
        now = self.floor.clock.now()
        owed = [
            one
            for one in self._open.values()
            if one.owed and (one.next_at is None or one.next_at <= now)
        ]
        return [one for one in owed if self._systems.takes(one.line)][:MOST_AT_ONCE]

    async def _post(self, one: Handover) -> None:
        answer = await self._systems.post(one.line, one.delivery, packet(one))
        now = self.floor.clock.now()
        here = self._open.get(one.id, one)
        if not answer.fault:
            done = taken(here, one.version, answer.their_id, now)
            self._is(done, self._fact(FactKind.HANDOVER_TAKEN, done, now))
            return
        if here.version != one.version:
            return
        until = now + timedelta(seconds=pause_seconds(here.tries + 1))
        later = replace(here, tries=here.tries + 1, fault=answer.fault, next_at=until)
        log.warning("handover_not_taken", line=one.line, reason=answer.fault, tries=later.tries)
        facts = (self._fact(FactKind.HANDOVER_REFUSED, later, now),) if later.tries == 1 else ()
        self._is(later, *facts)

    # ---- what they say ----

    def genuine(self, line: str, headers: dict[str, str], body: bytes) -> bool:
        """Whether this line's system signed this, lately."""
        return self._systems.genuine(line, headers, body)

    async def order(
        self, line: str, handover_id: str, state: OrderState, their_id: str
    ) -> Handover:
        """Their order is so now; once, however often it is said. What is returned is an alarm.

        Raises Unknown for a handover that is not this line's, StoreUnavailable: to be said again.
        """
        found = self._open.get(handover_id) or await self.floor.store.handover(handover_id)
        here = self._open.get(handover_id, found)
        if here is None or here.line != line or (here.their_id and here.their_id != their_id):
            raise Unknown("handover", "")
        now = self.floor.clock.now()
        moved = ordered(here, state, their_id, now)
        if moved is None:
            return here
        self._now(moved)
        if state is OrderState.RETURNED:
            self._alarms.returned(moved.contact_id, line)
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                await self._book.write(moved, self._fact(FactKind.HANDOVER_ORDERED, moved, now))
        except TimeoutError:
            raise StoreUnavailable("handover") from None
        return moved

    # ---- who looks ----

    def view(self, operator_id: str = "") -> list[Json]:
        """Those that somebody has to look after, the oldest first; none that is kept from them."""
        barred = self.floor.barred
        mine = (o for o in self._open.values() if not barred(operator_id, o.contact_id))
        shown = sorted(mine, key=lambda one: (one.at, one.id))
        return [handover_view(one, self._said.get(one.id)) for one in shown]

    def _fact(self, kind: FactKind, one: Handover, now: datetime, by: str = "") -> Fact:
        return Fact(
            kind=kind,
            at=now,
            contact_id=one.contact_id,
            operator_id=by,
            data={
                "line": one.line,
                "handover": one.id,
                "their_id": one.their_id,
                "order": one.order.value,
                "fault": one.fault,
            },
        )


def handover_view(one: Handover, said: tuple[bool, bool] | None) -> Json:
    """Nothing personal. ``said``: whether they answered, and have understood, as far as known."""
    answered, verified = said or (None, None)
    return {
        "id": one.id,
        "contact_id": one.contact_id,
        "line": one.line,
        "title": one.region,
        "at": moment(one.at),
        "answered": answered,
        "verified": verified,
        "taken": not one.owed,
        "taken_at": moment(one.taken_at),
        "tries": one.tries,
        "fault": one.fault,
        "their_id": one.their_id,
        "order": one.order.value,
        "order_at": moment(one.order_at),
    }

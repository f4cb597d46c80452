"""Completing what happened while we did not listen, from the telephone system's own record.

Whoever restarts, or hears the telephone system again after a loss, first takes the record's word:
who was answered by whom and when, who gave up, who was cut off. Then the snapshot says what is now.
Calls that came and went meanwhile become contacts, too; their numbers are not in the record.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from datetime import datetime

import structlog

from gateway.core import call_moves, line
from gateway.core.call import Call, CallState
from gateway.core.callback import Callback
from gateway.core.dialling import CallbackTry
from gateway.core.errors import HotlineError, IllegalMove, StoreUnavailable
from gateway.core.facts import Fact
from gateway.core.gap import Bookmark, LoggedCall, LogPage, told
from gateway.intake.floor import Floor
from gateway.intake.owing import Owing
from gateway.intake.tagging import tags_of_call
from gateway.ports import CallLog

TICK_SECONDS = 15.0
"""The bookmark follows at this distance: news that old are recorded, or the link was lost."""
REMEMBERED = 20_000
ASKED_AT_ONCE = 500

log = structlog.get_logger()


class Gap:
    """``fill`` before a snapshot is believed; ``run`` moves the bookmark while all is well."""

    def __init__(self, floor: Floor, record: CallLog, ended: asyncio.Queue[Call]) -> None:
        self.floor = floor
        self.record = record
        self._archive = ended
        self._ended: dict[str, None] = {}
        self._owing = False
        self.completed = 0
        """Calls that ended while we did not listen."""

    def has_told(self, hotline_id: str) -> bool:
        """Whether the end of this call came from the record: news of it are old."""
        return hotline_id in self._ended

    async def fill(self, restored: line.LinkRestored) -> datetime | None:
        """Record what is news; about when the telephone system went down, if it did since.

        While the store is away nobody can say what it has already: the bookmark stays, and the
        record is read as soon as the store is back.
        """
        before = self.floor.bookmark
        live = {call.hotline_id: call for call in restored.snapshot.calls}
        restarted_at: datetime | None = None
        place, self._owing = before, False
        async for page in self.record.pages(before):
            restarted_at = restarted_at or page.restarted_at
            self._owing = not await self._take(page, live) or self._owing
            place = before if self._owing else page.bookmark
        run = restored.snapshot.run
        new_run = bool(before.run and run) and before.run != run
        async with self.floor.turn:
            await self.floor.commit(replace(place, run=run or before.run), must=False)
        if not new_run and restarted_at is None:
            return None
        heard = [at for at in (self.floor.link_lost_at, restarted_at, restored.at) if at]
        return min(heard)

    async def run(self) -> None:
        """Follow the record for ever."""
        behind: Bookmark | None = None
        while True:
            behind = await self.follow(behind)
            await self.floor.clock.sleep(TICK_SECONDS)

    async def follow(self, behind: Bookmark | None) -> Bookmark | None:
        """Move the bookmark to ``behind``, where the record ended a while ago; where it ends now.

        None, and no move, while something may be missing: then the next gap begins earlier.
        """
        if self.floor.link != "up" or self.floor.owed:
            return None
        if self._owing:
            await self._catch_up()
            return None
        now = await self.record.end()
        here = self.floor.bookmark
        if behind is not None and (behind.file, behind.offset) != (here.file, here.offset):
            async with self.floor.turn:
                await self.floor.commit(replace(behind, run=here.run), must=False)
        return now

    async def _catch_up(self) -> None:
        """Those who came and went while the store was away, too; the snapshot told the others."""
        owing = False
        async for page in self.record.pages(self.floor.bookmark):
            over = tuple(
                one
                for one in page.calls
                if one.ended and self.floor.call_by_hotline_id(one.hotline_id) is None
            )
            owing = not await self._take(replace(page, calls=over), {}) or owing
        self._owing = owing

    async def _take(self, page: LogPage, live: dict[str, line.LiveCall]) -> bool:
        """Record one page; whether the store could be asked. What it refuses is logged and left."""
        written = _Written(self.floor)
        async with self.floor.turn:
            try:
                old = await self._known([one.hotline_id for one in page.calls])
                for logged in page.calls:
                    if logged.hotline_id not in old:
                        await self._tell(written, logged, live.get(logged.hotline_id))
                if rows := written.rows():
                    await self.floor.commit(*rows, must=False)
            except StoreUnavailable:
                log.warning("gap_not_read", count=len(page.calls))
                return False
            except HotlineError as fault:
                log.exception("gap_refused", code=fault.code, count=len(page.calls))
                return True
        self.completed += len(written.ended)
        for call in written.ended:
            self._ended[call.hotline_id] = None
            self._archive.put_nowait(call)
        for id_ in list(self._ended)[: max(0, len(self._ended) - REMEMBERED)]:
            del self._ended[id_]
        return True

    async def _known(self, ids: list[str]) -> set[str]:
        """Those of these that are on record and have ended."""
        strange = [id_ for id_ in ids if self.floor.call_by_hotline_id(id_) is None]
        known: set[str] = set()
        for start in range(0, len(strange), ASKED_AT_ONCE):
            known |= await self.floor.store.hotline_ids(strange[start : start + ASKED_AT_ONCE])
        return known

    async def _tell(
        self, written: _Written, logged: LoggedCall, live: line.LiveCall | None
    ) -> None:
        known = self.floor.call_by_hotline_id(logged.hotline_id)
        last = None
        if known is not None:
            facts = await self.floor.store.facts(contact_id=known.id, limit=5_000)
            last = max((fact.at for fact in facts), default=None)
        written.tell(known, told(logged, known, last, live))


class _Written:
    """The rows of one page: calls move as the table says, seats are left to the snapshot."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._calls: dict[str, Call] = {}
        self._facts: list[Fact] = []
        self._owing = Owing(floor, self._facts)

    @property
    def ended(self) -> list[Call]:
        """Those that are over."""
        return [call for call in self._calls.values() if call.state is CallState.ENDED]

    def rows(self) -> tuple[Call | Callback | CallbackTry | Fact, ...]:
        """What is to be recorded."""
        return (*self._calls.values(), *self._owing.rows(), *self._facts)

    def tell(self, call: Call | None, events: tuple[line.LineEvent, ...]) -> None:
        """One call's news, in order."""
        for event in events:
            if call is None:
                if not isinstance(event, line.CallArrived):
                    return
                tags = tags_of_call(self._floor, event)
                call, fact = call_moves.arrive(event, secrets.token_hex(16), tags)
                self._facts.append(fact)
                continue
            before = call
            try:
                call, fact = call_moves.advance(call, event, self._operator(event, call))
            except IllegalMove as fault:
                log.warning("odd_record", state=fault.state, move=fault.event)
                continue
            self._facts.append(fact)
            self._owing.after(before, call, event)
        if call is not None and events:
            self._calls[call.hotline_id] = call

    def _operator(self, event: line.LineEvent, call: Call) -> str:
        """Who sits there: while we were away nobody could sit down or leave."""
        seat = self._floor.seats.get(getattr(event, "seat", "") or call.seat)
        return seat.operator_id if seat else ""

"""The floor: calls, seats and queues as they are now, always recorded before anyone is told.

One turn at a time: whoever wants to change something takes ``turn``, computes the new rows purely
and calls ``commit``. The store has them before consoles hear of them. When the store is away, what
the telephone system reports still reaches the screens and is owed to the store, in order.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from gateway.core.call import Call, CallState
from gateway.core.callback import LISTED, Callback
from gateway.core.citizen import CallerFlag
from gateway.core.contact import Disposition
from gateway.core.dialling import CallbackTry, TryState
from gateway.core.errors import StoreUnavailable
from gateway.core.facts import Fact
from gateway.core.gap import TELEPHONE, Bookmark
from gateway.core.guest import Guest
from gateway.core.reach import Reach
from gateway.core.seat import Seat
from gateway.core.staff_complaint import StaffComplaint
from gateway.intake.present import Present
from gateway.ports import Clock, Row, Store

OWED_ROWS = 50_000
MOST_CALLBACKS = 5_000

log = structlog.get_logger()


class Floor(Present):
    """Everything live. Filled by ``open``; changed only through ``commit``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self.turn = asyncio.Lock()
        self._recording = 0
        self._quiet = asyncio.Event()
        self._still: asyncio.Event | None = None
        self.bookmark = Bookmark()
        self.link_lost_at: datetime | None = None
        self.restarted_at: datetime | None = None
        self.queues_changed = True
        self.listeners: list[Callable[[Fact], None]] = []
        self.row_listeners: list[Callable[[Row], None]] = []
        """Told every row that ``commit`` let be so."""
        self.tap_listeners: list[Callable[[str], None]] = []
        """Told the stream of each tap that ended on the telephone."""
        self._owed: deque[Row] = deque(maxlen=OWED_ROWS)

    @property
    def owed(self) -> int:
        """How many rows the store has not taken yet."""
        return len(self._owed)

    async def open(self) -> None:
        """Read the store; what ended while we were away is found by the first snapshot."""
        await self.reload_people()
        self.calls = {call.id: call for call in await self.store.open_calls()}
        self.seats = {seat.number: seat for seat in await self.store.seats()}
        for state in LISTED:
            found = await self.store.callbacks(state=state, limit=MOST_CALLBACKS)
            self.callbacks |= {one.id: one for one in found}
        self.complaints = {one.id: one for one in await self.store.staff_complaints_open()}
        for contact_id, operator_id in await self.store.staff_bars():
            self.bars.learn(contact_id, (operator_id,))
        self.tries = {one.hotline_id: one for one in await self.store.tries_dialling()}
        self.bookmark = await self.store.bookmark(TELEPHONE) or self.bookmark
        self.guests = {guest.id: guest for guest in await self.store.guests_open()}
        self.reaches = {reach.id: reach for reach in await self.store.reaches_open()}
        for seat in self.seats.values():
            if seat.contact_id and seat.contact_id not in self.calls:
                call_there = await self.store.call(seat.contact_id)
                if call_there:
                    self.calls[seat.contact_id] = call_there
        for call in tuple(self.calls.values()):
            await self.callers.learn(call)
            await self.callers.recall(call)
        await self.chats.read()

    async def reload_people(self) -> None:
        """Read operators and queues again, after someone changed them."""
        self.operators = {one.id: one for one in await self.store.operators()}
        self.names = {one.id: one.name for one in self.operators.values()}
        found = {queue.name: queue for queue in await self.store.queues()}
        self.queues.clear()  # the same table: targets read it, too
        self.queues.update(found)
        self.numbers = {number.did: number for number in await self.store.numbers()}

    async def reload_plan(self) -> None:
        """Read again what an admin publishes; the caller holds ``turn``.

        Seats keep who sits there; new ones come, removed ones go.
        """
        await self.reload_people()
        there = {seat.number: seat for seat in await self.store.seats()}
        self.seats = {
            number: self.seats.get(number, seat) for number, seat in sorted(there.items())
        }
        self.queues_changed = True
        self.chats.dirty |= dict.fromkeys(self.chats.waiting)  # their queue may be gone

    async def commit(self, *rows: Row, must: bool) -> None:
        """Record, then let ``calls`` and ``seats`` be so, then tell the consoles.

        ``must``: raise StoreUnavailable and change nothing when the store is away (for commands).
        Otherwise (for what already happened on the telephone) go on and owe the rows.
        """
        try:
            await self._record(rows)
        except StoreUnavailable:
            if must:
                raise
            self._owed.extend(rows)
            log.warning("store_away", count=len(self._owed))
        self._apply(rows)

    async def commit_chat(self, *rows: Row) -> None:
        """Record a change of one conversation, whose ``chats.turn`` is held; not ``turn``.

        Raises StoreUnavailable and AlreadyTaken; then nothing has changed. Many of these are one
        commit of the store, and none of them waits for the telephone.
        """
        async with self._beside():
            await self.store.record(*rows)
            self._apply(rows)

    async def commit_heard(self, *rows: Row) -> None:
        """Record what was heard: it moves no call and no seat, and waits for neither.

        Raises StoreUnavailable and RowRefused; then nothing has changed.
        """
        async with self._beside():
            await self.store.record(*rows)
            for number in self.chats.read_out(rows):
                self.tell_chats(number)
            self._tell_listeners(rows)

    @asynccontextmanager
    async def _beside(self) -> AsyncIterator[None]:
        """Record without ``turn``; ``still`` waits for it."""
        while self._still is not None:
            await self._still.wait()
        self._recording += 1
        try:
            yield
        finally:
            self._recording -= 1
            if not self._recording:
                self._quiet.set()

    @asynccontextmanager
    async def still(self) -> AsyncIterator[None]:
        """Inside, nothing is recorded and everything that was has been told."""
        async with self.turn:
            self._still = asyncio.Event()
            try:
                while self._recording:
                    self._quiet.clear()
                    await self._quiet.wait()
                yield
            finally:
                self._still.set()
                self._still = None

    def _apply(self, rows: tuple[Row, ...]) -> None:
        touched = {number for row in rows for number in self._changed(row)}
        for number in touched:
            self.tell_seat(number)
        for number in self.chats.apply(rows):
            self.tell_chats(number)
        self._tell_listeners(rows)
        for row in rows:
            for see in self.row_listeners:
                see(row)
        self._forget()

    def _changed(self, row: Row) -> set[str]:
        """Let this row be so; the seats whose screens change with it."""
        match row:
            case Call():
                self.calls[row.id] = row
                self.queues_changed = True
                return self._seats_at(row.id)
            case Seat():
                return self._seat_changed(row)
            case CallerFlag():
                return self._seats_at(*self.callers.flagged(row, self.calls))
            case Guest() | Reach() | Disposition() | Fact():
                return self._part_changed(row)
            case Callback() | StaffComplaint():
                return self._kept_changed(row)
            case CallbackTry():
                if row.state is TryState.DIALLING:
                    self.tries[row.hotline_id] = row
                else:
                    self.tries.pop(row.hotline_id, None)
            case Bookmark():
                self.bookmark = row
        return set()

    def _seats_at(self, *contact_ids: str) -> set[str]:
        return {seat.number for seat in self.seats.values() if seat.contact_id in contact_ids}

    def _tell_listeners(self, rows: Iterable[Row]) -> None:
        for fact in (row for row in rows if isinstance(row, Fact)):
            for listen in self.listeners:
                listen(fact)

    def _seat_changed(self, seat: Seat) -> set[str]:
        before = self.seats.get(seat.number)
        self.seats[seat.number] = seat
        self.queues_changed = True
        if before and before.operator_id and before.operator_id != seat.operator_id:
            self.hub.tell(before.operator_id, "seat", None)
            self.hub.tell(before.operator_id, "call", None)
            if seat.number in self.chats.at_seat:
                self.hub.tell(before.operator_id, "chats", [])
        came = seat.operator_id and (before is None or before.operator_id != seat.operator_id)
        if came and seat.number in self.chats.at_seat:
            self.tell_chats(seat.number)
        return {seat.number}

    def _part_changed(self, row: Guest | Reach | Disposition | Fact) -> set[str]:
        match row:
            case Guest():
                self.guests[row.id] = row
            case Reach():
                self.reaches[row.id] = row
            case Disposition() if row.contact_id in self.calls:
                self.dispositions[row.contact_id] = row
            case Fact() if row.contact_id not in self.callers.told(row):
                return set()
        return self._seats_at(row.contact_id)

    def _kept_changed(self, complaint: Callback | StaffComplaint) -> set[str]:
        """From now on a complaint's contacts are kept from whoever is concerned."""
        if isinstance(complaint, Callback):
            return self._callback_changed(complaint)
        if complaint.closed_at is None:
            self.complaints[complaint.id] = complaint
        else:
            self.complaints.pop(complaint.id, None)
        for contact_id in complaint.contacts:
            self.bars.learn(contact_id, complaint.concerned)
            self.chats.look_at(contact_id)
        self.queues_changed = True
        self.tell_callbacks()
        return {one.number for one in self.seats.values() if one.operator_id}

    def tell_callbacks(self) -> None:
        """Send everybody how many are to be called."""
        own = {one: len(self.callbacks_for(one)) for one in self.kept_from()}
        self.hub.tell_all("callbacks", len(self.callbacks), own)

    def _callback_changed(self, callback: Callback) -> set[str]:
        if callback.state in LISTED:
            self.callbacks[callback.id] = callback
        else:
            self.callbacks.pop(callback.id, None)
        self.tell_callbacks()
        return self._seats_at(callback.contact_id)

    async def _record(self, rows: Iterable[Row]) -> None:
        while self._owed:
            batch = tuple(self._owed)[:500]
            await self.store.record(*batch)
            for _ in batch:
                self._owed.popleft()
        await self.store.record(*rows)

    async def write_owed(self) -> None:
        """Record what is owed, at the end; what the store still does not take is counted."""
        try:
            await self._record(())
        except StoreUnavailable:
            log.exception("owed_rows_lost", count=len(self._owed))

    def _forget(self) -> None:
        """Drop ended calls that no seat wraps up any more."""
        held = {seat.contact_id for seat in self.seats.values()}
        for id_, call in tuple(self.calls.items()):
            if call.state is CallState.ENDED and id_ not in held:
                del self.calls[id_]
                self.callers.forget(id_)
                self.dispositions.pop(id_, None)
                self.shown.discard(id_)
                self.slow.discard(call.hotline_id)
                of_it = [one.id for one in self.guests.values() if one.contact_id == id_]
                for key in of_it:
                    del self.guests[key]
                of_it = [one.id for one in self.reaches.values() if one.contact_id == id_]
                for key in of_it:
                    del self.reaches[key]

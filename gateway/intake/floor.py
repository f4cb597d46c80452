"""The floor: calls, seats and queues as they are now, always recorded before anyone is told.

One turn at a time: whoever wants to change something takes ``turn``, computes the new rows purely
and calls ``commit``. The store has them before consoles hear of them. When the store is away, what
the telephone system reports still reaches the screens and is owed to the store, in order.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import structlog

from gateway.core.call import Call, CallState
from gateway.core.callback import Callback, CallbackState
from gateway.core.citizen import CallerFlag, normalise_number, with_flag
from gateway.core.contact import ChatRecord, ContactQuery, ContactRecord, Disposition
from gateway.core.errors import StoreUnavailable
from gateway.core.facts import Fact
from gateway.core.gap import TELEPHONE, Bookmark
from gateway.core.number import Number
from gateway.core.operator import Operator
from gateway.core.queue import FALLBACK, Queue
from gateway.core.seat import Seat, SeatState
from gateway.intake import views
from gateway.intake.hub import Hub
from gateway.ports import Clock, Row, Store

OWED_ROWS = 50_000
MOST_CALLBACKS = 5_000
EARLIER_CONTACTS = 5

log = structlog.get_logger()


class Floor:
    """Everything live. Filled by ``open``; changed only through ``commit``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.turn = asyncio.Lock()
        self.calls: dict[str, Call] = {}
        self.seats: dict[str, Seat] = {}
        self.queues: dict[str, Queue] = {}
        self.numbers: dict[str, Number] = {}
        self.leaving: set[str] = set()
        """Queues that are being removed: nobody new is sent there."""
        self.operators: dict[str, Operator] = {}
        self.names: dict[str, str] = {}
        self.flags: dict[str, tuple[CallerFlag, ...]] = {}
        self.earlier: dict[str, tuple[ContactRecord | ChatRecord, ...]] = {}
        self.dispositions: dict[str, Disposition] = {}
        self.callbacks: dict[str, Callback] = {}
        self.bookmark = Bookmark()
        self.link_lost_at: datetime | None = None
        self.restarted_at: datetime | None = None
        self.shown: set[str] = set()
        self.link = "down"
        self.queues_changed = True
        self.hub = Hub(self.picture, clock)
        self.listeners: list[Callable[[Fact], None]] = []
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
        found = await self.store.callbacks(state=CallbackState.OPEN, limit=MOST_CALLBACKS)
        self.callbacks = {one.id: one for one in found}
        self.bookmark = await self.store.bookmark(TELEPHONE) or self.bookmark
        for seat in self.seats.values():
            if seat.contact_id and seat.contact_id not in self.calls:
                call_there = await self.store.call(seat.contact_id)
                if call_there:
                    self.calls[seat.contact_id] = call_there
        for call in tuple(self.calls.values()):
            await self.learn(call)

    async def reload_people(self) -> None:
        """Read operators and queues again, after someone changed them."""
        self.operators = {one.id: one for one in await self.store.operators()}
        self.names = {one.id: one.name for one in self.operators.values()}
        self.queues = {queue.name: queue for queue in await self.store.queues()}
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

    async def learn(self, call: Call) -> None:
        """Fetch what is known of this caller, for the pop; a slow store leaves it empty."""
        if not call.number:
            return
        try:
            async with asyncio.timeout(1.0):
                self.flags[call.id] = await self.store.flags(call.number, self.clock.now())
                query = ContactQuery(number=call.number, limit=EARLIER_CONTACTS + 1)
                found = await self.store.contacts(query)
        except (StoreUnavailable, TimeoutError):
            return
        others = [record for record in found if record.id != call.id]
        self.earlier[call.id] = tuple(others[:EARLIER_CONTACTS])

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
        touched = {number for row in rows for number in self._changed(row)}
        for number in touched:
            self.tell_seat(number)
        self._tell_listeners(rows)
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
            case Disposition():
                self.dispositions[row.contact_id] = row
                return self._seats_at(row.contact_id)
            case CallerFlag():
                return self._flag_changed(row)
            case Callback():
                return self._callback_changed(row)
            case Bookmark():
                self.bookmark = row
        return set()

    def _seats_at(self, contact_id: str) -> set[str]:
        return {seat.number for seat in self.seats.values() if seat.contact_id == contact_id}

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
        return {seat.number}

    def _callback_changed(self, callback: Callback) -> set[str]:
        if callback.state is CallbackState.OPEN:
            self.callbacks[callback.id] = callback
        else:
            self.callbacks.pop(callback.id, None)
        self.hub.tell_all("callbacks", len(self.callbacks))
        return self._seats_at(callback.contact_id)

    def _flag_changed(self, flag: CallerFlag) -> set[str]:
        """Every call of this number that is here now has the mark, or has it no more."""
        number = normalise_number(flag.number)
        marked = {c.id for c in self.calls.values() if normalise_number(c.number) == number}
        for id_ in marked:
            self.flags[id_] = with_flag(self.flags.get(id_, ()), flag, self.clock.now())
        return {seat.number for seat in self.seats.values() if seat.contact_id in marked}

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
                self.flags.pop(id_, None)
                self.earlier.pop(id_, None)
                self.dispositions.pop(id_, None)
                self.shown.discard(id_)

    # ---- what people see ----

    def tell_seat(self, number: str) -> None:
        """Send this seat's operator their seat and call."""
        seat = self.seats[number]
        if seat.operator_id:
            self.hub.tell(seat.operator_id, "seat", views.seat_view(seat))
            self.hub.tell(seat.operator_id, "call", self.call_view(seat.contact_id))

    def call_view(self, contact_id: str) -> dict[str, Any] | None:
        """The pop of this contact, or None."""
        call = self.calls.get(contact_id)
        if call is None:
            return None
        return views.call_view(
            call,
            self.queues.get(call.queue),
            pop_shown=contact_id in self.shown,
            flags=self.flags.get(contact_id, ()),
            earlier=self.earlier.get(contact_id, ()),
            disposition=self.dispositions.get(contact_id),
            callback=self.callback_of(contact_id),
            names=self.names,
        )

    def callback_of(self, contact_id: str) -> Callback | None:
        """The open callback that this contact left, or None."""
        for one in self.callbacks.values():
            if one.contact_id == contact_id:
                return one
        return None

    def queues_view(self) -> list[dict[str, Any]]:
        """Every queue with its waiting callers and ready seats."""
        return [
            views.queue_view(queue, self.calls.values(), len(self.ready_seats(queue.name)))
            for queue in self.queues.values()
        ]

    def ready_seats(self, queue: str) -> tuple[Seat, ...]:
        """The seats that could take a call of this queue now."""
        return tuple(
            seat
            for seat in self.seats.values()
            if seat.state is SeatState.READY
            and (operator := self.operators.get(seat.operator_id))
            and (queue == FALLBACK or queue in operator.skills)
        )

    def seat_of(self, operator_id: str) -> Seat | None:
        """Where this person sits, if anywhere."""
        for seat in self.seats.values():
            if seat.operator_id == operator_id and seat.state is not SeatState.SIGNED_OUT:
                return seat
        return None

    def call_by_hotline_id(self, hotline_id: str) -> Call | None:
        """The open call with the telephone system's id."""
        for call in self.calls.values():
            if call.hotline_id == hotline_id and call.state is not CallState.ENDED:
                return call
        return None

    def picture(self, operator: Operator) -> dict[str, Any]:
        """The whole state of one operator's screen."""
        seat = self.seat_of(operator.id)
        return {
            "me": views.me_view(operator),
            "seat": views.seat_view(seat) if seat else None,
            "call": self.call_view(seat.contact_id) if seat else None,
            "queues": self.queues_view(),
            "callbacks": len(self.callbacks),
            "link": self.link,
        }

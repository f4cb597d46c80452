"""Calls that complain about staff: whoever is concerned is no member of the queue they wait in.

The telephone system cannot leave one member out for one caller, so a seat stands outside a queue
while such a caller waits there, and outside the last queue, where each caller may come; it is put
back after. Where nobody else could answer, the caller is not left to wait: they leave a message,
and are called back by somebody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from gateway.core.call import Call, CallState
from gateway.core.citizen import normalise_number
from gateway.core.errors import HotlineError
from gateway.core.queue import FALLBACK
from gateway.core.seat import Seat, SeatState
from gateway.core.staff_complaint import StaffComplaint
from gateway.intake.at_hand import PHONE
from gateway.intake.complained_of import ComplainedOf, begun, begun_fact
from gateway.intake.floor import Floor
from gateway.intake.seating import Seating
from gateway.ports import Phones, Row
from ivr.plan import Arrival

LOOK_EVERY_SECONDS = 1.0
ARRIVES_SECONDS, ARRIVES_LOOK_SECONDS = 1.0, 0.05
"""The call itself is told by another road than the key that was pressed in it."""
ON_ITS_WAY = timedelta(seconds=30)
"""A call that was to wait and is not there by then will not come."""
WAITS = frozenset({CallState.WAITING, CallState.OFFERED, CallState.RECONNECTING})
ARRIVED = WAITS | {CallState.ENDED}
AT_WORK = frozenset({SeatState.READY, SeatState.OFFERED, SeatState.TALKING, SeatState.WRAPPING_UP})

log = structlog.get_logger()


class Seclusion:
    """``run`` it; ``complains`` is asked by the flow, ``before`` by whoever sends a call on."""

    def __init__(self, floor: Floor, phones: Phones, seating: Seating, *, voicemail: bool) -> None:
        self.floor = floor
        self.phones = phones
        self.seating = seating
        self._voicemail = voicemail
        self._found = ComplainedOf(floor)
        self._coming: dict[str, tuple[str, datetime]] = {}
        self._out: dict[str, frozenset[str]] = {}
        self._changed = asyncio.Event()
        floor.row_listeners.append(self._see)
        floor.send_apart = self.before
        seating.outside = self.outside

    def _see(self, row: Row) -> None:
        if isinstance(row, Call | Seat | StaffComplaint):
            self._changed.set()

    async def pressed(self, arrival: Arrival, queue: str) -> None:
        """As ``complains``, for the flow."""
        await self.complains(arrival.hotline_id, arrival.number, queue)

    async def complains(self, hotline_id: str, number: str, queue: str) -> None:
        """A caller pressed the key: whoever served this number lately is concerned.

        Returns when they are out of the queue. Raises StoreUnavailable.
        """
        floor = self.floor
        async with asyncio.timeout(ARRIVES_SECONDS):
            while (call := floor.call_by_hotline_id(hotline_id)) is None:
                await floor.clock.sleep(ARRIVES_LOOK_SECONDS)
        now, known = floor.clock.now(), normalise_number(number)
        who = await floor.store.identity("", PHONE, known) if known else None
        ids = {who.id} if who else set[str]()
        found = await self._found.named("", "", known, ids, now)
        async with floor.turn:
            if await floor.store.staff_complaint_of(call.id) is None:
                made = begun(call.id, ids, found, now)
                await floor.commit(made, begun_fact(made, now), must=True)
        await self.before(call.id, queue)

    async def before(self, contact_id: str, queue: str) -> None:
        """This call will wait in this queue: take out of it whoever must not be rung."""
        if self.floor.bars.of(contact_id):
            self._coming[contact_id] = (queue, self.floor.clock.now() + ON_ITS_WAY)
            await self._settle()

    def outside(self, seat: Seat) -> frozenset[str]:
        """The queues that this seat stands outside of now."""
        mine = {
            queue
            for contact_id, queue in self._waiting().items()
            if self.floor.bars.bars(seat.operator_id, contact_id)
        }
        return frozenset(mine | {FALLBACK} if mine else mine)

    def _waiting(self) -> Mapping[str, str]:
        """The calls that are kept from somebody and wait, or will in a moment, by queue."""
        floor, now = self.floor, self.floor.clock.now()
        found: dict[str, str] = {}
        for contact_id, (queue, until) in tuple(self._coming.items()):
            call = floor.calls.get(contact_id)
            if call is None or call.state in ARRIVED or now >= until:
                del self._coming[contact_id]
            else:
                found[contact_id] = queue
        for contact_id in floor.bars.among(floor.calls.keys()):
            call = floor.calls[contact_id]
            if call.state in WAITS:
                found[contact_id] = call.queue or FALLBACK
        return found

    async def run(self) -> None:
        """Whenever a call, a seat or a complaint is another, and once a second, for ever."""
        while True:
            self._changed.clear()
            await self.look()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_SECONDS):
                    await self._changed.wait()

    async def look(self) -> None:
        """Bring seats into agreement, and lead whoever would wait for nobody to a message."""
        await self._settle()
        for contact_id in self._waiting():
            call = self.floor.calls.get(contact_id)
            if call is not None and call.state is CallState.WAITING and self._is_alone(call):
                await self._to_message(call)

    async def _to_message(self, call: Call) -> None:
        """Without a number nobody can be called back, but a message can be left."""
        if self._voicemail or call.number:
            with suppress(HotlineError):
                await self.phones.leave_message(call.channel, voicemail=self._voicemail)

    def _is_alone(self, call: Call) -> bool:
        """Whether nobody at work could ever answer this call."""
        return not any(
            seat.state in AT_WORK and not self.floor.bars.bars(seat.operator_id, call.id)
            for seat in self.floor.seats.values()
        )

    async def _settle(self) -> None:
        """Seats stand outside of exactly what they must; what fails now is tried again."""
        for seat in tuple(self.floor.seats.values()):
            wanted = self.outside(seat) if seat.state is not SeatState.SIGNED_OUT else frozenset()
            if wanted == self._out.get(seat.number, frozenset()):
                continue
            if seat.state is not SeatState.SIGNED_OUT:
                try:
                    await self.seating.enlist(seat)
                except HotlineError as fault:
                    log.warning("seat_not_apart", seat=seat.number, code=fault.code)
                    continue
            self._out[seat.number] = wanted

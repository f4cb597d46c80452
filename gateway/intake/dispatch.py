"""Deadlines of the floor: pops that nobody saw, wrap-ups that end, seats whose console is gone.

``due`` decides purely what is over; ``Dispatch`` does it, four times a second.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from gateway.core.call import Call, CallState
from gateway.core.errors import HotlineError, PhonesUnavailable, StoreUnavailable
from gateway.core.seat import Seat, SeatState
from gateway.intake.desk import Desk
from gateway.intake.floor import Floor
from gateway.intake.presence import Presence
from gateway.intake.seating import Seating, taken_out
from gateway.ports import Phones

TICK_SECONDS = 0.25
POP_RESEND_SECONDS = 2.0
POP_DEADLINE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Due:
    """What is over now: seats by number, except ``unseen`` which are calls."""

    resend: tuple[str, ...] = ()
    unseen: tuple[Call, ...] = ()
    wrapped: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def due(
    seats: Iterable[Seat],
    calls: Mapping[str, Call],
    *,
    shown: Collection[str],
    listening: Collection[str],
    resent: Collection[str],
    kept: Collection[str] = (),
    now: datetime,
) -> Due:
    """Which deadlines have passed. ``listening`` are operators whose console is there.

    ``kept`` are seats that ring for somebody who is kept from them.
    """
    resend, unseen, wrapped, gone = [], [], [], []
    for seat in seats:
        waited = (now - seat.since).total_seconds() if seat.since else 0.0
        here = seat.operator_id in listening
        if seat.state is SeatState.OFFERED and (seat.contact_id not in shown or not here):
            call = calls.get(seat.contact_id)
            late = waited >= POP_DEADLINE_SECONDS or not here or seat.number in kept
            if late and call and call.state is CallState.OFFERED:
                unseen.append(call)
            elif waited >= POP_RESEND_SECONDS and seat.contact_id not in resent:
                resend.append(seat.number)
        elif seat.state is SeatState.WRAPPING_UP and seat.wrap_up_until:
            if now >= seat.wrap_up_until:
                wrapped.append(seat.number)
        elif seat.state is SeatState.READY and not here:
            gone.append(seat.number)
    return Due(tuple(resend), tuple(unseen), tuple(wrapped), tuple(gone))


class Dispatch:
    """Watches the clock for the floor."""

    def __init__(self, floor: Floor, phones: Phones, seating: Seating, desk: Desk) -> None:
        self.floor = floor
        self.phones = phones
        self.seating = seating
        self.desk = desk
        self._resent: set[str] = set()
        self._presence = Presence(floor)

    async def run(self) -> None:
        """Tick for ever."""
        while True:
            await self.tick()
            await self.floor.clock.sleep(TICK_SECONDS)

    async def tick(self) -> None:
        """Do what is due now."""
        floor = self.floor
        now = floor.clock.now()
        present = self._presence.here(now)
        over = due(
            floor.seats.values(),
            floor.calls,
            shown=floor.shown,
            listening=present,
            resent=self._resent,
            kept=[
                seat.number
                for seat in floor.seats.values()
                if seat.contact_id and floor.barred(seat.operator_id, seat.contact_id)
            ],
            now=now,
        )
        for number in over.resend:
            self._resent.add(floor.seats[number].contact_id)
            floor.tell_seat(number)
        for call in over.unseen:
            await self._lose(call.seat, call)
        for number in over.gone:
            await self._lose(number, None)
        for number in over.wrapped:
            operator_id = floor.seats[number].operator_id
            away = "" if operator_id in present else "console_gone"
            with suppress(HotlineError):  # finished by hand in the meantime, or at the next tick
                await self.desk.finish_wrap_up(operator_id, away)
        self._resent &= floor.calls.keys()
        if floor.queues_changed:
            floor.queues_changed = False
            own = {one: floor.queues_view(one) for one in floor.kept_from()}
            floor.hub.tell_all("queues", floor.queues_view(), own)

    async def _lose(self, number: str, call: Call | None) -> None:
        """Take a seat out that shows nothing; its ringing call goes elsewhere."""
        async with self.floor.turn:
            seat = self.floor.seats[number]
            if seat.state not in (SeatState.OFFERED, SeatState.READY):
                return
            now = self.floor.clock.now()
            away = seat.operator_id not in self._presence.here(now)
            reason = "console_gone" if away else "unreachable"
            lost, fact = taken_out(seat, now, reason, call.id if call else "")
            with suppress(StoreUnavailable):
                await self.floor.commit(lost, fact, must=False)
        await self.seating.enforce(number)
        if call:
            with suppress(PhonesUnavailable):
                await self.phones.withdraw(call.leg)

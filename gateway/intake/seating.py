"""Make the telephone system's queue members agree with the seats: the seats are the truth."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from gateway.core.errors import HotlineError
from gateway.core.facts import Fact, FactKind
from gateway.core.queue import FALLBACK, FALLBACK_PENALTY
from gateway.core.seat import Seat, SeatMove, SeatState, move
from gateway.intake.floor import Floor
from gateway.ports import Phones

TAKES_CALLS = frozenset({SeatState.READY, SeatState.OFFERED})
FULL = "chats"
"""Why a full seat's phone is paused, as the telephone system's queue shows it."""
CALLBACK = "callback"
"""The same of a seat that is kept for somebody who keeps a place."""

log = structlog.get_logger()


def taken_out(seat: Seat, now: datetime, reason: str, contact_id: str) -> tuple[Seat, Fact]:
    """A seat that shows nothing or does not answer is out of its queues, and why."""
    lost = move(seat, SeatMove.LOSE, now, reason=reason)
    fact = Fact(
        kind=FactKind.SEAT_UNREACHABLE,
        at=now,
        contact_id=contact_id,
        seat=seat.number,
        operator_id=seat.operator_id,
        data={"reason": reason},
    )
    return replace(lost, contact_id="", next_break=""), fact


class Seating:
    """Enlists, pauses, resumes and dismisses seats' phones."""

    def __init__(self, floor: Floor, phones: Phones) -> None:
        self.floor = floor
        self.phones = phones
        self.outside: Callable[[Seat], frozenset[str]] = lambda _seat: frozenset()
        """Queues that a seat stands outside of for a while; see ``intake.seclusion``."""

    def queues(self, seat: Seat) -> Mapping[str, int]:
        """Those in which its phone may be rung now."""
        outside = self.outside(seat)
        return {name: one for name, one in self.skills(seat).items() if name not in outside}

    def skills(self, seat: Seat) -> Mapping[str, int]:
        """The queues of the person who sits here, the fallback queue behind all of them.

        A seat that is reserved serves what it is reserved for and nothing else.
        """
        if (only := self.floor.reserved(seat.number)) is not None:
            return {name: one for name, one in only.items() if name in self.floor.queues}
        operator = self.floor.operators.get(seat.operator_id)
        own = dict(operator.skills) if operator else {}
        known = {name: penalty for name, penalty in own.items() if name in self.floor.queues}
        return {**known, FALLBACK: FALLBACK_PENALTY}

    def is_rung(self, seat: Seat) -> bool:
        """Whether its phone may ring: ready, not full, and not kept for a kept place."""
        full = self.floor.chats.full(seat.number)
        return seat.state in TAKES_CALLS and not full and not self.floor.withheld(seat)

    async def enlist(self, seat: Seat) -> None:
        """Put a signed-in seat into its queues, paused unless it is ready."""
        await self.phones.enlist(
            seat.number,
            seat.phone,
            seat.number,
            self.queues(seat),
            paused=not self.is_rung(seat),
        )
        if not self.is_rung(seat):
            await self.agree(seat)  # the queue's word for it is lost with the telephone system

    async def agree(self, seat: Seat) -> None:
        """Pause or resume, as the seat's state says."""
        if seat.state is SeatState.SIGNED_OUT:
            await self.phones.dismiss(seat.number)
        elif self.is_rung(seat) and not self.queues(seat):
            return  # it stands in no queue that could ring it
        elif self.is_rung(seat):
            await self.phones.resume(seat.number, seat.phone)
        else:
            why = seat.reason or seat.state.value
            if seat.state in TAKES_CALLS:
                why = FULL if self.floor.chats.full(seat.number) else CALLBACK
            await self.phones.pause(seat.number, seat.phone, why)

    async def enforce(
        self, *numbers: str, everyone: bool = False, ghosts: Iterable[str] = ()
    ) -> None:
        """Bring these seats (or all) into agreement; what fails now is done at the next login."""
        for number in ghosts:
            await self._try(self.phones.dismiss(number), number)
        if everyone:
            for seat in tuple(self.floor.seats.values()):
                if seat.state is not SeatState.SIGNED_OUT:
                    await self._try(self.enlist(seat), seat.number)
            return
        for number in numbers:
            await self._try(self.agree(self.floor.seats[number]), number)

    async def _try(self, change: Coroutine[Any, Any, None], number: str) -> None:
        """One seat's failure must not keep the next seat from its queues."""
        try:
            await change
        except HotlineError as fault:
            log.warning("seat_disagrees", seat=number, code=fault.code)

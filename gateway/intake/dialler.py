"""Calling back: whoever keeps a place or was cut off is offered to a seat when their turn has come.

The seat is paused, the telephone system confirms it, and only then is it asked (a seat that rings
or talks by then is not). Its operator says yes by calling; who says nothing in time is taken out,
as by a ring, and the next seat is asked. Everybody else is called by hand.

The order is on record before it is given: a gateway that dies in between calls nobody twice. A try
of which nothing is heard for longer than any ringing lasts has failed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from gateway.core.callback import Callback, CallbackReason, CallbackState
from gateway.core.dialling import CallbackTry, First, Refusal, shown_number, verdict
from gateway.core.errors import AlreadyTaken, HotlineError, IllegalMove, StoreUnavailable, Unknown
from gateway.core.facts import FactKind
from gateway.core.guest import CallOut, OutsideNumber, SeatPhone
from gateway.core.guest_kind import GuestEnd
from gateway.core.operator import Operator
from gateway.core.queue import FALLBACK
from gateway.core.seat import Seat, SeatState
from gateway.intake.floor import Floor
from gateway.intake.owing import not_reached
from gateway.intake.place_offers import PlaceOffers, callback_fact
from gateway.intake.refused import no_turn, no_way_out, not_now
from gateway.ports import Phones

TICK_SECONDS = 0.5
MARGIN_SECONDS = 60.0
"""Longer than both phones ring, nothing is heard of a try: it has failed."""
ABSENT_SECONDS = 10.0
MAY_CALL = (SeatState.READY, SeatState.NOT_READY)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class DialSettings:
    """By which trunk and as whom; empty: not at all, and the number that was dialled."""

    trunk: str = ""
    shown: str = ""
    ring_seconds: int = 30


class Dialler:
    """``run`` it; ``call`` is what operators do."""

    def __init__(
        self, floor: Floor, phones: Phones, offers: PlaceOffers, settings: DialSettings
    ) -> None:
        self.floor = floor
        self.phones = phones
        self.offers = offers
        self.places = offers.places
        self._settings = settings
        self._born = floor.clock.now()
        self._asked: dict[str, datetime | None] = {}
        """Tries of an earlier gateway, by call: since when nothing is there of them."""
        self.places.automatic = bool(settings.trunk)

    async def run(self) -> None:
        """Tick for ever."""
        while True:
            with suppress(StoreUnavailable):  # at the next tick it is tried again
                await self.tick()
            await self.floor.clock.sleep(TICK_SECONDS)

    async def tick(self) -> None:
        """Everything that is due now. Raises StoreUnavailable."""
        now = self.floor.clock.now()
        await self._take_over()
        await self._end_silent_tries(now)
        await self.offers.tick(now)

    # ---- calling ----

    async def call(self, operator: Operator, callback_id: str, first: First) -> CallbackTry:
        """Call this person now: this operator's phone first, or theirs.

        Raises Unknown, IllegalMove (no seat, or not free), AlreadyTaken (somebody does it), Invalid
        (not now, and when; no way out), and the two Unavailable.
        """
        floor = self.floor
        known = floor.callbacks.get(callback_id)
        if known is None or floor.barred(operator.id, known.contact_id):
            raise Unknown("callback", callback_id)
        flags = await floor.store.flags(known.number, floor.clock.now())
        seat = floor.seat_of(operator.id)
        if seat is None or seat.state not in MAY_CALL:
            raise IllegalMove("seat", seat.state if seat else SeatState.SIGNED_OUT, "call")
        if first is First.SEAT and seat.state is SeatState.READY:
            await self.offers.hold(seat)
        async with floor.turn:
            callback, seat = floor.callbacks.get(callback_id), floor.seats[seat.number]
            if callback is None:
                raise Unknown("callback", callback_id)
            if seat.operator_id != operator.id or seat.state not in MAY_CALL:
                raise IllegalMove("seat", seat.state, "call")
            self._must_be_theirs(callback, seat)
            now, busy = floor.clock.now(), self.places.busy()
            asked = verdict(
                callback, now, floor.dial_rules, self.places.zone,
                busy=busy, flags=flags, by_hand=True,
            )  # fmt: skip
            if asked.refusal is Refusal.BEING_CALLED:
                raise AlreadyTaken("callback", callback.id, "")
            if asked.refusal is not None:
                raise not_now(asked, self.places.zone)
            shown = shown_number(callback, self._settings.shown, floor.numbers)
            if not (self._settings.trunk and shown):
                raise no_way_out()
            tried = CallbackTry(
                id=secrets.token_hex(16),
                callback_id=callback.id,
                first=first,
                seat=seat.number,
                operator_id=operator.id,
                shown=shown,
                trunk=self._settings.trunk,
                at=now,
                tags=callback.tags,
            )
            fact = callback_fact(FactKind.CALLBACK_DIALLED, callback, seat, now, first=first.value)
            await floor.commit(tried, fact, must=True)
            self.offers.drop(seat.number)
        await self._order(callback, tried, seat)
        return tried

    def _must_be_theirs(self, callback: Callback, seat: Seat) -> None:
        """Nobody calls a kept place out of turn, and nobody whom another seat is asked to call."""
        holder = self.places.asked_seat(callback.id)
        if holder and holder != seat.number:
            raise AlreadyTaken("callback", callback.id, holder)
        fresh = callback.state is CallbackState.OPEN and callback.tries == 0
        if callback.reason is CallbackReason.KEPT_PLACE and fresh and not holder:
            raise no_turn(self.places.position_of(callback))

    def _order_of(self, callback: Callback, tried: CallbackTry, seat: Seat) -> CallOut:
        queue = self.floor.queues.get(callback.queue)
        return CallOut(
            id=tried.id,
            to=OutsideNumber(number=callback.number, trunk=tried.trunk),
            shown=tried.shown,
            queue=queue.name if queue else FALLBACK,
            rank=queue.rank if queue else 0,
            ring_seconds=self._settings.ring_seconds,
            seat_first=SeatPhone(seat=seat.number, phone=seat.phone)
            if tried.first is First.SEAT
            else None,
        )

    async def _order(self, callback: Callback, tried: CallbackTry, seat: Seat) -> None:
        try:
            await self.phones.call_out(self._order_of(callback, tried, seat))
        except HotlineError:
            async with self.floor.turn:
                await self._fail(tried, by_seat=True)
            raise

    async def _take_over(self) -> None:
        """What an earlier gateway ordered and still rings goes on."""
        if self.floor.link != "up":
            return
        for tried in tuple(self.floor.tries.values()):
            callback = self.floor.callbacks.get(tried.callback_id)
            seat = self.floor.seats.get(tried.seat)
            known = tried.at >= self._born or tried.hotline_id in self._asked
            if known or callback is None or seat is None:
                continue
            with suppress(HotlineError):  # the telephone is away: at the next tick
                there = await self.phones.take_over(self._order_of(callback, tried, seat))
                self._asked[tried.hotline_id] = None if there else self.floor.clock.now()

    async def _end_silent_tries(self, now: datetime) -> None:
        """Of a restart, or a loss of the link: whoever is not there by now does not come.

        What was not there when we began has ended, once the telephone system's own record is read.
        """
        if self.floor.link != "up":
            return
        limit = timedelta(seconds=2 * self._settings.ring_seconds + MARGIN_SECONDS)
        absent = timedelta(seconds=ABSENT_SECONDS)
        async with self.floor.turn:
            for tried in tuple(self.floor.tries.values()):
                here = self.floor.call_by_hotline_id(tried.hotline_id) is not None
                since = self._asked.get(tried.hotline_id)
                late = now - tried.at >= limit or (since is not None and now - since >= absent)
                if not here and late:
                    await self._fail(tried)

    async def _fail(self, tried: CallbackTry, *, by_seat: bool = False) -> None:
        callback = self.floor.callbacks.get(tried.callback_id)
        now, rules = self.floor.clock.now(), self.floor.dial_rules
        rows = not_reached(callback, tried, now, rules, end=GuestEnd.UNREACHABLE, by_seat=by_seat)
        await self.floor.commit(*rows, must=False)

    def listed(self, operator: Operator) -> Sequence[dict[str, Any]]:
        """Who is to be called as far as this person may know: emergencies, then by their wait."""
        ordered = sorted(self.floor.callbacks_for(operator.id), key=_listing)
        return [self.places.view(one) for one in ordered]


def _listing(callback: Callback) -> tuple[bool, bool, datetime, str]:
    failed = callback.state is CallbackState.FAILED
    return (failed, not callback.emergency, callback.since, callback.id)

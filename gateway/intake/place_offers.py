"""Asking a free seat to call somebody whose turn has come.

The seat is paused, the telephone system confirms it, and only then is it asked: one that rings or
talks by then is not. Its operator says yes by calling (``intake.dialler``); who says nothing in
time is taken out, as by a ring, and the next seat is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from gateway.core.callback import Callback, CallbackState
from gateway.core.dialling import Refusal, verdict
from gateway.core.errors import HotlineError
from gateway.core.facts import Fact, FactKind
from gateway.core.guest_kind import GuestEnd
from gateway.core.operator import Operator
from gateway.core.seat import Seat, SeatState
from gateway.intake.floor import Floor
from gateway.intake.places import Places
from gateway.intake.seating import CALLBACK, Seating, taken_out
from gateway.intake.views import moment
from gateway.ports import Phones

log = structlog.get_logger()


def callback_fact(
    kind: FactKind, callback: Callback, seat: Seat, at: datetime, **data: str
) -> Fact:
    """What happened about this callback at this seat."""
    return Fact(
        kind=kind,
        at=at,
        contact_id=callback.contact_id,
        seat=seat.number,
        operator_id=seat.operator_id,
        data={"callback_id": callback.id, "reason": callback.reason.value, **data},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A seat that is asked."""

    callback_id: str
    operator_id: str
    until: datetime


class PlaceOffers:
    """``tick`` asks and ends asking; everything raises StoreUnavailable."""

    def __init__(
        self, floor: Floor, phones: Phones, seating: Seating, places: Places, offer_seconds: float
    ) -> None:
        self.floor = floor
        self.phones = phones
        self.seating = seating
        self.places = places
        self._offer_seconds = offer_seconds
        self._offers: dict[str, Offer] = {}
        self._held: set[str] = set()
        self._silent: list[str] = []
        floor.listeners.append(self._heard)
        floor.pictures.append(self._picture)

    async def tick(self, now: datetime) -> None:
        """Whatever is due now."""
        await self._end(now)
        for number, item in self.places.claims().items():
            await self._ask(number, item.id)
        await self._settle()

    async def hold(self, seat: Seat) -> None:
        """No call for this seat: it is about to make one. Raises PhonesUnavailable."""
        self._held.add(seat.number)
        await self.phones.pause(seat.number, seat.phone, CALLBACK)

    async def _ask(self, number: str, callback_id: str) -> None:
        known = self.floor.callbacks[callback_id]
        flags = await self.floor.store.flags(known.number, self.floor.clock.now())
        try:
            await self.hold(self.floor.seats[number])
        except HotlineError as fault:
            log.warning("seat_not_paused", seat=number, code=fault.code)
            return
        async with self.floor.turn:
            now, seat = self.floor.clock.now(), self.floor.seats[number]
            callback = self.floor.callbacks.get(callback_id)
            claimed = self.places.claims().get(number)
            if callback is None or claimed is None or claimed.id != callback_id:
                return  # the telephone, a hand or the citizen was faster
            asked = verdict(callback, now, self.floor.dial_rules, self.places.zone, flags=flags)
            if asked.refusal is Refusal.NO_CALLS:
                await self._give_up(callback, now)
                return
            fact = callback_fact(FactKind.CALLBACK_OFFERED, callback, seat, now)
            await self.floor.commit(fact, must=True)
            until = now + timedelta(seconds=self._offer_seconds)
            self._put(
                number, Offer(callback_id=callback_id, operator_id=seat.operator_id, until=until)
            )

    async def _give_up(self, callback: Callback, now: datetime) -> None:
        """They asked not to be called."""
        lost = replace(callback, state=CallbackState.FAILED)
        fact = Fact(
            kind=FactKind.CALLBACK_GIVEN_UP,
            at=now,
            contact_id=callback.contact_id,
            data={"tries": callback.tries},
        )
        await self.floor.commit(lost, fact, must=True)

    async def _end(self, now: datetime) -> None:
        """What is settled or gone is asked no more; who did not say yes in time is taken out."""
        for number in self._silent:
            await self._take_out(number, None, now)
        self._silent.clear()
        for number, offer in tuple(self._offers.items()):
            seat, callback = (
                self.floor.seats.get(number),
                self.floor.callbacks.get(offer.callback_id),
            )
            stays = (
                seat is not None
                and seat.state is SeatState.READY
                and seat.operator_id == offer.operator_id
                and callback is not None
                and callback.state is CallbackState.OPEN
            )
            if not stays:
                self.drop(number)
            elif now >= offer.until:
                self.drop(number)
                await self._take_out(number, callback, now)

    async def _take_out(self, number: str, callback: Callback | None, now: datetime) -> None:
        async with self.floor.turn:
            seat = self.floor.seats.get(number)
            if seat is None or seat.state is not SeatState.READY:
                return
            lapsed = (
                [callback_fact(FactKind.CALLBACK_LAPSED, callback, seat, now)] if callback else []
            )
            contact = callback.contact_id if callback else ""
            await self.floor.commit(*lapsed, *taken_out(seat, now, "no_answer", contact), must=True)
        await self.seating.enforce(number)

    async def _settle(self) -> None:
        """Seats that were kept for nothing, or are free again, take calls again."""
        held = set(self._offers) | set(self.places.claims())
        held |= {one.seat for one in self.floor.tries.values() if self.places.is_calling(one.seat)}
        for number in self._held - held:
            if number in self.floor.seats:
                await self.seating.enforce(number)
        self._held = held

    def _heard(self, fact: Fact) -> None:
        """A seat that let its own call ring is taken out, as by any ring."""
        failed = fact.kind is FactKind.CALLBACK_TRY_FAILED and fact.data["by_seat"]
        if failed and fact.data["end"] != GuestEnd.UNREACHABLE:
            self._silent.append(fact.seat)

    def _put(self, number: str, offer: Offer) -> None:
        self._offers[number] = offer
        self.places.offers[number] = offer.callback_id
        self.floor.hub.tell(offer.operator_id, "callback_offer", self._view(offer))

    def drop(self, number: str) -> None:
        """This seat is asked no more."""
        offer = self._offers.pop(number, None)
        self.places.offers.pop(number, None)
        if offer is not None:
            self.floor.hub.tell(offer.operator_id, "callback_offer", None)

    def _picture(self, operator: Operator) -> dict[str, Any]:
        mine = (one for one in self._offers.values() if one.operator_id == operator.id)
        offer = next(mine, None)
        return {"callback_offer": self._view(offer) if offer else None}

    def _view(self, offer: Offer) -> dict[str, Any] | None:
        callback = self.floor.callbacks.get(offer.callback_id)
        if callback is None:
            return None
        return {**self.places.view(callback), "until": moment(offer.until)}

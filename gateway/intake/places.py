"""Kept places on the floor: who waits for their turn, and which seats are kept for them now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from gateway.core.call import CallState
from gateway.core.callback import AUTOMATIC, Callback, CallbackState
from gateway.core.dialling import First, verdict
from gateway.core.item import IntakeItem
from gateway.core.places import FreeSeat, claims, position
from gateway.core.seat import Seat, SeatState
from gateway.core.targets import Targets
from gateway.intake.floor import Floor
from gateway.intake.seating import Seating
from gateway.intake.views import callback_view


class Places:
    """``offers`` are the seats that are asked now: seat → callback's id."""

    def __init__(self, floor: Floor, seating: Seating, targets: Targets, zone: tzinfo) -> None:
        self.floor = floor
        self.zone = zone
        self.offers: dict[str, str] = {}
        self.automatic = False
        """Whether we can call at all: there is a trunk that leads out."""
        self._seating = seating
        self._targets = targets
        floor.withheld = self.withheld
        floor.places = self.items

    def busy(self) -> tuple[str, ...]:
        """Numbers that are being called, or are here already."""
        floor = self.floor
        called = {one.callback_id for one in floor.tries.values()}
        return (
            *(one.number for one in floor.callbacks.values() if one.id in called),
            *(one.number for one in floor.calls.values() if one.state is not CallState.ENDED),
        )

    def waiting(self) -> tuple[Callback, ...]:
        """Whoever is called as soon as it is their turn, and may be called now."""
        candidates = [
            one
            for one in self.floor.callbacks.values()
            if self.automatic and one.reason in AUTOMATIC and one.state is CallbackState.OPEN
        ]
        if not candidates:
            return ()
        now, busy, rules = self.floor.clock.now(), self.busy(), self.floor.dial_rules
        return tuple(
            one
            for one in candidates
            if verdict(one, now, rules, self.zone, busy=busy).refusal is None
        )

    def items(self) -> tuple[IntakeItem, ...]:
        """The same as the one list has them."""
        return tuple(map(self._targets.callback, self.waiting()))

    def claims(self) -> Mapping[str, IntakeItem]:
        """Free seats that are due to a kept place, beside those that are asked already."""
        asked = set(self.offers.values())
        places = [one for one in self.items() if one.id not in asked]
        if not places:
            return {}
        return claims(self._free(), self._callers(), places, self._ranks())

    def withheld(self, seat: Seat) -> bool:
        """Whether the telephone system must not ring this seat: it is a kept place's."""
        if seat.number in self.offers or self.is_calling(seat.number):
            return True
        return seat.state is SeatState.READY and seat.number in self.claims()

    def is_calling(self, number: str) -> bool:
        """Whether this seat's phone was asked to ring first for somebody we call."""
        tries = self.floor.tries.values()
        return any(one.seat == number and one.first is First.SEAT for one in tries)

    def position_of(self, callback: Callback) -> int:
        """Their place in the queue, from 1; 0 for who has none."""
        if callback.reason not in AUTOMATIC or callback.state is not CallbackState.OPEN:
            return 0
        item = self._targets.callback(callback)
        return position(item, self._callers(), self.items(), self._ranks())

    def allowed_at(self, callback: Callback) -> datetime | None:
        """From when on they may be called by hand; None for never."""
        now, rules = self.floor.clock.now(), self.floor.dial_rules
        return verdict(callback, now, rules, self.zone, by_hand=True).at

    def asked_seat(self, callback_id: str) -> str:
        """The seat that is asked to call them now; empty for none."""
        return next((seat for seat, id_ in self.offers.items() if id_ == callback_id), "")

    def view(self, callback: Callback) -> dict[str, Any]:
        """One who is to be called as people see it."""
        return callback_view(
            callback,
            calling=any(one.callback_id == callback.id for one in self.floor.tries.values()),
            place=self.position_of(callback),
            allowed_at=self.allowed_at(callback),
        )

    def _free(self) -> list[FreeSeat]:
        floor, kept = self.floor, self._kept()
        return [
            FreeSeat(
                number=seat.number,
                skills=self._seating.skills(seat),
                bars={id_ for id_, who in kept.items() if seat.operator_id in who},
            )
            for seat in floor.seats.values()
            if seat.state is SeatState.READY
            and not seat.next_break
            and not floor.chats.full(seat.number)
            and seat.number not in self.offers
            and not self.is_calling(seat.number)
        ]

    def _kept(self) -> Mapping[str, frozenset[str]]:
        """Of those that wait, whom they are kept from."""
        floor, bars = self.floor, self.floor.bars
        if not bars:
            return {}
        owed = {one.id: bars.of(one.contact_id) for one in floor.callbacks.values()}
        every = owed | {id_: bars.of(id_) for id_ in bars.among(floor.calls.keys())}
        return {id_: who for id_, who in every.items() if who}

    def _callers(self) -> list[IntakeItem]:
        """Who is over a limit stands after every kept place, so is before nobody."""
        return [
            self._targets.call(call)
            for call in self.floor.calls.values()
            if call.state is CallState.WAITING and call.hotline_id not in self.floor.slow
        ]

    def _ranks(self) -> Mapping[str, int]:
        return {name: queue.rank for name, queue in self.floor.queues.items()}

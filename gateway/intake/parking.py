"""Parked calls: who waits to be picked up, and picking up."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from gateway.core.call import Call, CallState
from gateway.core.errors import IllegalMove, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.guest import CallIn, Guest, SeatPhone
from gateway.core.guest_kind import GuestMode, GuestRole
from gateway.core.seat import Seat, SeatMove, SeatState, move
from gateway.intake.floor import Floor
from gateway.intake.reaches import Reaches
from gateway.intake.views import moment

OWN_RING_SECONDS = 15
"""The console answers by itself; a desk phone is picked up."""
FREE = frozenset({SeatState.READY, SeatState.NOT_READY})


class Parking:
    """Whoever takes calls may pick up any."""

    def __init__(self, floor: Floor, reaches: Reaches) -> None:
        self.floor = floor
        self.reaches = reaches

    def parked(self, operator_id: str) -> list[dict[str, Any]]:
        """Who waits to be picked up, the longest first; nobody who is kept from this person."""
        there = [
            call
            for call in self.floor.calls.values()
            if call.state is CallState.PARKED and not self.floor.barred(operator_id, call.id)
        ]
        return [
            {
                "contact_id": call.id,
                "since": moment(call.held_at),
                "operator_name": self.floor.names.get(call.operator_id, ""),
            }
            for call in sorted(there, key=lambda one: (one.held_at or one.arrived_at, one.id))
        ]

    async def pick_up(self, operator_id: str, contact_id: str) -> None:
        """Be this parked call's seat; one's own phone is called.

        Raises Unknown, IllegalMove (not parked, somebody is picking it up, the seat is not free).
        """
        async with self.floor.turn:
            call = self.floor.calls.get(contact_id)
            if call is None:
                raise Unknown("call", contact_id)
            if call.state is not CallState.PARKED or self.floor.guests_of(contact_id):
                raise IllegalMove("call", call.state, "pick_up")
            seat = self.floor.seat_of(operator_id)
            if seat is None or seat.state not in FREE:
                raise IllegalMove("seat", seat.state if seat else "signed_out", "pick_up")
            guest = own_leg(seat, call, GuestRole.SEAT, GuestMode.JOIN, self.floor)
            kept = replace(move(seat, SeatMove.RING, guest.asked_at), contact_id=contact_id)
            await self.floor.commit(guest, kept, called(guest, call, seat), must=True)
        await self.reaches.dial(own_order(guest, call, seat))


def own_leg(seat: Seat, call: Call, role: GuestRole, mode: GuestMode, floor: Floor) -> Guest:
    """The guest that a person's own seat is in another's call."""
    return Guest(
        id=secrets.token_hex(16),
        contact_id=call.id,
        reach_id="",
        role=role,
        target_id=seat.number,
        title=floor.names.get(seat.operator_id, seat.number),
        mode=mode,
        by=seat.operator_id,
        asked_at=floor.clock.now(),
    )


def own_order(guest: Guest, call: Call, seat: Seat) -> CallIn:
    """The order to call it."""
    return CallIn(
        guest=guest.id,
        hotline_id=call.hotline_id,
        channel=call.channel,
        role=guest.role,
        mode=guest.mode,
        to=SeatPhone(seat=seat.number, phone=seat.phone),
        ring_seconds=OWN_RING_SECONDS,
        shown=call.did,
    )


def called(guest: Guest, call: Call, seat: Seat) -> Fact:
    """The fact of it."""
    return Fact(
        kind=FactKind.GUEST_CALLED,
        at=guest.asked_at,
        contact_id=call.id,
        seat=seat.number,
        operator_id=seat.operator_id,
        data={"guest": guest.id, "role": guest.role.value},
    )

"""What an operator does with others in their own call: ask them in, move, mute, hand over.

Commands raise IllegalMove, Unknown, AlreadyTaken, Invalid, and the two Unavailable.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from gateway.core.call import WITH_SEAT, Call, CallState
from gateway.core.errors import AlreadyTaken, IllegalMove, Invalid, Problem, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.guest import Guest, GuestState
from gateway.core.guest_kind import GuestMode, GuestRole
from gateway.core.reach import Reach, ReachState
from gateway.intake.desk import Desk
from gateway.intake.directory import Directory
from gateway.intake.floor import Floor
from gateway.intake.reaches import Reaches
from gateway.intake.turn_guests import seat_of
from gateway.ports import Phones

MOST_GUESTS = 3
"""Beside the citizen and the seat."""
UNDO_SECONDS = 2.0
WAYS = frozenset({GuestMode.CONSULT, GuestMode.JOIN})
"""In which a guest is asked for."""
WAYS_IN = WAYS | {GuestMode.WHISPER}
"""In which one who is in may take part instead."""
SETTLES_SECONDS = 1.0
"""Who has just answered may still be on the way into the room; the seat does not leave before."""


class NotVerified(IllegalMove):
    """Before the emergency line has understood, nobody leaves the citizen alone with it."""

    code = "not-verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Whom an operator asks for; see ``core.reach.Reach``. ``region`` is one of the target's."""

    role: GuestRole
    target: str
    region: str
    mode: GuestMode
    leaves: bool
    consent: bool
    reason: str


class GuestsDesk:
    """One's own call, and who else is in it."""

    def __init__(
        self, floor: Floor, phones: Phones, desk: Desk, directory: Directory, reaches: Reaches
    ) -> None:
        self.floor = floor
        self.phones = phones
        self.desk = desk
        self.directory = directory
        self.reaches = reaches

    # ---- wishes ----

    async def ask(self, operator_id: str, contact_id: str, wish: Wish) -> Reach:
        """Bring somebody in; an emergency line is dialled when the time to undo is over."""
        if wish.mode not in WAYS or (wish.leaves and wish.mode is not GuestMode.JOIN):
            raise Invalid(
                Problem(
                    "/mode", "not-a-choice", "只能私下咨询或三方通话。", "Consult or join only."
                )
            )
        if wish.role is GuestRole.EXPERT and not wish.consent:
            raise Invalid(
                Problem(
                    "/consent",
                    "consent-missing",
                    "请先征得来电人同意，再接入专家。",
                    "Ask the citizen first: an expert is brought in with their consent only.",
                )
            )
        now = self.floor.clock.now()
        targets = self.directory.of(wish.role)
        title = targets.title(wish.target)
        region = wish.region
        async with self.floor.turn:
            call = self._mine(operator_id, contact_id)
            if wish.role is GuestRole.SEAT:
                self.floor.must_not_ring(wish.target, contact_id)
            if wish.role is GuestRole.DISPATCHER:
                region = region or call.did
            tries = targets.tries(wish.target, region, now)
            open_ = self._trying(contact_id)
            if open_ is not None:
                raise AlreadyTaken("reach", open_.id, open_.title)
            if len(self.floor.guests_of(contact_id)) >= MOST_GUESTS:
                raise IllegalMove("call", call.state, "reach")
            if wish.leaves and wish.role is GuestRole.DISPATCHER:
                raise NotVerified("call", call.state, "leave")
            undo = wish.role is GuestRole.DISPATCHER
            reach = Reach(
                id=secrets.token_hex(16),
                contact_id=contact_id,
                role=wish.role,
                target=wish.target,
                title=title,
                tries=tries,
                mode=wish.mode,
                by=operator_id,
                asked_at=now,
                state=ReachState.UNDO if undo else ReachState.TRYING,
                leaves=wish.leaves,
                consent=wish.consent,
                reason=wish.reason,
                undo_until=now + timedelta(seconds=UNDO_SECONDS) if undo else None,
            )
            fact = self._fact(
                FactKind.REACH_ASKED,
                call,
                reach=reach.id,
                role=wish.role.value,
                target=wish.target,
                consent=wish.consent,
            )
            await self.floor.commit(reach, fact, must=True)
        return reach

    async def undo(self, operator_id: str, contact_id: str) -> None:
        """Nothing was dialled, and nothing will be."""
        async with self.floor.turn:
            reach = self._wish(operator_id, contact_id)
            await self.reaches.end(reach, ReachState.UNDONE, FactKind.REACH_UNDONE)

    async def withdraw(self, operator_id: str, contact_id: str) -> None:
        """Whoever rings for it stops ringing."""
        async with self.floor.turn:
            reach = self._wish(operator_id, contact_id)
            await self.reaches.end(reach, ReachState.WITHDRAWN, FactKind.REACH_WITHDRAWN)
            ringing = [
                one.id
                for one in self.floor.guests_of(contact_id)
                if one.reach_id == reach.id and one.state is GuestState.DIALLING
            ]
        for guest in ringing:
            await self.phones.drop(guest)

    async def verified(self, operator_id: str, contact_id: str, reach_id: str = "") -> None:
        """This line has understood (empty: every one that is in); then the operator may leave."""
        async with self.floor.turn:
            call = self._mine(operator_id, contact_id)
            waiting = [one for one in self._not_understood(call) if reach_id in ("", one.id)]
            if not waiting:
                reach = self.floor.reaches.get(reach_id) or self._wish(operator_id, contact_id)
                if reach.verified_at is None:
                    raise IllegalMove("reach", reach.state, "verified")
                return
            known = [replace(one, verified_at=self.floor.clock.now()) for one in waiting]
            facts = [self._fact(FactKind.REACH_VERIFIED, call, reach=one.id) for one in waiting]
            await self.floor.commit(*known, *facts, must=True)

    # ---- who is in ----

    async def let(self, operator_id: str, contact_id: str, guest_id: str, mode: GuestMode) -> None:
        """Let a guest take part in another way."""
        call = self._mine(operator_id, contact_id)
        guest = self._guest(contact_id, guest_id)
        if guest.state is not GuestState.IN or mode not in WAYS_IN:
            raise IllegalMove("guest", guest.state, mode)
        await self.phones.move_guest(call.channel, guest.id, mode)

    async def drop(self, operator_id: str, contact_id: str, guest_id: str) -> None:
        """Take a guest out, or stop ringing them."""
        self._mine(operator_id, contact_id)
        await self.phones.drop(self._guest(contact_id, guest_id).id)

    async def mute(self, operator_id: str, contact_id: str, who: str, *, muted: bool) -> None:
        """Nobody hears the citizen (``who`` is "citizen") or this guest; they hear everybody."""
        call = self._mine(operator_id, contact_id)
        guest = None if who == "citizen" else self._guest(contact_id, who)
        if guest is not None and guest.state is not GuestState.IN:
            raise IllegalMove("guest", guest.state, "mute")
        await self.phones.mute(guest.channel if guest else call.channel, muted=muted)
        async with self.floor.turn:
            now = self.floor.guests.get(who)
            rows = () if now is None else (replace(now, muted=muted),)
            fact = self._fact(
                FactKind.LEG_MUTED, call, who=who if guest else "citizen", muted=muted
            )
            await self.floor.commit(*rows, fact, must=False)

    async def leave(self, operator_id: str, contact_id: str) -> None:
        """Hand the citizen over to whoever is in."""
        call = self._mine(operator_id, contact_id)
        there = [one for one in self.floor.guests_of(contact_id) if one.mode is GuestMode.JOIN]
        if not any(one.state is GuestState.IN for one in there):
            raise IllegalMove("call", call.state, "leave")
        self._understood(call, "leave")
        came = max(one.answered_at or call.arrived_at for one in there)
        young = SETTLES_SECONDS - (self.floor.clock.now() - came).total_seconds()
        if young > 0:
            await self.floor.clock.sleep(young)
        await self.phones.leave(call.leg)

    async def transfer(self, operator_id: str, contact_id: str, queue: str) -> None:
        """Give the citizen to another queue; the own seat is free for its wrap-up."""
        call = self._mine(operator_id, contact_id)
        to = self.floor.queues.get(queue)
        if to is None or queue in self.floor.leaving:
            raise Unknown("queue", queue)
        self._understood(call, "transfer")
        async with self.floor.turn:
            fact = self._fact(FactKind.CALL_TRANSFERRED, call, queue=queue)
            await self.floor.commit(fact, must=True)
        await self.floor.send_apart(contact_id, queue)
        await self.phones.send_to_queue(call.channel, queue, to.rank)

    async def hang_up(self, operator_id: str, contact_id: str) -> None:
        """End the call; a seat that is only a guest of it ends its own part."""
        seat = self.floor.seat_of(operator_id)
        for guest in self.floor.guests_of(contact_id):
            at = seat_of(guest, self.floor.reaches.get(guest.reach_id))
            if seat is not None and at == seat.number and seat.contact_id == contact_id:
                await self.phones.drop(guest.id)
                return
        await self.desk.hang_up(operator_id, contact_id)

    async def record(self, operator_id: str, contact_id: str, *, paused: bool) -> None:
        """Silence in the recordings while something secret is said."""
        call = self._mine(operator_id, contact_id)
        if paused is not call.recording_paused:
            await self.phones.pause_recording(call.channel, paused=paused)

    async def park(self, operator_id: str, contact_id: str) -> None:
        """Music for the citizen until somebody picks the call up."""
        call = self._mine(operator_id, contact_id)
        self._understood(call, "park")
        if call.state not in (CallState.TALKING, CallState.HELD):
            raise IllegalMove("call", call.state, "park")
        await self.phones.park(call.channel, call.leg)

    # ---- inside ----

    def _mine(self, operator_id: str, contact_id: str) -> Call:
        """The call that this person's seat has and talks in."""
        seat = self.floor.seat_of(operator_id)
        call = self.floor.calls.get(contact_id)
        if seat is None or call is None or seat.contact_id != contact_id:
            raise Unknown("call", contact_id)
        if call.seat != seat.number or call.state not in WITH_SEAT:
            raise IllegalMove("call", call.state, "command")
        return call

    def _understood(self, call: Call, move: str) -> None:
        """Nobody goes before the emergency line that is in has understood."""
        if self._not_understood(call):
            raise NotVerified("call", call.state, move)

    def _not_understood(self, call: Call) -> list[Reach]:
        """The emergency lines that are in, and of which nobody has said yet that they know."""
        return [
            one
            for one in self.floor.reaches.values()
            if one.contact_id == call.id
            and one.role is GuestRole.DISPATCHER
            and one.state is ReachState.IN
            and one.verified_at is None
        ]

    def _trying(self, contact_id: str) -> Reach | None:
        reach = self.floor.reach_of(contact_id)
        return None if reach is None or reach.state is ReachState.IN else reach

    def _wish(self, operator_id: str, contact_id: str) -> Reach:
        self._mine(operator_id, contact_id)
        reach = self._trying(contact_id) or self.floor.reach_of(contact_id)
        if reach is None:
            raise Unknown("reach", contact_id)
        return reach

    def _guest(self, contact_id: str, guest_id: str) -> Guest:
        for guest in self.floor.guests_of(contact_id):
            if guest.id == guest_id and guest.role is not GuestRole.SUPERVISOR:
                return guest
        raise Unknown("guest", guest_id)

    def _fact(self, kind: FactKind, call: Call, **data: str | bool) -> Fact:
        return Fact(
            kind=kind,
            at=self.floor.clock.now(),
            contact_id=call.id,
            seat=call.seat,
            operator_id=call.operator_id,
            data=data,
        )

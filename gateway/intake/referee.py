"""The one line and who gets what out of it: conversations to seats, beside the telephone's calls.

The conversations of the floor are the truth; the line is a hint that is kept in step with them,
built again when it was away or is not what was built. ``core.routing`` decides; what it decides is
recorded before a screen shows it. One task does all of it, so that nothing overtakes itself.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from gateway.core import routing
from gateway.core.call import CallState
from gateway.core.chat import ChatState
from gateway.core.chat_moves import offered
from gateway.core.errors import (
    HotlineError,
    LineUnavailable,
    StoreUnavailable,
)
from gateway.core.item import IntakeItem, Rank
from gateway.core.kept_free import SHIPPED, KeptFree, slow_operator, taken_up
from gateway.core.queue import FALLBACK
from gateway.core.seat import Seat, SeatState
from gateway.core.targets import Targets
from gateway.intake.apart import in_line, serves
from gateway.intake.floor import Floor
from gateway.intake.lapses import Lapses
from gateway.intake.line_list import LineList
from gateway.intake.presence import Presence
from gateway.intake.room import Room
from gateway.intake.seating import Seating
from gateway.ports import Claim, Line

TICK_SECONDS = 0.25
LOOK_EVERY_SECONDS = 5.0
"""How often the line is asked whether it is whole, and its overdue are counted."""
CLAIM_MARGIN_SECONDS = 30.0
"""Longer than an offer: a claim that lapses by itself is one whose gateway died."""
OFFERS_A_TICK = 50
MANY = 1000
"""When more wait, they are counted for the screens only now and then."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Seconds, how many conversations a seat holds beside a call, which seats are kept free."""

    per_seat: int = 3
    offer_seconds: float = 20.0
    same_operator_seconds: float = 120.0
    kept: KeptFree = SHIPPED


class Referee:
    """``run`` it."""

    def __init__(
        self,
        floor: Floor,
        line: Line,
        room: Room,
        seating: Seating,
        waiting: LineList,
        *,
        targets: Targets,
        rules: Rules,
    ) -> None:
        self.floor = floor
        self.line = line
        self.room = room
        self.seating = seating
        self.waiting = waiting
        self._targets = targets
        self._rules = rules
        self._presence = Presence(floor)
        self._lapses = Lapses(floor, room, rules.same_operator_seconds)
        self._placed: dict[str, IntakeItem] = {}
        self._claims: dict[str, Claim] = {}
        self._whole = False
        self._looked_at = self._told_at = -LOOK_EVERY_SECONDS
        floor.chats.per_seat = rules.per_seat

    async def run(self) -> None:
        """Tick for ever: at once when a conversation moved, else four times a second."""
        stirred = self.floor.chats.stirred
        with suppress(StoreUnavailable):  # then they lapse by themselves
            await self._lapses.begin()
        while True:
            stirred.clear()
            await self.tick()
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):
                    await stirred.wait()

    async def tick(self) -> None:
        """Everything that is due now."""
        now = self.floor.clock.now()
        here = self._presence.here(now)
        with suppress(StoreUnavailable):
            await self._lapses.look(now, here)
        try:
            await self._keep_step(now)
            await self._give(now, here)
        except LineUnavailable as fault:
            if self._whole:
                log.warning("line_away", reason=fault.reason)
            self._whole = False
        except StoreUnavailable:
            pass  # nothing was given; at the next tick it is tried again
        await self.room.settle()
        self._tell_line(now)

    # ---- the line follows ----

    async def _keep_step(self, now: datetime) -> None:
        """Raises LineUnavailable."""
        chats, steady = self.floor.chats, self.floor.clock.monotonic()
        if self._whole and steady - self._looked_at >= LOOK_EVERY_SECONDS:
            self._looked_at = steady
            self._whole = await self.line.whole()
        if not self._whole:
            items = {
                id_: in_line(chat, self._targets, self.floor.bars)
                for id_, chat in chats.lined().items()
            }
            dirty = tuple(chats.dirty)
            await self.line.rebuild(items.values())
            for id_ in dirty:
                if self._is_told(id_, items):
                    chats.dirty.pop(id_, None)
            self._placed, self._claims, self._whole = items, {}, True
            self._looked_at = steady
        await self.line.lapse(now)
        for id_ in tuple(chats.dirty):
            await self._follow(id_)
            chats.dirty.pop(id_, None)

    def _is_told(self, id_: str, items: Mapping[str, IntakeItem]) -> bool:
        chats = self.floor.chats
        chat = chats.waiting.get(id_)
        if chat is not None and chats.held_back(chat):
            chat = None
        return items.get(id_) == (in_line(chat, self._targets, self.floor.bars) if chat else None)

    async def _follow(self, id_: str) -> None:
        """Let the line have this conversation as it is."""
        chats = self.floor.chats
        chat = chats.open.get(id_)
        held_back = chat is not None and chats.held_back(chat)
        if chat is not None and chat.state is ChatState.WAITING and not held_back:
            item = in_line(chat, self._targets, self.floor.bars)
            claim = self._claims.pop(id_, None)
            if claim is not None and await self.line.give_back(claim, item):
                self._placed[id_] = item
            elif claim is not None or self._placed.get(id_) != item:
                await self.line.remove(id_)  # a line that was built meanwhile has it as it was
                await self.line.put(item)
                self._placed[id_] = item
        elif chat is None or chat.state is ChatState.OPEN or held_back:
            await self.line.remove(id_)
            self._placed.pop(id_, None)
            self._claims.pop(id_, None)

    # ---- giving ----

    async def _give(self, now: datetime, here: frozenset[str]) -> None:
        """Offer until nobody can have more. Raises LineUnavailable, StoreUnavailable."""
        if not self.floor.chats.waiting:
            return
        skipped: set[str] = set()
        for _ in range(OFFERS_A_TICK):
            seats = [v for v in self.seats(here) if v.number not in skipped]
            askers = [seat for seat in routing.askers(seats) if self._is_waited_for(seat)]
            heads = {
                seat.number: await self.line.head(seat.skills, seat.operator_id, now)
                for seat in askers
            }
            handed = {
                id_: by for id_, (by, until) in self.floor.chats.handed.items() if now < until
            }
            calls = self.callers()
            offer = routing.choose(seats, heads, calls, now, handed)
            if offer is None:
                slow = await self._slow_heads(seats, now)
                offer = routing.choose_slow(
                    seats, slow, calls, now, kept=self._rules.kept, handed=handed
                )
            if offer is None:
                return
            if not await self._make(offer, now):
                skipped.add(offer.seat)

    async def _slow_heads(
        self, seats: Collection[routing.SeatView], now: datetime
    ) -> list[IntakeItem]:
        """The first over a limit of each queue that has seats to spare. Raises LineUnavailable."""
        waiting_in = self.floor.chats.waiting_in
        queues = {name if name in self.floor.queues else FALLBACK for name in waiting_in}
        heads = [
            await self.line.head((), slow_operator(queue), now)
            for queue in sorted(queues)
            if routing.has_to_spare(seats, queue, self._rules.kept)
        ]
        return [taken_up(head) for head in heads if head is not None]

    def _is_waited_for(self, seat: routing.SeatView) -> bool:
        """Whether something may wait for this seat, so that the line is not asked for nothing."""
        chats = self.floor.chats
        known = {name if name in self.floor.queues else FALLBACK for name in chats.waiting_in}
        return bool(known & seat.skills.keys()) or any(
            chat.wanted_operator == seat.operator_id for chat in chats.waiting.values()
        )

    async def _make(self, offer: routing.Offer, now: datetime) -> bool:
        """Claim, pause where it fills the seat, record; False when it came to nothing."""
        seconds = self._rules.offer_seconds
        claim = await self.line.take(offer.item.id, offer.seat, now, seconds + CLAIM_MARGIN_SECONDS)
        if claim is None:  # the line has it no more: it is put there anew
            self._placed.pop(offer.item.id, None)
            self.floor.chats.dirty[offer.item.id] = None
            return False
        self._claims[offer.item.id] = claim
        try:
            async with (
                self.room.filling(offer.seat, must_be_ready=True) as seat,
                self.floor.chats.turn(offer.item.id),
            ):
                chat = self.floor.chats.waiting.get(offer.item.id)
                if chat is not None and not self.floor.barred(seat.operator_id, chat.id):
                    at = self.floor.clock.now()
                    moved = offered(chat, seat.number, seat.operator_id, at, seconds)
                    await self.floor.commit_chat(*moved)
                    return True
        except StoreUnavailable:
            self.floor.chats.dirty[offer.item.id] = None
            raise
        except HotlineError as fault:  # the telephone, a hand or the citizen was faster
            log.info("offer_not_made", seat=offer.seat, code=fault.code)
        self.floor.chats.dirty[offer.item.id] = None  # it goes back at the next tick
        return False

    def seats(self, here: frozenset[str]) -> list[routing.SeatView]:
        """Every seat that somebody sits at, as routing sees it."""
        return [
            self._view(seat, here)
            for seat in self.floor.seats.values()
            if seat.state is not SeatState.SIGNED_OUT
        ]

    def _view(self, seat: Seat, here: frozenset[str]) -> routing.SeatView:
        chats = self.floor.chats
        return routing.SeatView(
            number=seat.number,
            operator_id=seat.operator_id,
            state=seat.state,
            skills=serves(self.floor, self._targets, seat.operator_id, self.seating.skills(seat)),
            chats=len(chats.at_seat.get(seat.number, ())),
            chats_most=chats.per_seat,
            listening=seat.operator_id in here,
            next_break=seat.next_break,
            since=seat.since,
        )

    def callers(self) -> Mapping[str, Sequence[Rank]]:
        """The ranks of the callers who wait, by queue, those who keep their place among them."""
        found: defaultdict[str, list[Rank]] = defaultdict(list)
        for call in self.floor.calls.values():
            if call.state is CallState.WAITING:
                item = self._targets.call(call, slow=call.hotline_id in self.floor.slow)
                found[call.queue or FALLBACK].append(item.rank)
        for place in self.floor.places():
            found[place.queue].append(place.rank)
        return found

    def _tell_line(self, now: datetime) -> None:
        chats, steady = self.floor.chats, self.floor.clock.monotonic()
        if len(chats.waiting) > MANY and steady - self._told_at < LOOK_EVERY_SECONDS:
            return
        self._told_at = steady
        summary = self.waiting.summary(now)
        own = {one: self.waiting.summary(now, one) for one in self.floor.kept_from()}
        if summary != self.floor.line or own != self.floor.own_lines:
            self.floor.line, self.floor.own_lines = summary, own
            self.floor.hub.tell_all("line", summary, own)

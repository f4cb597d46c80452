"""A hotline that is busy for a million events: line and routing together, without a clock.

Everything is checked as it happens, against sets and heaps that know nothing of the line's blocks:
nobody is lost, nobody is had twice, an emergency never waits behind, nobody is overtaken by who is
due later, and a rank never moves.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush

import pytest

from gateway.core.item import IntakeItem, ItemKind, Rank
from gateway.core.routing import Offer, SeatView, askers, choose, may_have
from gateway.core.seat import SeatState
from gateway.ports.messages import Claim
from gateway.queue.memory_line import MemoryLine, place_of
from gateway.queue.ranks import Place
from tests.line_places import NOW

EVENTS = 1_000_000
SEED = 20260302
QUEUES = ("civil", "tax", "housing", "enterprise")
OFFER_SECONDS = 20
TARGETS = {ItemKind.CHAT: 180, ItemKind.FORM: 3600}


@dataclass(slots=True)
class Had:
    """What a seat has: its claim, and whether it answered."""

    claim: Claim
    seat: int
    open: bool = False


@dataclass(slots=True)
class Hotline:
    """Seats, callers and conversations, moved by chance."""

    chance: random.Random
    line: MemoryLine = field(default_factory=MemoryLine)
    seats: list[SeatView] = field(default_factory=list)
    calls: dict[str, list[Rank]] = field(default_factory=lambda: {one: [] for one in QUEUES})
    had: dict[str, Had] = field(default_factory=dict)
    waiting: dict[str, IntakeItem] = field(default_factory=dict)
    ranks: dict[str, Place] = field(default_factory=dict)
    heaps: dict[str, list[Place]] = field(default_factory=lambda: {one: [] for one in QUEUES})
    urgent: set[str] = field(default_factory=set)
    served: int = 0
    came: int = 0
    offers: int = 0
    calls_came: int = 0
    now: datetime = NOW

    def __post_init__(self) -> None:
        for number in range(10):
            skills = self.chance.sample(QUEUES, self.chance.randint(1, 3))
            self.seats.append(
                SeatView(
                    number=str(8001 + number),
                    operator_id=f"op{number}",
                    state=SeatState.READY,
                    skills={queue: self.chance.randint(0, 2) for queue in skills},
                    chats=0,
                    chats_most=3,
                    listening=True,
                    since=NOW,
                )
            )
        for number, queue in enumerate(QUEUES):
            seat = self.seats[number]
            self.seats[number] = replace(seat, skills={**seat.skills, queue: 0})

    # ---- what happens ----

    async def arrives(self) -> None:
        """Somebody writes, now and then somebody in need, or one whom an operator knows."""
        chance = self.chance
        kind = ItemKind.CHAT if chance.random() < 0.8 else ItemKind.FORM
        wanted = f"op{chance.randrange(10)}" if chance.random() < 0.1 else ""
        item = IntakeItem(
            id=f"c{self.came:07}",
            kind=kind,
            queue=chance.choice(QUEUES),
            emergency=chance.random() < 0.03,
            since=self.now,
            due_at=self.now + timedelta(seconds=TARGETS[kind]),
            wanted_operator=wanted,
            wanted_until=self.now + timedelta(seconds=120) if wanted else None,
        )
        self.came += 1
        self.ranks[item.id] = place_of(item)
        self._waits(item)
        await self.line.put(item, item)

    async def answers(self) -> None:
        """An operator opens what they are offered."""
        had = self._any()
        if had and not had.open:
            had.open = await self.line.keep(had.claim, self.now + timedelta(hours=9))
            assert had.open

    async def closes(self) -> None:
        """A conversation ends."""
        had = self._any()
        if had and had.open:
            self._let_go(had)
            del self.ranks[had.claim.item.id]
            self.served += 1
            await self.line.remove(had.claim.item.id)

    async def goes_back(self) -> None:
        """A seat goes silent, declines, or transfers: it waits again, wherever it is sent."""
        had = self._any()
        if had:
            self._let_go(had)
            item = had.claim.item
            if self.chance.random() < 0.5:
                item = replace(item, queue=self.chance.choice(QUEUES), wanted_operator="")
            assert await self.line.give_back(had.claim, item)
            self._waits(item)

    async def time_passes(self) -> None:
        """Offers lapse."""
        self.now += timedelta(seconds=self.chance.choice((1, 1, 2, 15)))
        for item_id in await self.line.lapse(self.now):
            had = self.had[item_id]
            assert not had.open
            self._let_go(had)
            assert not await self.line.keep(had.claim, self.now)
            self._waits(had.claim.item)

    async def call_comes(self) -> None:
        """A caller waits, or one is answered elsewhere."""
        calls = self.calls[self.chance.choice(QUEUES)]
        if calls and self.chance.random() < 0.6:
            calls.pop(0)
        elif len(calls) < 3:
            self.calls_came += 1
            due = self.now + timedelta(seconds=15)
            id_ = f"k{self.calls_came}"
            calls.append(Rank(calm=True, due_at=due, since=self.now, id=id_))

    async def seat_changes(self) -> None:
        """A seat talks, or is ready again."""
        at = self.chance.randrange(len(self.seats))
        state = SeatState.TALKING if self.chance.random() < 0.3 else SeatState.READY
        self.seats[at] = replace(self.seats[at], state=state, since=self.now)

    # ---- what routing does about it ----

    async def route(self) -> None:
        """Make every offer that is to be made."""
        while self.waiting and any(seat.can_have for seat in self.seats):
            heads = {
                seat.number: await self.line.head(seat.skills, seat.operator_id, self.now)
                for seat in askers(self.seats)
            }
            offer = choose(self.seats, heads, self.calls, self.now)
            if offer is None:
                return
            self._check(offer)
            claim = await self.line.take(offer.item.id, offer.seat, self.now, OFFER_SECONDS)
            assert claim
            assert claim.item == self.waiting.pop(offer.item.id)
            self.urgent.discard(offer.item.id)
            at = int(offer.seat) - 8001
            self.seats[at] = replace(self.seats[at], chats=self.seats[at].chats + 1)
            assert offer.item.id not in self.had, "had twice"
            self.had[offer.item.id] = Had(claim, at)
            self.offers += 1

    def _check(self, offer: Offer) -> None:
        item, seat = offer.item, self.seats[int(offer.seat) - 8001]
        assert may_have(seat, item, self.now)
        assert self.ranks[item.id] == place_of(item), "the rank moved"
        if not item.emergency:
            behind = [one for one in self.urgent if may_have(seat, self.waiting[one], self.now)]
            assert not behind, "an emergency waits behind"
        for queue in seat.skills:
            first = self._first(queue)
            assert first is None or place_of(item) <= first, "overtaken"

    def _first(self, queue: str) -> Place | None:
        """The first of those in this queue that want nobody."""
        heap = self.heaps[queue]
        while heap:
            item = self.waiting.get(heap[0][3])
            if item and item.queue == queue and not item.wanted_operator:
                return heap[0]
            heappop(heap)
        return None

    def _waits(self, item: IntakeItem) -> None:
        assert item.id not in self.waiting, "waits twice"
        self.waiting[item.id] = item
        if item.emergency:
            self.urgent.add(item.id)
        if not item.wanted_operator:
            heappush(self.heaps[item.queue], place_of(item))

    def _any(self) -> Had | None:
        """Somebody's conversation."""
        if not self.had:
            return None
        return self.had[self.chance.choice(list(self.had))]

    def _let_go(self, had: Had) -> None:
        del self.had[had.claim.item.id]
        seat = self.seats[had.seat]
        self.seats[had.seat] = replace(seat, chats=seat.chats - 1)


def happenings(hotline: Hotline) -> Iterator[Callable[[], Coroutine[None, None, None]]]:
    """By how often they happen; more come than go, until many wait, and then fewer."""
    rise = (hotline.arrives,) * 30, (hotline.closes,) * 20
    fall = (hotline.arrives,) * 16, (hotline.closes,) * 34
    rest = (
        *(hotline.answers,) * 30,
        *(hotline.time_passes,) * 8,
        *(hotline.call_comes,) * 8,
        *(hotline.seat_changes,) * 2,
        *(hotline.goes_back,) * 2,
    )
    rising = True
    while True:
        if len(hotline.waiting) > 5000:
            rising = False
        elif len(hotline.waiting) < 10:
            rising = True
        come, go = rise if rising else fall
        yield from hotline.chance.choices((*come, *go, *rest), k=100)


@pytest.mark.alone
@pytest.mark.timeout(600)
async def test_nobody_is_lost_or_had_twice_and_nobody_overtaken_in_a_million_events() -> None:
    """See the module. At the end nobody comes any more, and everybody is served."""
    hotline = Hotline(random.Random(SEED))
    for _, happens in zip(range(EVENTS), happenings(hotline), strict=False):
        await happens()
        if happens != hotline.answers:
            await hotline.route()
    hotline.calls = {queue: [] for queue in QUEUES}
    hotline.seats = [replace(one, state=SeatState.READY) for one in hotline.seats]
    while hotline.waiting or hotline.had:
        hotline.now += timedelta(seconds=200)
        await hotline.time_passes()
        await hotline.route()
        for had in list(hotline.had.values()):
            had.open = True
            hotline.had = {had.claim.item.id: had, **hotline.had}
            hotline._let_go(had)
            hotline.served += 1
            await hotline.line.remove(had.claim.item.id)
    assert hotline.served == hotline.came
    assert await hotline.line.counts() == {}
    assert hotline.offers > hotline.came > EVENTS / 10

"""The line in this process: ``ports.messages.Line`` where there is one gateway.

Every method costs O(log n) in the number waiting (``queue.ranks``). Heaps hold what is no longer
true until it comes to their top or they are twice as long as they need be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import TypeVar

from gateway.core.item import IntakeItem
from gateway.ports.messages import Claim, LineCounts
from gateway.queue.ranks import Place, Ranks

Entry = TypeVar("Entry", bound="tuple[datetime, str] | tuple[datetime, str, int]")

SLACK = 64
"""A heap is made anew when it has more than twice what it needs, and so many."""


def place_of(item: IntakeItem) -> Place:
    """Its rank as a tuple."""
    return (not item.emergency, item.due_at, item.since, item.id)


@dataclass(slots=True)
class _Queue:
    """One queue: what anybody may have, what is kept for one operator, and who waits longest."""

    free: Ranks = field(default_factory=Ranks)
    kept: Ranks = field(default_factory=Ranks)
    since: list[tuple[datetime, str]] = field(default_factory=list)
    emergencies: int = 0

    def __len__(self) -> int:
        return len(self.free) + len(self.kept)


class MemoryLine:
    """Never raises LineUnavailable, and is always whole."""

    def __init__(self, fence: int = 0) -> None:
        """Claims are numbered from the next after ``fence``."""
        self.fence = fence
        self._clear()

    @property
    def waiting(self) -> Mapping[str, IntakeItem]:
        """What waits, by id."""
        return self._items

    @property
    def claims(self) -> Mapping[str, Claim]:
        """What is claimed, by id."""
        return self._claims

    def hold(self, claims: Iterable[Claim]) -> None:
        """Honour claims that were made elsewhere; what they hold does not wait."""
        for claim in claims:
            if claim.item.id in self._items:
                self._take_out(claim.item.id)
            self._claims[claim.item.id] = claim
            self._lease(claim.item.id, claim.fence, claim.until)
            self.fence = max(self.fence, claim.fence)

    def _clear(self) -> None:
        self._items: dict[str, IntakeItem] = {}
        self._claims: dict[str, Claim] = {}
        self._queues: dict[str, _Queue] = {}
        self._wanted: dict[str, Ranks] = {}
        self._keeps: list[tuple[datetime, str]] = []
        self._leases: list[tuple[datetime, str, int]] = []

    async def put(self, *items: IntakeItem) -> None:
        """See ports.messages.Line."""
        for item in items:
            if item.id not in self._items and item.id not in self._claims:
                self._add(item)

    async def claim(
        self, seat: str, operator: str, queues: Collection[str], now: datetime, seconds: float
    ) -> Claim | None:
        """See ports.messages.Line."""
        place = self._first(queues, operator, now)
        return self._claim(place[3], seat, now, seconds) if place else None

    async def take(self, item_id: str, seat: str, now: datetime, seconds: float) -> Claim | None:
        """See ports.messages.Line."""
        return self._claim(item_id, seat, now, seconds) if item_id in self._items else None

    async def keep(self, claim: Claim, until: datetime) -> bool:
        """See ports.messages.Line."""
        held = self._held(claim)
        if held is None:
            return False
        self._claims[held.item.id] = replace(held, until=until)
        self._lease(held.item.id, held.fence, until)
        return True

    async def give_back(self, claim: Claim, item: IntakeItem) -> bool:
        """See ports.messages.Line."""
        held = self._held(claim)
        if held is None:
            return False
        del self._claims[held.item.id]
        self._add(replace(item, id=held.item.id))
        return True

    async def remove(self, item_id: str) -> None:
        """See ports.messages.Line."""
        if self._claims.pop(item_id, None) is None and item_id in self._items:
            self._take_out(item_id)

    async def lapse(self, now: datetime) -> tuple[str, ...]:
        """See ports.messages.Line."""
        lapsed = []
        while self._leases and self._leases[0][0] <= now:
            one = heappop(self._leases)
            if self._is_leased(one):
                held = self._claims.pop(one[1])
                self._add(held.item)
                lapsed.append(held.item.id)
        return tuple(lapsed)

    async def head(
        self, queues: Collection[str], operator: str, now: datetime
    ) -> IntakeItem | None:
        """See ports.messages.Line."""
        place = self._first(queues, operator, now)
        return self._items[place[3]] if place else None

    async def ahead_of(self, item_id: str) -> int | None:
        """See ports.messages.Line."""
        item = self._items.get(item_id)
        if item is None:
            return None
        queue, place = self._queues[item.queue], place_of(item)
        return queue.free.before(place) + queue.kept.before(place)

    async def counts(self) -> Mapping[str, LineCounts]:
        """See ports.messages.Line."""
        return {
            name: LineCounts(
                waiting=len(queue), emergencies=queue.emergencies, oldest_since=self._oldest(queue)
            )
            for name, queue in self._queues.items()
        }

    async def rebuild(self, items: Iterable[IntakeItem]) -> None:
        """See ports.messages.Line."""
        self._clear()
        for item in items:
            if item.id not in self._items:
                self._add(item)

    async def whole(self) -> bool:
        """See ports.messages.Line."""
        return True

    # ---- what waits ----

    def _queue(self, name: str) -> _Queue:
        queue = self._queues.get(name)
        if queue is None:
            queue = self._queues[name] = _Queue()
        return queue

    def _add(self, item: IntakeItem) -> None:
        self._items[item.id] = item
        queue, place = self._queue(item.queue), place_of(item)
        kept_until = item.wanted_until if item.wanted_operator else None
        (queue.free if kept_until is None else queue.kept).add(place)
        queue.emergencies += item.emergency
        heappush(queue.since, (item.since, item.id))
        _tidy(queue.since, len(queue), lambda one: self._waits(queue, *one))
        if item.wanted_operator:
            self._wanted.setdefault(item.wanted_operator, Ranks()).add(place)
        if kept_until is not None:
            heappush(self._keeps, (kept_until, item.id))
            _tidy(self._keeps, len(self._items), self._is_kept)

    def _take_out(self, item_id: str) -> IntakeItem:
        item = self._items.pop(item_id)
        queue, place = self._queues[item.queue], place_of(item)
        if not queue.free.discard(place):
            queue.kept.discard(place)
        queue.emergencies -= item.emergency
        if not len(queue):
            del self._queues[item.queue]
        own = self._wanted.get(item.wanted_operator)
        if own is not None:
            own.discard(place)
            if not own:
                del self._wanted[item.wanted_operator]
        return item

    def _first(self, queues: Collection[str], operator: str, now: datetime) -> Place | None:
        """The first that this operator may have."""
        self._let_go(now)
        found = [
            queue.free.first()
            for name in queues
            if (queue := self._queues.get(name)) is not None and queue.free
        ]
        own = self._wanted.get(operator)
        if own is not None:
            found.append(own.first())
        return min(found, default=None)

    def _let_go(self, now: datetime) -> None:
        """What was kept long enough is for anybody."""
        while self._keeps and self._keeps[0][0] <= now:
            one = heappop(self._keeps)
            if self._is_kept(one):
                item = self._items[one[1]]
                queue, place = self._queues[item.queue], place_of(item)
                if queue.kept.discard(place):
                    queue.free.add(place)

    def _is_kept(self, one: tuple[datetime, str]) -> bool:
        until, item_id = one
        item = self._items.get(item_id)
        return item is not None and item.wanted_until == until

    def _waits(self, queue: _Queue, since: datetime, item_id: str) -> bool:
        item = self._items.get(item_id)
        return item is not None and item.since == since and self._queues.get(item.queue) is queue

    def _oldest(self, queue: _Queue) -> datetime | None:
        while queue.since and not self._waits(queue, *queue.since[0]):
            heappop(queue.since)
        return queue.since[0][0] if queue.since else None

    # ---- what is claimed ----

    def _claim(self, item_id: str, seat: str, now: datetime, seconds: float) -> Claim:
        item = self._take_out(item_id)
        self.fence += 1
        until = now + timedelta(seconds=seconds)
        claim = Claim(item=item, seat=seat, fence=self.fence, until=until)
        self._claims[item_id] = claim
        self._lease(item_id, claim.fence, until)
        return claim

    def _held(self, claim: Claim) -> Claim | None:
        held = self._claims.get(claim.item.id)
        return held if held is not None and held.fence == claim.fence else None

    def _lease(self, item_id: str, fence: int, until: datetime) -> None:
        heappush(self._leases, (until, item_id, fence))
        _tidy(self._leases, len(self._claims), self._is_leased)

    def _is_leased(self, one: tuple[datetime, str, int]) -> bool:
        until, item_id, fence = one
        held = self._claims.get(item_id)
        return held is not None and (held.fence, held.until) == (fence, until)


def _tidy(heap: list[Entry], needed: int, true: Callable[[Entry], bool]) -> None:
    """Make a heap anew of what is still true in it, once it is mostly not."""
    if len(heap) > 2 * needed + SLACK:
        heap[:] = {one for one in heap if true(one)}
        heapify(heap)

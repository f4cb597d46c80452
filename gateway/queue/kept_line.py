"""The line that is always there: in Redis while that is well, in this process while it is not.

The first order that Redis does not answer in its time, or refuses (full, emptied, replaced),
builds the line here from the store's own items, without what is claimed; claims go on, with the
same fences. What was under way in Redis then counts for nothing: its answer is not believed, and
Redis refuses it, for the line there is built anew, under another epoch, before it is used again.
Until then it is built beside the one that serves; what changes meanwhile is carried over, and only
then do we go back to it.

One gateway uses one prefix: two that fall back at once would each have a line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import structlog

from gateway.core.errors import LineUnavailable, StoreUnavailable
from gateway.core.item import IntakeItem
from gateway.ports.clock import Clock
from gateway.ports.messages import Claim, Line, LineCounts
from gateway.queue.memory_line import MemoryLine
from gateway.queue.redis_line import RedisLine

T = TypeVar("T")
Items = Callable[[], Awaitable[Iterable[IntakeItem]]]
"""Everything that waits, as the store has it; may raise StoreUnavailable."""

LOOK_SECONDS = 1.0
ITEMS_SECONDS = 2.0
"""How long the store may take to say what waits."""
TRIES = 3
ROUNDS = 20
"""How often what changed meanwhile is carried over before we try again later."""

log = structlog.get_logger()


class KeptLine:
    """``ports.messages.Line``; without ``shared`` it is the line in this process and nothing more.

    Raises LineUnavailable only when Redis and the store are away at once.
    """

    def __init__(
        self,
        shared: RedisLine | None,
        items: Items,
        clock: Clock,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._shared, self._items, self._clock = shared, items, clock
        self._look_seconds = look_seconds
        self._looking = asyncio.Lock()
        self._memory = MemoryLine()
        self._line: Line | None = self._memory
        self._settled = asyncio.Event()
        self._settled.set()
        self._held: dict[str, Claim] = {}
        self._changed: set[str] | None = None
        """What changed while Redis is being built; None: it is not."""

    @property
    def is_shared(self) -> bool:
        """Whether Redis has the line now."""
        return self._line is not None and self._line is self._shared

    async def run(self) -> None:
        """Look after Redis for ever."""
        while True:
            await self.look()
            await self._clock.sleep(self._look_seconds)

    async def look(self) -> None:
        """Leave Redis when its line is not whole any more; go back to it when it is well."""
        if self._shared is None:
            return
        async with self._looking:
            with suppress(LineUnavailable):
                await self._look(self._shared)

    async def _look(self, shared: RedisLine) -> None:
        if self._line is self._memory:
            await self._go_back(shared)
        elif not await self._ask(lambda line: line.whole()):
            await self._fall_back(shared, "not whole")

    # ---- the line ----

    async def put(self, *items: IntakeItem) -> None:
        """See ports.messages.Line."""
        await self._tell(lambda line: line.put(*items))
        self._touch(*(item.id for item in items))

    async def claim(
        self, seat: str, operator: str, queues: Collection[str], now: datetime, seconds: float
    ) -> Claim | None:
        """See ports.messages.Line."""
        return self._claimed(
            await self._ask(lambda line: line.claim(seat, operator, queues, now, seconds))
        )

    async def take(self, item_id: str, seat: str, now: datetime, seconds: float) -> Claim | None:
        """See ports.messages.Line."""
        return self._claimed(await self._ask(lambda line: line.take(item_id, seat, now, seconds)))

    async def keep(self, claim: Claim, until: datetime) -> bool:
        """See ports.messages.Line."""
        kept = await self._ask(lambda line: line.keep(claim, until))
        if kept:
            self._held[claim.item.id] = replace(claim, until=until)
            self._touch(claim.item.id)
        return kept

    async def give_back(self, claim: Claim, item: IntakeItem) -> bool:
        """See ports.messages.Line."""
        given = await self._ask(lambda line: line.give_back(claim, item))
        if given:
            self._over(claim.item.id)
        return given

    async def remove(self, item_id: str) -> None:
        """See ports.messages.Line."""
        self._over(item_id)
        await self._tell(lambda line: line.remove(item_id))
        self._touch(item_id)

    async def lapse(self, now: datetime) -> tuple[str, ...]:
        """See ports.messages.Line."""
        lapsed = await self._ask(lambda line: line.lapse(now))
        self._over(*lapsed)
        return lapsed

    async def head(
        self, queues: Collection[str], operator: str, now: datetime
    ) -> IntakeItem | None:
        """See ports.messages.Line."""
        return await self._ask(lambda line: line.head(queues, operator, now))

    async def ahead_of(self, item_id: str) -> int | None:
        """See ports.messages.Line."""
        return await self._ask(lambda line: line.ahead_of(item_id))

    async def counts(self) -> Mapping[str, LineCounts]:
        """See ports.messages.Line."""
        return await self._ask(lambda line: line.counts())

    async def rebuild(self, items: Iterable[IntakeItem]) -> None:
        """See ports.messages.Line. Here at once, in Redis too when it is well."""
        self._memory = self._line = MemoryLine(self._newest_fence())
        self._held.clear()
        await self._memory.rebuild(items)
        await self.look()

    async def whole(self) -> bool:
        """See ports.messages.Line. When it is not, it is built anew by ``look``."""
        return await self._ask(lambda line: line.whole())

    # ---- which line ----

    async def _ask(self, ask: Callable[[Line], Awaitable[T]]) -> T:
        """Ask the line that there is; an answer of one that was left meanwhile is not believed."""
        for _ in range(TRIES):
            await self._settled.wait()
            line = self._line
            if line is None:
                await self._fall_back(None, "no line")
                continue
            try:
                found = await ask(line)
            except LineUnavailable as away:
                await self._fall_back(line, away.reason)
                continue
            if line is self._line:
                return found
        raise LineUnavailable("it changes too often")

    async def _tell(self, tell: Callable[[Line], Awaitable[None]]) -> None:
        """Tell the line what the store knows already: a line that is built from it need not hear.

        Said again after a while it might not be true any more: whom we put may have been served.
        """
        await self._settled.wait()
        line = self._line
        try:
            if line is not None:
                await tell(line)
                return
        except LineUnavailable as away:
            why = away.reason
        else:
            why = "no line"
        await self._fall_back(line, why)

    async def _fall_back(self, line: Line | None, why: str) -> None:
        """Build the line in this process, unless somebody did since ``line`` was asked."""
        if self._line is not line or not self._settled.is_set():
            await self._settled.wait()
            return
        self._line = None
        self._settled.clear()
        try:
            async with asyncio.timeout(ITEMS_SECONDS):
                items = tuple(await self._items())
            memory = MemoryLine(self._newest_fence())
            await memory.rebuild(items)
            memory.hold(self._held.values())
            self._memory = self._line = memory
            log.warning("line_fell_back", reason=why, count=len(items))
        except (StoreUnavailable, TimeoutError):
            raise LineUnavailable("store") from None
        finally:
            self._settled.set()

    async def _go_back(self, shared: RedisLine) -> None:
        """Build the line in Redis beside the one that serves, then use it."""
        memory, self._changed = self._memory, set()
        shared.fence = self._newest_fence()
        try:
            await shared.rebuild(tuple(memory.waiting.values()))
            await shared.hold(tuple(memory.claims.values()))
            for _ in range(ROUNDS):
                changed, self._changed = self._changed, set()
                if self._line is not memory:
                    return
                if not changed:
                    self._held = dict(memory.claims)
                    self._line = shared
                    log.info("line_is_shared", count=len(memory.waiting))
                    return
                for item_id in changed:
                    await shared.remove(item_id)
                await shared.put(*(memory.waiting[id_] for id_ in changed & memory.waiting.keys()))
                await shared.hold(memory.claims[id_] for id_ in changed & memory.claims.keys())
        finally:
            self._changed = None

    def _newest_fence(self) -> int:
        return max(self._memory.fence, self._shared.fence if self._shared else 0)

    def _claimed(self, claim: Claim | None) -> Claim | None:
        if claim is not None:
            self._held[claim.item.id] = claim
            self._touch(claim.item.id)
        return claim

    def _over(self, *item_ids: str) -> None:
        for item_id in item_ids:
            self._held.pop(item_id, None)
        self._touch(*item_ids)

    def _touch(self, *item_ids: str) -> None:
        if self._changed is not None:
            self._changed.update(item_ids)

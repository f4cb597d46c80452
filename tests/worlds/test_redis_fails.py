"""Redis is killed, frozen, slow, full, emptied, or loses a part, while seats take from the line.

The ledger is the store's: what waits there was written before the line heard of it, and a claim is
honoured there before the citizen hears of it. Nothing is lost, nobody is had twice, and afterwards
Redis has the line again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from redis.asyncio import Redis

from gateway.bench.redis_server import RedisServer
from gateway.clock import SystemClock
from gateway.core.errors import LineUnavailable, StoreUnavailable
from gateway.core.item import IntakeItem, ItemKind
from gateway.ports.messages import Claim
from gateway.queue.kept_line import KeptLine
from gateway.queue.redis_line import RedisLine
from tests.eventually import eventually, others_run, takes
from tests.line_places import chat
from tests.peers.slow_proxy import SlowProxy, slow_proxy
from tests.redis_world import redis_world

LIMIT_SECONDS, LOOK_SECONDS, OFFER_SECONDS = 0.2, 0.05, 0.3
PATIENCE_SECONDS = 60
SOME = 60
MOST_WAITING = 200
QUEUES = ("civil", "tax")


@dataclass(slots=True)
class Hotline:
    """A store, a line, and seats that answer, decline, or let lapse."""

    shared: RedisLine
    server: RedisServer
    proxy: SlowProxy
    admin: Redis
    clock: SystemClock = field(default_factory=SystemClock)
    waiting: dict[str, IntakeItem] = field(default_factory=dict)
    offered: dict[str, Claim] = field(default_factory=dict)
    served: list[str] = field(default_factory=list)
    came: int = 0
    lapsed: int = 0
    open: bool = True
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    line: KeptLine = field(init=False)

    def __post_init__(self) -> None:
        self.line = KeptLine(self.shared, self.in_store, self.clock, LOOK_SECONDS)

    async def in_store(self) -> tuple[IntakeItem, ...]:
        """What waits, after a look at the disk."""
        await others_run()
        return tuple(self.waiting.values())

    async def citizens(self) -> None:
        """They write; it is in the store before it is in the line."""
        for number in count():
            if not self.open:
                return
            if len(self.waiting) < MOST_WAITING:
                now = self.clock.now()
                item = IntakeItem(
                    id=f"c{number}",
                    kind=ItemKind.CHAT,
                    queue=QUEUES[number % 2],
                    emergency=number % 10 == 0,
                    since=now,
                    due_at=now + timedelta(seconds=180),
                )
                self.came += 1
                self.waiting[item.id] = item
                await self.line.put(item)
            await takes(0.001)

    async def seat(self, number: int) -> None:
        """Take, and answer most."""
        for turn in count(number):
            async with self.turn:
                claim = await self.line.claim(
                    str(number), f"op{number}", QUEUES, self.clock.now(), OFFER_SECONDS
                )
                if claim:
                    assert claim.item.id not in self.offered, "had twice"
                    assert self.waiting.pop(claim.item.id, None), "had again"
                    self.offered[claim.item.id] = claim
            if claim is None:
                if not self.open and not self.waiting and not self.offered:
                    return
                await takes(0.005)
                continue
            item = claim.item
            await takes(0.001)
            match turn % 9:
                case 0:
                    pass  # the offer lapses
                case 1:
                    async with self.turn:
                        if self.offered.get(item.id) is claim:
                            item = replace(item, queue="civil")
                            self._waits_again(claim, item)
                            assert await self.line.give_back(claim, item)
                case _ if await self.line.keep(claim, self.clock.now() + timedelta(hours=1)):
                    del self.offered[item.id]
                    self.served.append(item.id)
                    await self.line.remove(item.id)

    async def referee(self) -> None:
        """Offers lapse; the store knows before anybody else does."""
        while self.open or self.waiting or self.offered:
            now = self.clock.now()
            async with self.turn:
                for item_id in await self.line.lapse(now):
                    claim = self.offered.get(item_id)
                    assert claim, f"lapsed, but nobody held it: {item_id}"
                    self._waits_again(claim, claim.item)
                    self.lapsed += 1
            await takes(0.01)

    def _waits_again(self, claim: Claim, item: IntakeItem) -> None:
        del self.offered[claim.item.id]
        self.waiting[claim.item.id] = item

    async def more_served(self, more: int = SOME) -> None:
        """So many more."""
        wanted = len(self.served) + more
        await eventually(lambda: len(self.served) >= wanted, PATIENCE_SECONDS)

    async def shared_again(self) -> None:
        """Redis has the line."""
        await eventually(lambda: self.line.is_shared, PATIENCE_SECONDS)


@asynccontextmanager
async def hotline() -> AsyncIterator[Hotline]:
    """It runs; at the end nobody comes any more, and everybody has been served, once."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(redis_world())
        proxy = await stack.enter_async_context(
            slow_proxy(server.folder / "proxy.sock", server.socket)
        )
        url = f"unix://{proxy.socket}"
        shared = await stack.enter_async_context(RedisLine(url, limit_seconds=LIMIT_SECONDS))
        admin = Redis(unix_socket_path=str(server.socket))
        stack.push_async_callback(admin.aclose)
        here = Hotline(shared, server, proxy, admin)
        await here.line.rebuild(())
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(here.line.run())
            work: list[Coroutine[Any, Any, None]] = [here.citizens(), here.referee()]
            working = [tasks.create_task(one) for one in (*work, *map(here.seat, range(4)))]
            await here.shared_again()
            await here.more_served()
            yield here
            await here.shared_again()
            await here.more_served()
            here.open = False
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.gather(*working)
            looking.cancel()
        assert sorted(here.served) == sorted(f"c{number}" for number in range(here.came))
        assert here.lapsed
        assert await here.line.counts() == {}


async def test_killed_and_started_again_empty() -> None:
    """A power cut under Redis: the line is here at once, and in the new Redis afterwards."""
    async with hotline() as here:
        here.server.kill()
        await here.more_served()
        assert not here.line.is_shared
        await asyncio.to_thread(here.server.start)


async def test_frozen_and_thawed() -> None:
    """What was sent to a frozen Redis and is done when it thaws counts for nothing."""
    async with hotline() as here:
        here.server.freeze()
        await here.more_served()
        assert not here.line.is_shared
        here.server.thaw()


async def test_too_slow() -> None:
    """Answers after the limit are no answers; orders that arrive late find another epoch."""
    async with hotline() as here:
        here.proxy.delay = 2 * LIMIT_SECONDS
        await eventually(lambda: not here.line.is_shared, PATIENCE_SECONDS)
        await here.more_served()
        assert not here.line.is_shared
        here.proxy.delay = 0


async def test_full() -> None:
    """Without room Redis refuses whole scripts, never a part of one."""
    async with hotline() as here:
        await here.admin.config_set("maxmemory-policy", "noeviction")
        await here.admin.config_set("maxmemory", "1kb")
        await eventually(lambda: not here.line.is_shared, PATIENCE_SECONDS)
        await here.more_served()
        assert not here.line.is_shared
        await here.admin.config_set("maxmemory", "0")


async def emptied(here: Hotline) -> None:
    """Everything is gone."""
    await here.admin.flushall()


async def evicted(here: Hotline) -> None:
    """One of the line's keys is gone, as where Redis throws away what it has no room for."""
    await eventually(lambda: here.admin.delete("{hotline}:line:f:civil"), PATIENCE_SECONDS)


async def an_older_copy(here: Hotline) -> None:
    """Another run of the server comes with what was there before."""
    await here.admin.set("{hotline}:line:run", "0" * 40)


@pytest.mark.parametrize("change", [emptied, evicted, an_older_copy])
async def test_not_whole_any_more(change: Callable[[Hotline], Awaitable[None]]) -> None:
    """It is noticed, and the line in Redis is built anew under another epoch."""
    async with hotline() as here:
        before = await here.admin.get("{hotline}:line:epoch")
        await change(here)

        async def built_anew() -> bool:
            epoch = await here.admin.get("{hotline}:line:epoch")
            return here.line.is_shared and epoch not in {None, before}

        await eventually(built_anew, PATIENCE_SECONDS)


async def test_without_redis_and_store_there_is_no_line_until_one_is_back() -> None:
    """It says so, and builds itself from whichever returns."""
    with redis_world() as server:
        stored = {"a": chat("a")}
        store_is_there = False

        async def items() -> tuple[IntakeItem, ...]:
            if not store_is_there:
                raise StoreUnavailable("test")
            return tuple(stored.values())

        async with RedisLine(server.url, limit_seconds=LIMIT_SECONDS) as shared:
            line = KeptLine(shared, items, SystemClock())
            await line.rebuild(stored.values())

            async def is_shared() -> bool:
                await line.look()
                return line.is_shared

            await eventually(is_shared, PATIENCE_SECONDS)
            server.kill()
            with pytest.raises(LineUnavailable):
                await line.counts()
            with pytest.raises(LineUnavailable):
                await line.put(chat("b"))
            store_is_there = True
            assert (await line.counts())["civil"].waiting == 1


async def test_a_gateway_that_was_away_finds_its_line_taken_over() -> None:
    """Who built it last has it: the other's orders are refused, its claims are lost."""
    with redis_world() as server:
        async with RedisLine(server.url) as first, RedisLine(server.url) as second:
            assert not await second.join()
            await first.rebuild([chat("a"), chat("b")])
            assert await second.join()
            now = SystemClock().now()
            mine = await first.take("a", "8001", now, 60)
            theirs = await second.claim("8002", "li", ("civil",), now, 60)
            assert mine
            assert theirs
            assert (theirs.item.id, theirs.fence > mine.fence) == ("b", True)
            await second.rebuild([chat("a")])
            for order in (first.put(chat("c")), first.keep(mine, now), first.lapse(now)):
                with pytest.raises(LineUnavailable):
                    await order
            assert not await first.whole()
            assert await first.join()
            assert await first.whole()
            assert not await first.keep(mine, now)

"""Claims from the line: with a million waiting against a thousand, and against bare Redis.

``flat_1e6_vs_1e3``  claims per second with 10^6 waiting / with 10^3, the worse of both lines
``vs_raw``           the Redis line's claims / a bare ZPOPMIN in Lua, by the same client, with 10^3

Seconds are CPU seconds of this process and of Redis, so that whatever else runs on the machine
does not count. A claim is all of it: the first by rank over the seat's three queues, taken out
under a numbered lease, and its item back. What was claimed is removed and as many come, outside
the measure, at places anywhere in the line: nothing is claimed twice while it is warm.
"""

from __future__ import annotations

import asyncio
import gc
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from redis.asyncio import Redis

from gateway.bench.child import ChildFailed
from gateway.bench.ratios import PAIRS, Ratio
from gateway.bench.redis_server import RedisServer, find_redis
from gateway.bench.report import Figures, Told
from gateway.core.item import IntakeItem, ItemKind
from gateway.ports.messages import Line
from gateway.queue.memory_line import MemoryLine
from gateway.queue.redis_line import RedisLine

FEW, MANY = 1_000, 1_000_000
CLAIMS, AT_ONCE = 2_000, 200
QUEUES = ("civil", "enterprise", "housing")
LEASE_SECONDS = 3600.0
LIMIT_SECONDS = 60.0
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RAW = """
local head = redis.call('ZPOPMIN', KEYS[1])
return head[1] or false
"""
TINY = {"pairs": 1, "claims": 200, "few": 400, "many": 1_000}
NOTE = (
    "claims per CPU second of gateway and Redis, one after the other by a socket: in this process "
    "{memory_few:.0f} with {few} waiting and {memory_many:.0f} with {many}; in Redis "
    "{redis_few:.0f} and {redis_many:.0f}; bare ZPOPMIN {raw:.0f}"
)


class Waiting:
    """Items that come, one after the other; the same ones for the same seed."""

    def __init__(self, seed: int, most: int) -> None:
        self._chance, self._numbers = random.Random(seed), count()  # noqa: S311 - no secret
        self.most = most

    def some(self, size: int) -> list[IntakeItem]:
        """So many, at places anywhere in a line of ``most``."""
        return [self._one() for _ in range(size)]

    def _one(self) -> IntakeItem:
        chance = self._chance
        since = NOW + timedelta(microseconds=chance.randrange(self.most) * 1000)
        number = next(self._numbers)
        return IntakeItem(
            id=f"{chance.getrandbits(64):016x}{number:08x}",
            kind=ItemKind.CHAT,
            queue=QUEUES[number % len(QUEUES)],
            emergency=number % 100 == 0,
            since=since,
            due_at=since + timedelta(seconds=180),
        )


async def measure(
    told: Told, *, pairs: int = PAIRS, claims: int = CLAIMS, few: int = FEW, many: int = MANY
) -> Figures:
    """Lines of both sizes stand all the time; they are asked in turn."""
    rates: dict[str, list[float]] = {
        name: [] for name in ("memory_few", "memory_many", "redis_few", "redis_many", "raw")
    }
    async with _redis() as server:
        url = server.url
        async with (
            _shared(url, "few") as redis_few,
            _shared(url, "many") as redis_many,
            Redis.from_url(url, protocol=2) as raw,
        ):
            told("line: filling")
            here: dict[str, _Measured | _Bare] = {
                "memory_few": _Measured(MemoryLine(), Waiting(7, few)),
                "memory_many": _Measured(MemoryLine(), Waiting(7, many)),
                "redis_few": _Measured(redis_few, Waiting(7, few)),
                "redis_many": _Measured(redis_many, Waiting(7, many)),
                "raw": _Bare(raw, Waiting(7, few)),
            }
            for one in here.values():
                await one.fill()
            gc.collect()
            gc.freeze()
            try:
                for pair in range(pairs):
                    spent = dict.fromkeys(here, 0.0)
                    for _ in range(-(-claims // AT_ONCE)):
                        for name, one in here.items():
                            clock = server.cpu_seconds if "memory" not in name else None
                            spent[name] += await one.spent(clock)
                    for name, seconds in spent.items():
                        rates[name].append(claims / seconds)
                    told(f"line {pair + 1}/{pairs}")
            finally:
                gc.unfreeze()
    flat = [Ratio.of(rates[f"{kind}_many"], rates[f"{kind}_few"]) for kind in ("memory", "redis")]
    best = {name: max(found) for name, found in rates.items()}
    return Figures(
        {
            **min(flat, key=lambda one: one.median).named("flat_1e6_vs_1e3"),
            **flat[0].named("flat_memory"),
            **flat[1].named("flat_redis"),
            **Ratio.of(rates["redis_few"], rates["raw"]).named("vs_raw"),
            "claims": claims,
            "pairs": pairs,
        },
        NOTE.format(few=few, many=many, **best),
    )


Clock = Callable[[], float]


class _Measured:
    """One of our lines, kept at its size."""

    def __init__(self, line: Line, waiting: Waiting) -> None:
        self._line, self._waiting = line, waiting

    async def fill(self) -> None:
        """As many as it is for."""
        await self._line.rebuild(self._waiting.some(self._waiting.most))

    async def spent(self, server: Clock | None) -> float:
        """CPU seconds for some claims; afterwards it has its size again."""
        claim, began = self._line.claim, _now(server)
        taken = [await claim("8001", "op1", QUEUES, NOW, LEASE_SECONDS) for _ in range(AT_ONCE)]
        seconds = _now(server) - began
        for one in taken:
            if one is None:
                raise ChildFailed("the line was empty")
            await self._line.remove(one.item.id)
        await self._line.put(*self._waiting.some(AT_ONCE))
        return seconds


class _Bare:
    """The plain way: one sorted set, the first taken out by a script and nothing kept of it."""

    def __init__(self, redis: Redis, waiting: Waiting) -> None:
        self._redis, self._waiting, self._sha = redis, waiting, ""

    async def fill(self) -> None:
        """As many as it is for."""
        self._sha = await self._redis.script_load(RAW)
        await self._add(self._waiting.most)

    async def spent(self, server: Clock | None) -> float:
        """CPU seconds for as many."""
        began = _now(server)
        taken = [await self._redis.evalsha(self._sha, 1, "raw") for _ in range(AT_ONCE)]
        seconds = _now(server) - began
        if not all(taken):
            raise ChildFailed("the sorted set was empty")
        await self._add(AT_ONCE)
        return seconds

    async def _add(self, size: int) -> None:
        places = {item.id: item.due_at.timestamp() for item in self._waiting.some(size)}
        await self._redis.zadd("raw", places)


def _now(server: Clock | None) -> float:
    return time.process_time() + (server() if server else 0.0)


@asynccontextmanager
async def _redis() -> AsyncIterator[RedisServer]:
    program = find_redis()
    if program is None:
        raise ChildFailed("redis-server: ./hotline test installs it")
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        server = RedisServer(Path(folder), program)
        server.start()
        try:
            yield server
        finally:
            await asyncio.to_thread(server.kill)


@asynccontextmanager
async def _shared(url: str, prefix: str) -> AsyncIterator[RedisLine]:
    async with RedisLine(url, prefix=prefix, limit_seconds=LIMIT_SECONDS) as line:
        yield line

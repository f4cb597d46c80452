"""How fast one decision is that holds a message to four limits, counted in Redis.

``vs_limits``  decisions per second under four limits / checks of one limit by the ``limits``
               package (a moving window, its asyncio storage on the same client library)
``vs_raw``     the same / a bare EVALSHA of our own script, by the same client

Seconds are CPU seconds of this process and of Redis, so that whatever else runs on the machine
does not count; one after the other, over the same socket. Every decision passes, which is the
dearest answer: all four keys are written.
"""

from __future__ import annotations

import asyncio
import importlib
import tempfile
import time
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from gateway.bench.child import ChildFailed
from gateway.bench.ratios import PAIRS, Ratio
from gateway.bench.redis_server import RedisServer, find_redis
from gateway.bench.report import Figures, Told
from gateway.core.throttle import Limit, Limits
from gateway.queue.redis_line import redis_at
from gateway.queue.redis_throttle import RedisThrottle
from gateway.queue.scripts import script

DECISIONS, AT_ONCE = 4_000, 400
CITIZENS = 1_000
LIMIT_SECONDS = 60.0
WIDE = 1_000_000
NAMES = ("identity", "ip", "account", "messages")
LIMITS = Limits(tuple(Limit(name=name, count=WIDE, seconds=60, burst=WIDE) for name in NAMES))
TINY = {"pairs": 1, "decisions": 400}
NOTE = (
    "decisions per CPU second of gateway and Redis, one after the other by a socket: four limits "
    "{ours:.0f}, the limits package one limit {limits:.0f}, bare EVALSHA {raw:.0f}"
)

Decide = Callable[[], Awaitable[Any]]


async def measure(told: Told, *, pairs: int = PAIRS, decisions: int = DECISIONS) -> Figures:
    """Each in turn, some at a time."""
    program = find_redis()
    if program is None:
        raise ChildFailed("redis-server: ./hotline test installs it")
    rates: dict[str, list[float]] = {"ours": [], "limits": [], "raw": []}
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        server = RedisServer(Path(folder), program)
        server.start()
        try:
            async with (
                RedisThrottle(server.url, limit_seconds=LIMIT_SECONDS) as ours,
                redis_at(server.url, None, LIMIT_SECONDS) as plain,
            ):
                ways = {
                    "ours": _ours(ours),
                    "limits": _limits(server.url),
                    "raw": await _raw(plain),
                }
                for pair in range(pairs):
                    spent = dict.fromkeys(ways, 0.0)
                    for _ in range(-(-decisions // AT_ONCE)):
                        for name, decide in ways.items():
                            spent[name] += await _spent(decide, server)
                    for name, seconds in spent.items():
                        rates[name].append(decisions / seconds)
                    told(f"throttle {pair + 1}/{pairs}")
        finally:
            await asyncio.to_thread(server.kill)
    return Figures(
        {
            **Ratio.of(rates["ours"], rates["limits"]).named("vs_limits"),
            **Ratio.of(rates["ours"], rates["raw"]).named("vs_raw"),
            "decisions": decisions,
            "pairs": pairs,
        },
        NOTE.format(**{name: max(found) for name, found in rates.items()}),
    )


async def _spent(decide: Decide, server: RedisServer) -> float:
    began = time.process_time() + server.cpu_seconds()
    for _ in range(AT_ONCE):
        if not await decide():
            raise ChildFailed("a decision did not pass")
    return time.process_time() + server.cpu_seconds() - began


def _keys(number: int) -> list[str]:
    one = number % CITIZENS
    return [f"{one:024x}", f"{one % 50:024x}ip", "a" * 24, "b" * 24]


def _ours(throttle: RedisThrottle) -> Decide:
    numbers = count()

    async def decide() -> bool:
        return (await throttle.ask(LIMITS, _keys(next(numbers)))).passed

    return decide


def _limits(url: str) -> Decide:
    """One check of one limit; its storage speaks to Redis by the same library as ours."""
    try:
        strategies = importlib.import_module("limits.aio.strategies")
        storages = importlib.import_module("limits.storage")
        limits = importlib.import_module("limits")
    except ModuleNotFoundError as missing:
        raise ChildFailed("the limits package: ./hotline test installs it") from missing
    path = url.removeprefix("unix://")
    storage = storages.storage_from_string(f"async+redis+unix://{path}", implementation="redispy")
    window = strategies.MovingWindowRateLimiter(storage)
    item, numbers = limits.RateLimitItemPerMinute(WIDE), count()

    async def decide() -> bool:
        return bool(await window.hit(item, _keys(next(numbers))[0]))

    return decide


async def _raw(redis: Redis) -> Decide:
    sha, numbers = await redis.script_load(script("throttle").text), count()

    async def decide() -> bool:
        keys = [f"raw:{key}" for key in _keys(next(numbers))]
        return bool(await redis.evalsha(sha, 4, *keys, LIMITS.packed) == 0)

    return decide

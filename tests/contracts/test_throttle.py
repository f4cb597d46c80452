"""What every throttle does, in this process and in a real Redis, and when Redis goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest

from gateway.bench.redis_server import RedisServer
from gateway.clock import SystemClock
from gateway.core.throttle import CountedBy, Limit, Limits, Table
from gateway.ports.throttle import Throttle
from gateway.queue.kept_throttle import KeptThrottle
from gateway.queue.redis_throttle import RedisThrottle
from tests.line_places import PATIENT_SECONDS, redis_server
from tests.redis_world import redis_world
from tests.turned_clock import TurnedClock

__all__ = ["redis_server"]

_prefixes = count(1)
HOUR = 3600
SLOW = Limits(
    (
        Limit(name="identity", count=5, seconds=HOUR, burst=5),
        Limit(name="ip", count=8, seconds=HOUR, burst=8),
        Limit(name="account", count=100, seconds=HOUR, burst=100, reserve=0.5),
        Limit(name="all", count=20, seconds=HOUR, burst=20, reserve=0.5),
    )
)
"""Slow enough that nothing comes back while a test runs."""


def in_redis(server: RedisServer, limit_seconds: float = PATIENT_SECONDS) -> RedisThrottle:
    """One of its own."""
    return RedisThrottle(server.url, prefix=f"t{next(_prefixes)}", limit_seconds=limit_seconds)


@pytest.fixture(params=["here", "in redis"])
async def throttle(request: pytest.FixtureRequest) -> AsyncIterator[Throttle]:
    """Nothing has been counted yet."""
    if request.param == "here":
        yield KeptThrottle(None, TurnedClock())
        return
    async with in_redis(request.getfixturevalue("redis_server")) as shared:
        kept = KeptThrottle(shared, SystemClock())
        yield kept
        assert kept.is_shared


async def test_each_decision_is_that_of_the_pure_rule(throttle: Throttle) -> None:
    """Two hundred arrivals under four limits: every throttle says what the table says."""
    table = Table()
    for number in range(200):
        keys = [f"i{number % 7}", f"p{number % 3}", f"a{number % 2}", "all"]
        if number % 11 == 0:
            keys[0] = f"new{number}"
        said = await throttle.ask(SLOW, keys)
        assert said.limit == table.ask(SLOW, keys, 0).limit, number


async def test_arrivals_at_the_same_moment_are_each_counted_once(throttle: Throttle) -> None:
    """A hundred at once are a hundred: as many pass as the limit says."""
    keys = ["i", "p", "a", "all"]
    said = await asyncio.gather(*(throttle.ask(SLOW, keys) for _ in range(100)))
    assert sum(one.passed for one in said) == 5
    over = next(one for one in said if not one.passed)
    assert over.limit == "identity"
    assert 0 < over.wait_seconds <= HOUR / 5


async def test_two_gateways_count_together_in_redis(redis_server: RedisServer) -> None:
    """What one let pass the other knows."""
    name, keys = f"t{next(_prefixes)}", ["i", "p", "a", "all"]
    async with (
        RedisThrottle(redis_server.url, prefix=name, limit_seconds=PATIENT_SECONDS) as one,
        RedisThrottle(redis_server.url, prefix=name, limit_seconds=PATIENT_SECONDS) as two,
    ):
        said = [await (one, two)[at % 2].ask(SLOW, keys) for at in range(10)]
    assert [one.passed for one in said] == [True] * 5 + [False] * 5


async def test_redis_killed_in_mid_flood_costs_nobody_an_answer() -> None:
    """Its death is felt by no one: each process goes on at its part of every rate; then it is back.

    Within the break nobody asks a Redis that is known to be gone.
    """
    clock, keys = TurnedClock(), ["i", "p", "a", "all"]
    with redis_world() as server:
        async with in_redis(server, 2.0) as shared:
            kept = KeptThrottle(shared, clock, processes=5)
            assert sum([(await kept.ask(SLOW, keys)).passed for _ in range(20)]) == 5
            flood = [asyncio.create_task(kept.ask(SLOW, keys)) for _ in range(200)]
            await asyncio.to_thread(server.kill)
            said = await asyncio.gather(*flood)
            assert not kept.is_shared or all(not one.passed for one in said)
            more = [(await kept.ask(SLOW, ["j", "p", "a", "all"])).passed for _ in range(20)]
            assert not kept.is_shared
            assert sum(one.passed for one in said) + sum(more) <= 2
            assert any(more) or any(one.passed for one in said)
            failures = kept.counts.failures
            server.start()
            await kept.ask(SLOW, keys)
            assert (kept.is_shared, kept.counts.failures) == (False, failures)
            clock.turn(5.0)
            assert (await kept.ask(SLOW, keys)).passed
            assert kept.is_shared


async def test_a_frozen_redis_is_waited_for_once() -> None:
    """It keeps its connections and says nothing: one answer takes the limit, the next take none."""
    loop = asyncio.get_running_loop()
    with redis_world() as server:
        async with in_redis(server, 0.05) as shared:
            kept = KeptThrottle(shared, TurnedClock())
            server.freeze()
            began = loop.time()
            for number in range(1_000):
                await kept.ask(SLOW, [str(number), str(number), "a", "all"])
            assert loop.time() - began < 1.0
            assert (kept.counts.failures, kept.counted_by) == (1, CountedBy.PART)
            server.thaw()
    assert kept.counts.asked == dict.fromkeys(("identity", "ip", "account", "all"), 1_000)
    assert kept.counts.over == {"all": 980}


async def test_a_full_redis_is_no_throttle_but_neither_a_fault() -> None:
    """One that can write nothing more counts as away."""
    with redis_world("--maxmemory", "1", "--maxmemory-policy", "noeviction") as server:
        async with in_redis(server, 2.0) as shared:
            kept = KeptThrottle(shared, TurnedClock())
            said = [(await kept.ask(SLOW, ["i", "p", "a", "all"])).passed for _ in range(10)]
    assert (sum(said), kept.is_shared) == (5, False)

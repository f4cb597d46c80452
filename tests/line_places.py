"""Every line that there is, for the laws that all of them keep, and things to put into one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from gateway.bench.redis_server import RedisServer
from gateway.clock import SystemClock
from gateway.core.item import IntakeItem, ItemKind
from gateway.ports.messages import Line
from gateway.queue.kept_line import KeptLine
from gateway.queue.memory_line import MemoryLine
from gateway.queue.redis_line import RedisLine
from tests.redis_world import redis_world

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PATIENT_SECONDS = 30.0
"""How long a test waits for a Redis that is well but has a busy machine."""
_prefixes = count(1)


def after(seconds: float) -> datetime:
    """So long after ``NOW``."""
    return NOW + timedelta(seconds=seconds)


def chat(
    id_: str,
    *,
    queue: str = "civil",
    since: float = 0,
    due: float | None = None,
    emergency: bool = False,
    wanted: str = "",
    until: float | None = None,
) -> IntakeItem:
    """A conversation; times are seconds after ``NOW``."""
    return IntakeItem(
        id=id_,
        kind=ItemKind.CHAT,
        queue=queue,
        emergency=emergency,
        since=after(since),
        due_at=after(since + 180 if due is None else due),
        wanted_operator=wanted,
        wanted_until=None if until is None else after(until),
    )


def redis_line(server: RedisServer, limit_seconds: float = PATIENT_SECONDS) -> RedisLine:
    """A line of its own on this server."""
    return RedisLine(server.url, prefix=f"t{next(_prefixes)}", limit_seconds=limit_seconds)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """One for all tests of a run; each line has its own prefix."""
    with redis_world() as server:
        yield server


async def nothing() -> tuple[IntakeItem, ...]:
    """A store in which nothing waits."""
    return ()


@pytest.fixture(params=["memory", "redis", "kept here", "kept in redis"])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    """An empty line."""
    if request.param == "memory":
        yield MemoryLine()
        return
    if request.param == "kept here":
        yield KeptLine(None, nothing, SystemClock())
        return
    async with redis_line(request.getfixturevalue("redis_server")) as shared:
        if request.param == "redis":
            await shared.rebuild(())
            yield shared
            return
        kept = KeptLine(shared, nothing, SystemClock())
        await kept.rebuild(())
        assert kept.is_shared
        yield kept
        assert kept.is_shared

"""The line in Redis: the door to it. Ids and times are all that it holds.

Each method is one script and one round trip (``scripts``, ``lua/``), whole or not at all. Nothing
is waited for longer than the limit. Scripts name the epoch of the line as it was built: an order
that was on its way while Redis was frozen, emptied or replaced finds another epoch and does
nothing.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError

from gateway.core.errors import LineUnavailable
from gateway.core.item import IntakeItem
from gateway.ports.messages import Claim, LineCounts
from gateway.queue.scripts import at_micros, micros, pack, script, unpack, words

LIMIT_SECONDS = 0.2
CONNECTIONS = 8
PUT_AT_ONCE, LAPSE_AT_ONCE = 500, 500
LOST = "LOST"
"""What a script says of another epoch."""
BUILDING = "building:"
FAULTS = (RedisError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisFacts:
    """What a Redis says of itself. ``policy``: what it does when it is full."""

    version: str
    policy: str


class RedisLine:
    """``ports.messages.Line`` in Redis; opened by ``async with``, which does not wait for Redis.

    It is no line before ``rebuild``, or ``join`` when another gateway has built it. ``prefix``
    begins every key; in braces, so that a cluster keeps them together.
    """

    def __init__(
        self,
        url: str,
        *,
        prefix: str = "hotline",
        password: str | None = None,
        limit_seconds: float = LIMIT_SECONDS,
    ) -> None:
        self._redis = redis_at(url, password, limit_seconds)
        self._key = f"{{{prefix}}}:line"
        self._limit = limit_seconds
        self._room = asyncio.Semaphore(CONNECTIONS)
        self._epoch = "none"
        self.fence = 0
        """The newest that was seen: a line built anew counts on from it."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._redis.aclose()
        await self._redis.connection_pool.disconnect()

    async def put(self, *items: IntakeItem) -> None:
        """See ports.messages.Line."""
        for some in _batches(items, PUT_AT_ONCE):
            await self._run("put", *(word for item in some for word in (item.id, pack(item))))

    async def claim(
        self, seat: str, operator: str, queues: Collection[str], now: datetime, seconds: float
    ) -> Claim | None:
        """See ports.messages.Line."""
        until = now + timedelta(seconds=seconds)
        asked = words(operator, micros(now), micros(until), *queues)
        found = await self._run("claim", asked)
        return self._claimed(found, seat, until)

    async def take(self, item_id: str, seat: str, now: datetime, seconds: float) -> Claim | None:
        """See ports.messages.Line."""
        until = now + timedelta(seconds=seconds)
        return self._claimed(await self._run("take", item_id, micros(until)), seat, until)

    async def keep(self, claim: Claim, until: datetime) -> bool:
        """See ports.messages.Line."""
        return bool(await self._run("keep", claim.item.id, claim.fence, micros(until)))

    async def give_back(self, claim: Claim, item: IntakeItem) -> bool:
        """See ports.messages.Line."""
        return bool(await self._run("give_back", claim.item.id, claim.fence, pack(item)))

    async def remove(self, item_id: str) -> None:
        """See ports.messages.Line."""
        await self._run("remove", item_id)

    async def lapse(self, now: datetime) -> tuple[str, ...]:
        """See ports.messages.Line."""
        lapsed: list[str] = []
        while True:
            found = await self._run("lapse", micros(now), LAPSE_AT_ONCE)
            lapsed += (one.decode() for one in found)
            if len(found) < LAPSE_AT_ONCE:
                return tuple(lapsed)

    async def head(
        self, queues: Collection[str], operator: str, now: datetime
    ) -> IntakeItem | None:
        """See ports.messages.Line."""
        found = await self._run("head", words(operator, micros(now), 0, *queues))
        return unpack(found[0].decode(), found[1].decode()) if found else None

    async def ahead_of(self, item_id: str) -> int | None:
        """See ports.messages.Line."""
        found = await self._run("ahead_of", item_id)
        return None if found is None else int(found)

    async def counts(self) -> Mapping[str, LineCounts]:
        """See ports.messages.Line."""
        return {
            queue.decode(): LineCounts(
                waiting=waiting, emergencies=emergencies, oldest_since=at_micros(since.decode())
            )
            for queue, waiting, emergencies, since in _batches(await self._run("counts"), 4)
        }

    async def rebuild(self, items: Iterable[IntakeItem]) -> None:
        """See ports.messages.Line. Nobody can claim from it before all of it is there."""
        wanted = tuple(items)
        epoch = secrets.token_hex(8)
        self._epoch = BUILDING + epoch
        await self._run("begin", self.fence, *{item.queue for item in wanted})
        await self.put(*wanted)
        await self._run("finish", epoch)
        self._epoch = epoch

    async def hold(self, claims: Iterable[Claim]) -> None:
        """Honour claims that were made elsewhere; what they hold does not wait."""
        for some in _batches(tuple(claims), PUT_AT_ONCE):
            each = ((one.item.id, pack(one.item), one.fence, micros(one.until)) for one in some)
            await self._run("hold", *(word for one in each for word in one))

    async def join(self) -> bool:
        """Use the line that another gateway has built; False when there is none."""
        try:
            async with asyncio.timeout(self._limit), self._room:
                found = await self._redis.get(f"{self._key}:epoch")
        except FAULTS as fault:
            raise _away(fault) from fault
        if not isinstance(found, bytes) or found.decode().startswith(BUILDING):
            return False
        self._epoch = found.decode()
        return True

    async def whole(self) -> bool:
        """See ports.messages.Line."""
        try:
            return bool(await self._run("whole"))
        except LineUnavailable as away:
            if away.reason == LOST:
                return False
            raise

    async def facts(self) -> RedisFacts:
        """For the doctor: whether it is there, and fit for a line."""
        try:
            async with asyncio.timeout(self._limit), self._room:
                told = await self._redis.info("everything")
        except FAULTS as fault:
            raise _away(fault) from fault
        return RedisFacts(
            version=str(told.get("redis_version", "")), policy=str(told.get("maxmemory_policy", ""))
        )

    def _claimed(self, found: Sequence[bytes] | None, seat: str, until: datetime) -> Claim | None:
        if not found:
            return None
        fence, id_, packed = (one.decode() for one in found)
        self.fence = int(fence)
        return Claim(item=unpack(id_, packed), seat=seat, fence=self.fence, until=until)

    async def _run(self, name: str, *told: str | int) -> Any:
        """One script; raises LineUnavailable, with LOST as the reason for another epoch."""
        wanted = script(name)
        call = (self._key, self._epoch, *told)
        try:
            async with asyncio.timeout(self._limit), self._room:
                try:
                    return await self._redis.evalsha(wanted.sha, 1, *call)
                except NoScriptError:
                    return await self._redis.eval(wanted.text, 1, *call)
        except FAULTS as fault:
            raise _away(fault) from fault


def redis_at(url: str, password: str | None, limit_seconds: float) -> Redis:
    """A client that waits for no answer by itself and asks nothing twice: limits are its user's."""
    more = {} if password is None else {"password": password}
    # No socket_timeout: redis-py keeps it by asyncio.wait_for, which loses a cancellation now
    # and then (before Python 3.12) and costs a task for each command.
    pool = ConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        socket_timeout=None,
        socket_connect_timeout=limit_seconds,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
        **more,
    )
    return Redis(connection_pool=pool)


def _away(fault: Exception) -> LineUnavailable:
    lost = str(fault).startswith(LOST)
    return LineUnavailable(LOST if lost else type(fault).__name__)


def _batches(things: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (things[at : at + size] for at in range(0, len(things), size))

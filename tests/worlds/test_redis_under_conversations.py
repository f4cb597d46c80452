"""Redis comes and goes under conversations; citizens and operators do not notice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.bench.redis_server import RedisServer
from gateway.core.chat import ChatState
from gateway.core.item import IntakeItem
from gateway.queue.kept_line import KeptLine
from gateway.queue.redis_line import RedisLine
from tests.eventually import eventually
from tests.gateway.intake.chat_world import ChatWorld, chat_world
from tests.redis_world import redis_world

LIMIT_SECONDS = 0.5
PATIENCE_SECONDS = 60


async def fail(server: RedisServer, how: str) -> None:
    """Kill it, or let it hang."""
    if how == "killed":
        server.kill()
    else:
        server.freeze()


async def heal(server: RedisServer, how: str) -> None:
    """It is there again; empty, where it was killed."""
    if how == "killed":
        await asyncio.to_thread(server.start)
    else:
        server.thaw()


async def shared_again(line: KeptLine) -> None:
    """Redis has the line."""

    async def is_shared() -> bool:
        await line.look()
        return line.is_shared

    await eventually(is_shared, PATIENCE_SECONDS)


async def written(chats: ChatWorld, who: str) -> str:
    """A conversation of this person waits, behind those before."""
    chats.floor_world.clock.turn(1)
    return (await chats.writes(who=who)).contact_id


@pytest.mark.parametrize("how", ["killed", "frozen"])
async def test_what_waits_is_offered_once_whatever_redis_does(tmp_path: Path, how: str) -> None:
    """Offered out of Redis, then without it, then out of Redis again; old places throughout."""
    with redis_world() as server:
        async with (
            chat_world(tmp_path) as chats,
            RedisLine(server.url, limit_seconds=LIMIT_SECONDS) as shared,
        ):

            async def waiting() -> tuple[IntakeItem, ...]:
                return chats.messages.waiting_items()

            line = KeptLine(shared, waiting, chats.floor.clock)
            chats.messages.referee.line = line
            first, second = await written(chats, "zhang"), await written(chats, "wang")
            await chats.messages.referee.tick()
            await shared_again(line)
            assert await line.ahead_of(second) == 1
            await chats.sits("li", "8001")
            chats.floor.chats.per_seat = 1
            await chats.accepted(first, "li")

            await fail(server, how)
            third = await written(chats, "zhao")
            await chats.messages.referee.tick()
            assert not line.is_shared
            assert [await line.ahead_of(one) for one in (first, second, third)] == [None, 0, 1]
            chats.floor.chats.per_seat = 2
            await chats.offered(second, "li")

            await heal(server, how)
            await shared_again(line)
            assert [await line.ahead_of(one) for one in (first, second, third)] == [None, None, 0]
            chats.floor_world.clock.turn(60)  # the seat is silent: all of it waits where it stood
            await chats.messages.referee.tick()
            assert chats.chat(second).state is ChatState.WAITING
            assert [await line.ahead_of(one) for one in (first, second, third)] == [0, 1, 2]
            assert (await line.counts())["civil"].waiting == 3

"""One change at a time for each thing, in order, whoever gives up."""

import asyncio
import random

from gateway.intake.one_at_a_time import OneAtATime
from tests.eventually import others_run


async def test_locks_are_there_only_while_they_are_held() -> None:
    """Many keys, one holder each."""
    locks = OneAtATime()
    async with locks.of("a"), locks.of("b"):
        assert len(locks) == 2
    assert len(locks) == 0


async def test_whoever_waits_is_served_in_order() -> None:
    """And nobody is inside together with another."""
    locks, served, inside = OneAtATime(), list[int](), set[int]()

    async def one(n: int) -> None:
        async with locks.of("key"):
            assert not inside
            inside.add(n)
            await others_run()
            inside.discard(n)
            served.append(n)

    async with asyncio.TaskGroup() as tasks:
        for n in range(50):
            tasks.create_task(one(n))
    assert served == list(range(50))
    assert len(locks) == 0


async def test_whoever_gives_up_keeps_nobody_waiting() -> None:
    """Cancelled while waiting, or in the very moment of being served."""
    chance = random.Random(4)
    for _ in range(200):
        locks, inside, done = OneAtATime(), set[int](), list[int]()

        async def one(n: int, locks: OneAtATime, inside: set[int], done: list[int]) -> None:
            async with locks.of("key"):
                assert not inside
                inside.add(n)
                try:
                    await others_run()
                finally:
                    inside.discard(n)
                done.append(n)

        tasks = [asyncio.create_task(one(n, locks, inside, done)) for n in range(6)]
        while not all(task.done() for task in tasks):
            if chance.random() < 0.3:
                chance.choice(tasks).cancel()
            await others_run()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert not [one for one in results if isinstance(one, AssertionError)]
        assert len(locks) == 0


async def test_all_who_give_up_at_the_same_moment_are_cancelled_and_nothing_else() -> None:
    """As when the gateway ends in a flood: the holder lets go while those behind it leave too."""
    locks = OneAtATime()

    async def one() -> None:
        async with locks.of("key"):
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(one()) for _ in range(6)]
    await others_run()
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in results] == [asyncio.CancelledError] * 6
    assert len(locks) == 0

"""What comes for one key while others of it are handled is handled together, in order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest

from gateway.intake.batches import MOST, MOST_SECONDS, Batches
from tests.eventually import others_run
from tests.turned_clock import TurnedClock


class Handler:
    """Keeps what it was given; a batch takes some turns of the loop."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.inside = 0

    async def __call__(self, batch: Sequence[int]) -> list[str | Exception]:
        """What became of each: its number, or a fault for whoever is unlucky."""
        self.inside += 1
        assert self.inside == 1
        self.batches.append([*batch])
        try:
            await others_run()
        finally:
            self.inside -= 1
        if 1000 in batch:
            raise ValueError("all of it")
        return [ValueError(str(n)) if n == 13 else str(n) for n in batch]


async def test_whoever_waits_is_handled_together_and_in_order() -> None:
    """The first alone, then as many as a batch holds; each gets its own answer, nothing is left."""
    handler = Handler()
    batches = Batches(handler, TurnedClock())
    many = range(20, 20 + MOST + 50)
    found = await asyncio.gather(*(batches.bring("key", n) for n in many))
    assert found == [str(n) for n in many]
    assert [len(batch) for batch in handler.batches] == [1, MOST, 49]
    assert [n for batch in handler.batches for n in batch] == [*many]
    assert len(batches) == 0


async def test_a_fault_is_told_to_whom_it_belongs() -> None:
    """One thing's own to who brought it; one of the whole batch to all of it; then it goes on."""
    batches = Batches(Handler(), TurnedClock())
    found = await asyncio.gather(
        *(batches.bring("key", n) for n in (1, 12, 13, 14)), return_exceptions=True
    )
    assert [str(one) for one in found] == ["1", "12", "13", "14"]
    assert [isinstance(one, ValueError) for one in found] == [False, False, True, False]
    with pytest.raises(ValueError, match="all of it"):
        await batches.bring("key", 1000)
    assert await batches.bring("key", 6) == "6"


async def test_whoever_gives_up_keeps_nobody_waiting() -> None:
    """Cancelled while waiting, while leading, or in the very moment of either: others go on."""
    chance = random.Random(7)
    for _ in range(200):
        handler = Handler()
        batches = Batches(handler, TurnedClock())
        tasks = [asyncio.create_task(batches.bring("key", n)) for n in range(20, 26)]
        while not all(task.done() for task in tasks):
            if chance.random() < 0.3:
                chance.choice(tasks).cancel()
            await others_run()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert not [one for one in results if isinstance(one, AssertionError)]
        answered = [one for one in results if isinstance(one, str)]
        assert answered == sorted(answered)
        assert len(batches) == 0


async def test_when_who_leads_is_gone_the_others_are_handled_all_the_same() -> None:
    """In the midst of their batch: the next leads, in order, and each has an answer."""
    handler = Handler()
    batches = Batches(handler, TurnedClock())
    tasks = [asyncio.create_task(batches.bring("key", n)) for n in range(20, 25)]
    while len(handler.batches) < 2:
        await others_run()
    assert handler.batches[1] == [21, 22, 23, 24]
    tasks[1].cancel()
    await asyncio.wait(tasks, timeout=5)
    assert [task.done() and not task.cancelled() for task in tasks] == [
        True,
        False,
        True,
        True,
        True,
    ]
    assert handler.batches[2] == [22, 23, 24]


async def test_a_key_rests_between_two_batches_and_no_other_key_does() -> None:
    """As long as it is told to; alone it does not, and nothing waits longer than the bound."""
    clock, handler = TurnedClock(), Handler()
    rests = {"seconds": 0.1}
    batches = Batches(handler, clock, lambda _batch: rests["seconds"])
    assert await batches.bring("key", 1) == "1"
    assert await batches.bring("key", 2) == "2"
    flood = asyncio.gather(*(batches.bring("key", n) for n in (3, 4, 5)))
    await others_run(50)
    assert handler.batches[2:] == [[3]]
    assert await batches.bring("other", 6) == "6"
    await clock.elapse(0.09)
    assert len(handler.batches) == 4
    rests["seconds"] = 3600.0
    await clock.elapse(0.01)
    assert await flood == ["3", "4", "5"]
    flood = asyncio.gather(*(batches.bring("key", n) for n in (7, 8)))
    await clock.elapse(MOST_SECONDS - 0.01)
    assert not flood.done()
    await clock.elapse(0.02)
    assert await flood == ["7", "8"]

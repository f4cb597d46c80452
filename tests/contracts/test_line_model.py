"""Every line against the simplest thing that could be one: a dictionary, sorted each time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from gateway.bench.redis_server import RedisServer
from gateway.core.item import IntakeItem, ItemKind
from gateway.ports.messages import Claim, Line, LineCounts
from gateway.queue.memory_line import MemoryLine
from tests.line_places import NOW, after, redis_line, redis_server

__all__ = ["redis_server"]

T = TypeVar("T")
NAMES = [f"c{n}" for n in range(8)]
QUEUES = ["civil", "tax", "police"]
OPERATORS = ["li", "wang"]
names, queues = st.sampled_from(NAMES), st.sampled_from(QUEUES)
some_queues = st.sets(queues).map(sorted)
operators = st.sampled_from([*OPERATORS, ""])
few_seconds = st.integers(1, 30)
items = st.builds(
    lambda name, queue, emergency, since, due, wanted, until: IntakeItem(
        id=name,
        kind=ItemKind.CHAT,
        queue=queue,
        emergency=emergency,
        since=after(since),
        due_at=after(due),
        wanted_operator=wanted,
        wanted_until=after(until) if wanted and until else None,
    ),
    *(names, queues, st.booleans(), st.integers(-3, 3), st.integers(-3, 3)),
    *(operators, st.none() | st.integers(1, 60)),
)


class AgainstAModel(RuleBasedStateMachine):
    """Whatever is done to the line, it says what the dictionaries say."""

    def __init__(self, line: Line, run: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
        super().__init__()
        self.line, self.run_ = line, run
        self.waiting: dict[str, IntakeItem] = {}
        self.claims: dict[str, Claim] = {}
        self.over: list[Claim] = []
        self.now = NOW
        self.fence = 0
        self.run(line.rebuild(()))

    def run(self, asked: Coroutine[Any, Any, T]) -> T:
        """Ask the line."""
        found: T = self.run_(asked)
        return found

    def first(self, operator: str, served: list[str]) -> IntakeItem | None:
        """What this operator is to get next."""
        mine = [one for one in self.waiting.values() if one.is_for(operator, served, self.now)]
        return min(mine, key=lambda one: one.rank, default=None)

    def claimed(self, claim: Claim | None, item: IntakeItem | None, seconds: int) -> None:
        """The line gave what the model would have given."""
        assert (claim.item if claim else None) == item
        if claim is None or item is None:
            return
        assert claim.until == self.now + timedelta(seconds=seconds)
        assert claim.fence > self.fence
        self.fence = claim.fence
        del self.waiting[item.id]
        self.claims[item.id] = claim

    @rule(some=st.lists(items, max_size=6))
    def put(self, some: list[IntakeItem]) -> None:
        """Those that are there already change nothing."""
        self.run(self.line.put(*some))
        for one in some:
            if one.id not in self.claims:
                self.waiting.setdefault(one.id, one)

    @rule(operator=operators, served=some_queues, seconds=few_seconds)
    def claim(self, operator: str, served: list[str], seconds: int) -> None:
        """The first of what they may have, which is what the head said."""
        item = self.first(operator, served)
        assert self.run(self.line.head(served, operator, self.now)) == item
        claim = self.run(self.line.claim("8001", operator, served, self.now, seconds))
        self.claimed(claim, item, seconds)

    @rule(name=names, seconds=few_seconds)
    def take(self, name: str, seconds: int) -> None:
        """That one, whoever it wants."""
        claim = self.run(self.line.take(name, "8001", self.now, seconds))
        self.claimed(claim, self.waiting.get(name), seconds)

    @rule(name=names, seconds=few_seconds)
    def keep(self, name: str, seconds: int) -> None:
        """Only for who holds it."""
        until = self.now + timedelta(seconds=seconds)
        if name in self.claims:
            assert self.run(self.line.keep(self.claims[name], until))
            self.claims[name] = replace(self.claims[name], until=until)

    @rule(item=items)
    def give_back(self, item: IntakeItem) -> None:
        """It waits again, as it is now."""
        claim = self.claims.pop(item.id, None)
        if claim:
            assert self.run(self.line.give_back(claim, item))
            self.waiting[item.id] = item
            self.over.append(claim)

    @rule(data=st.data())
    def late(self, data: st.DataObject) -> None:
        """Who has lost a claim changes nothing."""
        if self.over:
            claim = data.draw(st.sampled_from(self.over))
            assert not self.run(self.line.keep(claim, after(999)))
            assert not self.run(self.line.give_back(claim, claim.item))

    @rule(name=names)
    def remove(self, name: str) -> None:
        """It is gone, wherever it was."""
        self.run(self.line.remove(name))
        self.waiting.pop(name, None)
        if name in self.claims:
            self.over.append(self.claims.pop(name))

    @rule(seconds=few_seconds)
    def lapse(self, seconds: int) -> None:
        """Time passes; what is over waits again."""
        self.now += timedelta(seconds=seconds)
        lapsed = self.run(self.line.lapse(self.now))
        over = {name: one for name, one in self.claims.items() if one.until <= self.now}
        assert sorted(lapsed) == sorted(over)
        for name, claim in over.items():
            del self.claims[name]
            self.waiting[name] = claim.item
            self.over.append(claim)

    @rule(some=st.lists(items, max_size=4, unique_by=lambda one: one.id))
    def rebuild(self, some: list[IntakeItem]) -> None:
        """Exactly these."""
        self.run(self.line.rebuild(some))
        self.over.extend(self.claims.values())
        self.claims.clear()
        self.waiting = {one.id: one for one in some}

    @invariant()
    def counts_and_places_agree(self) -> None:
        """By queue; and for everyone how many are before them."""
        expected = {}
        for queue in QUEUES:
            here = [one for one in self.waiting.values() if one.queue == queue]
            if here:
                expected[queue] = LineCounts(
                    waiting=len(here),
                    emergencies=sum(one.emergency for one in here),
                    oldest_since=min(one.since for one in here),
                )
        assert self.run(self.line.counts()) == expected
        assert self.run(self.line.whole())
        for name in NAMES[:3]:
            item = self.waiting.get(name)
            before = item and sum(
                one.queue == item.queue and one.rank < item.rank for one in self.waiting.values()
            )
            assert self.run(self.line.ahead_of(name)) == before


@contextmanager
def running() -> Iterator[Callable[[Coroutine[Any, Any, Any]], Any]]:
    """One loop for all examples."""
    with asyncio.Runner() as runner:
        yield runner.run


def modelled(line: Line, run: Callable[[Coroutine[Any, Any, Any]], Any], examples: int) -> None:
    """Try as many random lives of this line."""

    class Life(AgainstAModel):
        def __init__(self) -> None:
            super().__init__(line, run)

    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_line_in_memory_is_the_model() -> None:
    """Any sequence of what can be asked of it."""
    with running() as run:
        modelled(MemoryLine(), run, 150)


def test_the_line_in_redis_is_the_model(redis_server: RedisServer) -> None:
    """Any sequence of what can be asked of it."""
    with running() as run:
        line = redis_line(redis_server)
        try:
            modelled(line, run, 40)
        finally:
            run(line.__aexit__())

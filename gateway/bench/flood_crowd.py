"""Who comes beside a flood, and the seats that serve them: counters that take whoever is first."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

OTHERS_A_SECOND, SEATS, TALK_SECONDS = 34, 20, 0.5
"""The seats are busy for 85 % of the time; talks are short so that a pair is."""

Take = Callable[["Seats"], Awaitable[str | None]]
"""Whoever is first now, by id, the flooder's empty; None: nobody who may have a seat."""


@dataclass(frozen=True, slots=True)
class Citizen:
    """Comes ``at`` so many seconds and talks for ``talk``."""

    id: str
    at: float
    talk: float


def crowd(seed: int, seconds: float) -> tuple[Citizen, ...]:
    """The same for the same seed: arrivals and talks as in teletraffic, exponential."""
    chance, at = random.Random(seed), 0.0  # noqa: S311 - no secret
    found: list[Citizen] = []
    while (at := at + chance.expovariate(OTHERS_A_SECOND)) < seconds or not found:
        talk = chance.expovariate(1 / TALK_SECONDS)
        found.append(Citizen(f"{seed}-{len(found)}", at, talk))
    return tuple(found)


@dataclass(slots=True)
class Half:
    """Seconds of each of the others, and how many of the flood were sent and taken in."""

    first: list[float] = field(default_factory=list)
    served: list[float] = field(default_factory=list)
    sent: int = 0
    taken: int = 0


class Seats:
    """Take whoever is first; ``half`` is told how long the others waited."""

    def __init__(self, citizens: Sequence[Citizen], take: Take, tasks: asyncio.TaskGroup) -> None:
        self._loop, self._tasks, self._take = asyncio.get_running_loop(), tasks, take
        self._known = {one.id: one for one in citizens}
        self._left = len(citizens)
        self.free, self.flooded = SEATS, 0
        self._turn = asyncio.Lock()
        self.begun = self._loop.time()
        self.done = asyncio.Event()
        self.half = Half()

    def since(self, one: Citizen) -> float:
        """Seconds since this citizen came."""
        return self._loop.time() - self.begun - one.at

    async def give(self) -> None:
        """Whoever is first to a seat that is free, until there is neither."""
        async with self._turn:
            while self.free and (id_ := await self._take(self)) is not None:
                self.free -= 1
                self.flooded += not id_
                self._tasks.create_task(self._serve(id_))

    async def _serve(self, id_: str) -> None:
        one = self._known.get(id_)
        if one is not None:
            self.half.served.append(self.since(one))
            self._left -= 1
            if not self._left:
                self.done.set()
        await asyncio.sleep(one.talk if one else TALK_SECONDS)
        self.free += 1
        self.flooded -= not id_
        await self.give()

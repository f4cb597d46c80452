"""How much is too much: several limits at once, each a generic cell rate (GCRA, ITU-T I.371). PURE.

A limit holds one time for each key, its *due*: the moment at which whoever has that key would have
used up nothing. Each that passes moves it on by one gap. All limits pass it or none is charged, so
that what one limit stops costs the others nothing.

Who is over a limit waits behind others; nobody is refused for it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

MICROSECONDS = 1_000_000
MOST_KEYS = 100_000
"""Of the table in this process; the key that was used longest ago goes first. About 20 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """``burst`` together, and ``count`` in ``seconds`` in the long run, for each key.

    ``reserve`` is the share of the burst that is kept for whoever comes for the first time, that
    is, whose first limit is at rest: those who come again and again cannot use up what is for all
    (trunk reservation, ITU-T E.412).
    """

    name: str
    count: int
    seconds: int
    burst: int
    reserve: float = 0.0

    @property
    def gap(self) -> int:
        """Microseconds between two in the long run."""
        return max(1, self.seconds * MICROSECONDS // self.count)

    @property
    def slack(self) -> int:
        """Microseconds that a due may lie ahead of now."""
        return self.gap * (self.burst - 1)

    @property
    def own_slack(self) -> int:
        """The same for whoever came before."""
        kept = int(self.burst * self.reserve)
        return self.gap * (self.burst - kept - 1)

    def shared_by(self, processes: int) -> Limit:
        """One process's part of it, where each counts by itself."""
        burst = max(1, self.burst // processes)
        return replace(self, seconds=self.seconds * processes, burst=burst)


@dataclass(frozen=True)
class Limits:
    """What is asked in one go; the first is the one by which a first-timer is known."""

    each: tuple[Limit, ...]

    @cached_property
    def packed(self) -> str:
        """For the script in Redis: gap, slack, slack for those who came before; of each."""
        return " ".join(f"{one.gap} {one.slack} {one.own_slack}" for one in self.each)

    def shared_by(self, processes: int) -> Limits:
        """Each process's part."""
        return Limits(tuple(one.shared_by(processes) for one in self.each))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``limit`` names the one that has to be waited for longest, and ``wait_seconds``; or empty."""

    limit: str = ""
    wait_seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Within every limit."""
        return not self.limit


PASSED = Verdict()


class CountedBy(StrEnum):
    """Who counts now; ``PART``: this process at its part of every rate, while Redis is away."""

    REDIS = "redis"
    HERE = "here"
    PART = "part"


@dataclass(slots=True, kw_only=True)
class Counts:
    """What one process asked ``since`` its start, by the limit's name.

    Whoever is over several limits is counted as ``over`` the one that has to be waited for longest;
    ``failures`` are the times that Redis did not answer.
    """

    since: datetime
    asked: dict[str, int] = field(default_factory=dict)
    over: dict[str, int] = field(default_factory=dict)
    failures: int = 0

    def count(self, limits: Limits, verdict: Verdict, times: int = 1) -> None:
        """So many more that were held to these."""
        for one in limits.each:
            self.asked[one.name] = self.asked.get(one.name, 0) + times
        if verdict.limit:
            self.over[verdict.limit] = self.over.get(verdict.limit, 0) + times


def weigh(
    limits: Limits, due: Sequence[int | None], now: int
) -> tuple[Verdict, tuple[int, ...] | None]:
    """Whether it passes, and each key's new due; None: nothing is charged. All in microseconds."""
    first_time = not due or due[0] is None or due[0] <= now
    longest, over, moved = 0, "", []
    for limit, known in zip(limits.each, due, strict=True):
        then = now if known is None else max(known, now)
        wait = then - now - (limit.slack if first_time else limit.own_slack)
        if wait > longest:
            longest, over = wait, limit.name
        moved.append(then + limit.gap)
    if over:
        return Verdict(limit=over, wait_seconds=longest / MICROSECONDS), None
    return PASSED, tuple(moved)


class Table:
    """The dues of many keys in this process; bounded."""

    def __init__(self, most_keys: int = MOST_KEYS) -> None:
        self._most = most_keys
        self._due: OrderedDict[str, int] = OrderedDict()

    def __len__(self) -> int:
        return len(self._due)

    def ask(self, limits: Limits, keys: Sequence[str], now: int) -> Verdict:
        """Weigh and charge; ``keys`` are one for each limit, ``now`` in microseconds."""
        verdict, moved = weigh(limits, [self._due.get(key) for key in keys], now)
        if moved is not None:
            for key, due in zip(keys, moved, strict=True):
                self._due[key] = due
                self._due.move_to_end(key)
            while len(self._due) > self._most:
                self._due.popitem(last=False)
        return verdict

"""What comes for one key while others of it are handled is handled together, as the next batch.

The first of those that wait leads: it handles the batch, the others are told what became of theirs.
Within a key the order is kept; keys know nothing of each other. Without a rival it costs two steps
of a table.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from gateway.ports import Clock

Thing = TypeVar("Thing")
Answer = TypeVar("Answer")

MOST = 200
"""Things of one batch."""
MOST_SECONDS = 1.0
"""Whoever has waited for so long waits for nobody's rest."""


@dataclass(slots=True, eq=False)
class _Brought(Generic[Thing, Answer]):
    """One thing; its ``turn`` comes with an answer or a fault, or when it is to lead."""

    thing: Thing
    at: float
    turn: asyncio.Future[None] | None = None
    answer: Answer | None = None
    fault: BaseException | None = None

    @property
    def settled(self) -> bool:
        return self.answer is not None or self.fault is not None

    def settle(self, said: Answer | Exception) -> None:
        if isinstance(said, Exception):
            self.fault = said
        else:
            self.answer = said
        self.wake()

    def wake(self) -> bool:
        """False when nobody waits for it: whoever brought it leads, or is gone."""
        if self.turn is None or self.turn.done():
            return False
        self.turn.set_result(None)
        return True


@dataclass(slots=True, eq=False)
class _Line(Generic[Thing, Answer]):
    """What waits for one key, and until when the key rests."""

    waiting: deque[_Brought[Thing, Answer]] = field(default_factory=deque)
    rests_until: float = 0.0


class Batches(Generic[Thing, Answer]):
    """``handle`` takes a batch and says for each thing what became of it, or its fault.

    After a batch its key rests for as many seconds as ``rest`` says of it: in a flood that is when
    everybody else has their turn. It does not when nothing else has come meanwhile.
    """

    def __init__(
        self,
        handle: Callable[[Sequence[Thing]], Awaitable[Sequence[Answer | Exception]]],
        clock: Clock,
        rest: Callable[[Sequence[Thing]], float] = lambda _batch: 0.0,
    ) -> None:
        self._handle, self._clock, self._rest = handle, clock, rest
        self._lines: dict[Hashable, _Line[Thing, Answer]] = {}

    def __len__(self) -> int:
        return len(self._lines)

    async def bring(self, key: Hashable, thing: Thing) -> Answer:
        """What became of it; raises what ``handle`` said, or raised, of it."""
        mine = _Brought[Thing, Answer](thing, self._clock.monotonic())
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = _Line()
            line.waiting.append(mine)
        else:
            line.waiting.append(mine)
            await self._wait(key, line, mine)
        if not mine.settled:
            await self._lead(key, line)
        if mine.fault is not None:
            raise mine.fault
        assert mine.answer is not None  # noqa: S101 - handle has an answer for each
        return mine.answer

    async def _wait(
        self, key: Hashable, line: _Line[Thing, Answer], mine: _Brought[Thing, Answer]
    ) -> None:
        mine.turn = asyncio.get_running_loop().create_future()
        try:
            await mine.turn
        except asyncio.CancelledError:
            leads = not mine.turn.cancelled() and not mine.settled
            if mine in line.waiting:
                line.waiting.remove(mine)
            if leads:
                self._pass_on(key, line)
            raise

    async def _lead(self, key: Hashable, line: _Line[Thing, Answer]) -> None:
        """Handle the next batch; ``line`` begins with what whoever leads has brought."""
        batch: list[_Brought[Thing, Answer]] = []
        mine = line.waiting[0]
        try:
            await self._let_others_go(line)
            batch = [line.waiting.popleft() for _ in range(min(len(line.waiting), MOST))]
            things = [one.thing for one in batch]
            answers = await self._handle(things)
            for one, answer in zip(batch, answers, strict=True):
                one.settle(answer)
            line.rests_until = self._clock.monotonic() + self._rest(things)
        except Exception as fault:  # noqa: BLE001 - it is told to whoever brought these
            for one in batch or (mine,):
                if not one.settled:
                    one.settle(fault)
        finally:
            if batch and not mine.settled:  # whoever leads is gone, the others are not
                line.waiting.extendleft(reversed(batch[1:]))
            elif line.waiting and line.waiting[0] is mine:
                line.waiting.popleft()
            self._pass_on(key, line)

    async def _let_others_go(self, line: _Line[Thing, Answer]) -> None:
        now, oldest = self._clock.monotonic(), line.waiting[0].at
        seconds = min(line.rests_until, oldest + MOST_SECONDS) - now
        if seconds > 0:
            await self._clock.sleep(seconds)

    def _pass_on(self, key: Hashable, line: _Line[Thing, Answer]) -> None:
        while line.waiting:
            if line.waiting[0].wake():
                return
            line.waiting.popleft()
        del self._lines[key]

"""Questions that are asked at the same time become one question to the database.

Keys stand in line while the last question is being answered; all of them are the next one. Nobody
waits for a timer: alone, a key is asked for at once. A key is never answered by a question that was
put before it was asked for, so every write acknowledged until then is seen.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

from gateway.core.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping

K = TypeVar("K")
V = TypeVar("V")

MOST_KEYS = 200
"""In one question."""
WAITING_KEYS = 10_000
"""One more is refused with StoreUnavailable."""


class Together(Generic[K, V]):
    """The line of keys and the task that asks for them (``run``)."""

    def __init__(self, ask: Callable[[Collection[K]], Awaitable[Mapping[K, V]]], none: V) -> None:
        self._ask, self._none = ask, none
        self._waiting: dict[K, asyncio.Future[V]] = {}
        self._bell = asyncio.Event()

    async def get(self, key: K) -> V:
        """What is known of the key, or ``none``; raises StoreUnavailable."""
        answer = self._waiting.get(key)
        if answer is None:
            if len(self._waiting) >= WAITING_KEYS:
                raise StoreUnavailable(f"{WAITING_KEYS} questions are waiting already")
            answer = self._waiting[key] = asyncio.get_running_loop().create_future()
            self._bell.set()
        return await asyncio.shield(answer)  # others may wait for it, too

    async def run(self) -> None:
        """Answer until cancelled."""
        asked: dict[K, asyncio.Future[V]] = {}
        try:
            while True:
                await self._bell.wait()
                keys = list(self._waiting)[:MOST_KEYS]
                asked = {key: self._waiting.pop(key) for key in keys}
                if not self._waiting:
                    self._bell.clear()
                try:
                    found = await self._ask(keys)
                except StoreUnavailable as fault:
                    _refuse(asked.values(), fault)
                else:
                    for key, answer in asked.items():
                        answer.set_result(found.get(key, self._none))
                asked = {}
        finally:
            _refuse([*asked.values(), *self._waiting.values()], StoreUnavailable("closed"))


def _refuse(answers: Collection[asyncio.Future[V]], fault: StoreUnavailable) -> None:
    for answer in answers:
        if not answer.done():
            answer.set_exception(fault)
            answer.exception()  # whoever asked may be gone

"""One change at a time for each thing, many things at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Hashable
from types import TracebackType

Waiters = deque["asyncio.Future[None]"]


class OneAtATime:
    """Locks by key; there are only as many as are held. Whoever waits is served in order."""

    def __init__(self) -> None:
        self._held: dict[Hashable, Waiters] = {}

    def __len__(self) -> int:
        return len(self._held)

    def of(self, key: Hashable) -> _Turn:
        """``async with`` it: hold this key; whoever else wants it waits."""
        return _Turn(self._held, key)


class _Turn:
    """One holding of one key; without a rival it costs two steps of a table."""

    __slots__ = ("_held", "_key")

    def __init__(self, held: dict[Hashable, Waiters], key: Hashable) -> None:
        self._held = held
        self._key = key

    async def __aenter__(self) -> None:
        waiters = self._held.get(self._key)
        if waiters is None:
            self._held[self._key] = deque()
            return
        mine = asyncio.get_running_loop().create_future()
        waiters.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if not mine.cancelled() and mine.done():  # it was given to us and we do not take it
                self._pass_on()
            elif mine in waiters:  # else whoever let go has passed us over already
                waiters.remove(mine)
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        waiters = self._held[self._key]
        while waiters:
            following = waiters.popleft()
            if not following.done():
                following.set_result(None)
                return
        del self._held[self._key]

"""The doors of SIP for tests: ``ports.Door`` without a telephone system behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from gateway.core.bans import DoorRestored, Knock
from gateway.core.errors import PhonesUnavailable


class DoorPeer:
    """``outside`` is who is shut out, ``told`` how often it was said; ``away`` answers nothing."""

    def __init__(self) -> None:
        self.coming: asyncio.Queue[Knock | DoorRestored] = asyncio.Queue()
        self.phones: frozenset[str] = frozenset()
        self.outside: list[str] | None = None
        self.told = 0
        self.away = False

    async def knocks(self) -> AsyncIterator[Knock | DoorRestored]:
        """What the test put into ``coming``."""
        while True:
            yield await self.coming.get()

    async def phones_at(self) -> frozenset[str]:
        """``phones``."""
        if self.away:
            raise PhonesUnavailable("down")
        return self.phones

    async def shut_out(self, sources: Sequence[str]) -> None:
        """Kept in ``outside``."""
        if self.away:
            raise PhonesUnavailable("down")
        self.outside = list(sources)
        self.told += 1

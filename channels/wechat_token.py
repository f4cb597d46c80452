"""WeChat's access token: one request for any number of waiters, early, and never in a storm.

stable_token (developers.weixin.qq.com, 获取稳定版接口调用凭据): asked again it says the same token
until five minutes before its end, so that several gateways disturb nobody; ``force_refresh`` kills
the old one at once, at most 20 times a day and 30 s apart.

A token that the API refuses is asked for once more, without force: somebody else may have forced a
new one. Only when that gave the same token, and it is refused again 30 s later, force is used.
So a platform that refuses everything costs one request in 30 s, however many messages wait.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from channels.errors import TryLater

EARLY_SECONDS = 240.0
APART_SECONDS = 30.0
FORCED_MOST, FORCED_SECONDS = 20, 24 * 3600.0

Ask = Callable[[bool], Awaitable[tuple[str, float]]]
"""Given whether to force: the token and how many seconds it lasts. Raises TryLater."""


class Token:
    """The token of one account."""

    def __init__(self, ask: Ask, now: Callable[[], float] = time.monotonic) -> None:
        self._ask, self._now = ask, now
        self._lock = asyncio.Lock()
        self._token, self._good_until = "", 0.0
        self._asked = 0
        self._failure: TryLater | None = None
        self._refused_at = -APART_SECONDS
        self._same = ""
        """Refused, and given again when asked for anew."""
        self._forced: deque[float] = deque(maxlen=FORCED_MOST)

    async def get(self, refused: str = "") -> str:
        """A token to use; ``refused`` is one that the API did not take. Raises TryLater."""
        if self._usable(refused):
            return self._token
        asked = self._asked
        async with self._lock:
            if asked == self._asked:
                await self._renew(refused)
            if self._failure is not None:
                raise TryLater(self._failure.provider_code, self._failure.retry_after_seconds)
            return self._token

    def _usable(self, refused: str) -> bool:
        return bool(self._token) and self._token != refused and self._now() < self._good_until

    async def _renew(self, refused: str) -> None:
        """Ask, and let everybody who waited have the same answer, good or bad."""
        if self._usable(refused):
            return
        now = self._now()
        stale = bool(refused) and refused == self._token
        if stale:
            left = self._refused_at + APART_SECONDS - now
            if left > 0:
                raise TryLater("token-refused", left)
            self._refused_at = now
        force = stale and refused == self._same and self._may_force(now)
        if force:
            self._forced.append(now)
        self._failure = None
        try:
            token, seconds = await self._ask(force)
        except TryLater as failed:
            self._failure = failed
        else:
            self._same = token if token == refused else ""
            self._token = token
            self._good_until = self._now() + max(seconds - EARLY_SECONDS, seconds / 2)
        self._asked += 1

    def _may_force(self, now: float) -> bool:
        full = len(self._forced) == FORCED_MOST
        return not full or now - self._forced[0] > FORCED_SECONDS

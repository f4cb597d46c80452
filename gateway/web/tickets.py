"""One-shot tickets for a citizen's browser call. PURE: the caller brings time and randomness."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

from gateway.core.errors import Throttled, Unavailable


class Tickets:
    """Tickets that were given out and not used yet, and calls that run.

    A ticket works once, within ``seconds``. ``calls`` limits running calls and open tickets
    together, so that whoever got a ticket also gets a place.
    """

    def __init__(self, *, seconds: float, most: int, calls: int) -> None:
        self._seconds = seconds
        self._most = most
        self._calls = calls
        self._open: OrderedDict[str, float] = OrderedDict()
        self.running = 0

    def __len__(self) -> int:
        return len(self._open)

    def give(self, ticket: str, now: float) -> None:
        """Remember a new ticket; raises Unavailable or Throttled when no place is left."""
        self._forget(now)
        if self.running + len(self._open) >= self._calls:
            raise Unavailable("web_calls_full")
        if len(self._open) >= self._most:
            raise Throttled(self._seconds)
        self._open[_fingerprint(ticket)] = now + self._seconds

    def take(self, ticket: str, now: float) -> bool:
        """Use a ticket up; false when it was never given, is used or too old."""
        self._forget(now)
        return self._open.pop(_fingerprint(ticket), None) is not None

    def _forget(self, now: float) -> None:
        while self._open and next(iter(self._open.values())) <= now:
            self._open.popitem(last=False)


def _fingerprint(ticket: str) -> str:
    """Looked up by hash: comparing takes no longer for a ticket that is nearly right."""
    return hashlib.sha256(ticket.encode(errors="replace")).hexdigest()

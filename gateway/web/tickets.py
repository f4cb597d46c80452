"""One-shot tickets for sockets. PURE: the caller brings time and randomness.

A citizen's browser call needs one because nobody is logged in; a console's push needs one beside
its cookie, because a browser sends cookies along with whatever a foreign page opens (OWASP ASVS
5.0, 4.4.4).
"""

from __future__ import annotations

import hashlib
import hmac
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


class BoundTickets:
    """Tickets that only their owner can use, once, within ``seconds``; the oldest make room."""

    def __init__(self, *, seconds: float, most: int) -> None:
        self.seconds = seconds
        self._most = most
        self._open: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def give(self, ticket: str, owner: str, now: float) -> None:
        """Remember a new ticket of this owner."""
        self._open[_fingerprint(ticket)] = owner, now + self.seconds
        while len(self._open) > self._most or next(iter(self._open.values()))[1] <= now:
            self._open.popitem(last=False)

    def take(self, ticket: str, owner: str, now: float) -> bool:
        """Use a ticket up; false when it was never given, is used, too old, or somebody else's."""
        whose, until = self._open.pop(_fingerprint(ticket), ("", now))
        return until > now and hmac.compare_digest(whose, owner)


def _fingerprint(ticket: str) -> str:
    """Looked up by hash: comparing takes no longer for a ticket that is nearly right."""
    return hashlib.sha256(ticket.encode(errors="replace")).hexdigest()

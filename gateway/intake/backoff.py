"""How long a guesser must wait. PURE: the caller brings the monotonic seconds.

Counted per (who, from where): a stranger's guesses slow the stranger down and nobody else, so
nobody can be locked out of their own account from another address (OWASP ASVS 5.0, 6.3.1). A second
count per address alone slows one who tries many logins; it is far more patient and never asks for
more than a few seconds, because a whole office may stand behind one address.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

FREE_TRIES = 3
FREE_TRIES_PER_ADDRESS = 30
LONGEST_SECONDS = 300.0
LONGEST_SECONDS_PER_ADDRESS = 5.0
FORGET_SECONDS = 900.0
MOST_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class _Count:
    tries: int = 0
    until: float = 0.0
    last: float = 0.0


class Backoff:
    """A bounded table of tries; the entry not seen for longest goes first."""

    def __init__(self, most_entries: int = MOST_ENTRIES) -> None:
        self._most_entries = most_entries
        self._counts: OrderedDict[tuple[str, ...], _Count] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counts)

    def charge(self, who: str, address: str, now: float) -> float:
        """Count one try before its outcome is known.

        Returns 0 when it may go on, else the seconds to wait; a refused try is not counted, so that
        waiting always ends. Counting first means that a hundred tries at once are not free.
        """
        pair, alone = (who, address), (address,)
        wait = max(self._wait(pair, now), self._wait(alone, now))
        if wait > 0:
            return wait
        self._count(pair, FREE_TRIES, LONGEST_SECONDS, now)
        self._count(alone, FREE_TRIES_PER_ADDRESS, LONGEST_SECONDS_PER_ADDRESS, now)
        return 0.0

    def forgive(self, who: str, address: str) -> None:
        """The try was right: forget this pair, give the address its try back."""
        self._counts.pop((who, address), None)
        count = self._counts.get((address,))
        if count:
            self._counts[(address,)] = replace(count, tries=max(0, count.tries - 1), until=0.0)

    def _wait(self, key: tuple[str, ...], now: float) -> float:
        count = self._counts.get(key)
        return max(0.0, count.until - now) if count else 0.0

    def _count(self, key: tuple[str, ...], free: int, longest: float, now: float) -> None:
        count = self._counts.pop(key, _Count(last=now))
        tries = 1 if now - count.last > FORGET_SECONDS else count.tries + 1
        pause = min(2.0 ** min(tries - free, 20), longest) if tries >= free else 0.0
        self._counts[key] = _Count(tries, now + pause, now)
        while len(self._counts) > self._most_entries:
            self._counts.popitem(last=False)

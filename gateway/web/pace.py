"""How often, per key: a generic cell rate (GCRA, ITU-T I.371). PURE.

One time per key and no counters; the table is bounded, the oldest key goes first.
"""

from __future__ import annotations

from collections import OrderedDict

MOST_KEYS = 10_000


class Pace:
    """At most ``at_once`` together and ``a_second`` in the long run, for each key."""

    def __init__(self, *, a_second: float, at_once: int, most_keys: int = MOST_KEYS) -> None:
        self._gap = 1.0 / a_second
        self._burst = self._gap * (at_once - 1)
        self._most_keys = most_keys
        self._due: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._due)

    def wait_seconds(self, key: str, now: float) -> float:
        """0 and counted, or the seconds until the next one may come and not counted."""
        due = max(self._due.pop(key, now), now)
        wait = due - now - self._burst
        if wait > 1e-9:
            self._due[key] = due
            return wait
        self._due[key] = due + self._gap
        while len(self._due) > self._most_keys:
            self._due.popitem(last=False)
        return 0.0

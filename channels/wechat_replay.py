"""What is a replay and what the platform's own retry. PURE: the time is an argument.

WeChat delivers again, up to three times, when it has no answer within 5 s; a retry may be the very
same bytes. It must be let through: the first one may not have been recorded. That one message
becomes one item is the store's work (unique key), for ever. This set adds two things within the
ten minutes in which a signature is fresh: nobody gets one signature accepted without end (each
time costs a look into the store), and where a signature does not cover the body (plain mode), it
is good for one body only.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from channels.errors import HookRefused

KEPT_SECONDS = 600.0
MOST = 100_000
"""Signatures remembered; at the limit the oldest is forgotten, the store still knows its key."""
MOST_TIMES = 16
"""The platform's four, and as many again for every proxy that repeats a request."""


class Replayed(HookRefused):
    """A signature was used more often than the platform does, or for another body."""

    code = "replayed"


class Seen:
    """The signatures of one account that were accepted lately."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[datetime, bytes, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def admit(self, signed: str, digest: bytes, now: datetime) -> None:
        """Count one more use of what is vouched for; raises Replayed."""
        kept = self._kept
        before = now - timedelta(seconds=KEPT_SECONDS)
        while kept and next(iter(kept.values()))[0] < before:
            kept.popitem(last=False)
        since, first, times = kept.get(signed, (now, digest, 0))
        if first != digest:
            raise Replayed("one signature, two bodies")
        if times >= MOST_TIMES:
            raise Replayed("too often")
        kept[signed] = (since, first, times + 1)
        if len(kept) > self._most:
            kept.popitem(last=False)

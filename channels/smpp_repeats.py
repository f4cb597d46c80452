"""Whether a short message over SMPP is one that came before. PURE.

A deliver_sm has no id. The same words from the same number are the same message when they come
again because our answer did not reach the SMSC, and another message when a citizen says them twice.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

BUCKET_SECONDS = 600
NEAR = timedelta(seconds=30)
"""An answer so short before a connection ended may not have reached them."""
MOST_KNOWN = 4096


@dataclass(slots=True)
class _Known:
    bucket: int
    count: int
    connection: int
    answered_at: datetime | None = None


class Repeats:
    """``turn`` gives what makes one key of several times the same words."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._ended: OrderedDict[int, datetime] = OrderedDict()

    def doubtful(self, mark: str, connection: int) -> int | None:
        """The other connection that must show whether it heard our answer; None: no doubt.

        It stands as far as we know, and what it was told comes again by this one.
        """
        known = self._known.get(mark)
        if known is None or known.answered_at is None or known.connection == connection:
            return None
        return None if known.connection in self._ended else known.connection

    def turn(
        self, mark: str, connection: int, now: datetime, *, heard: bool = True
    ) -> tuple[str, str]:
        """The ten minutes in which ``mark`` first came, and the how many-eth it is of them.

        ``heard``: whether the connection in doubt heard our answer. Without memory (after a
        restart) what comes again within the same ten minutes is the same.
        """
        bucket = int(now.timestamp()) // BUCKET_SECONDS
        known = self._known.get(mark)
        if known is None or bucket - known.bucket > 1:
            known = self._known[mark] = _Known(bucket, 0, connection)
        elif heard and self._is_another(known):
            known.count += 1
            known.answered_at = None
        known.connection = connection
        self._known.move_to_end(mark)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return str(known.bucket), str(known.count)

    def answered(self, mark: str, now: datetime) -> None:
        """The SMSC was told that we have it."""
        if mark in self._known:
            self._known[mark].answered_at = now

    def ended(self, connection: int, now: datetime) -> None:
        """This connection has ended; its number is used for no other."""
        self._ended[connection] = now
        while len(self._ended) > MOST_KNOWN:
            self._ended.popitem(last=False)

    def _is_another(self, known: _Known) -> bool:
        """The answer on a connection that stands, or stood long enough, was heard."""
        if known.answered_at is None:
            return False
        ended = self._ended.get(known.connection)
        return ended is None or known.answered_at < ended - NEAR

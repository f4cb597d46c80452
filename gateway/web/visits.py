"""Anonymous sessions of citizens' pages: a signed number and nothing about the person. PURE.

``v1.kid.id.expires.mac``: a random id of 128 bits, an end, and HMAC-SHA256 (RFC 2104) over both.
The key is derived for a period of a week (``kid`` counts them); this week's and the last one's are
believed, so that keys change by themselves and an old one opens nothing.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

PERIOD_SECONDS = 7 * 24 * 3600
VISIT_SECONDS = 3 * 24 * 3600
"""A conversation may go on the day after tomorrow; each use begins the time anew."""
MOST_CHARACTERS = 128
FORM = re.compile(r"v1\.([0-9]{1,6})\.([A-Za-z0-9_-]{22})\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One browser (or App) that has been here. ``id`` is the identity's value: a secret."""

    id: str = field(repr=False)
    expires_at: datetime


class Visits:
    """Makes and reads their tokens; ``key`` derives the key of a purpose."""

    def __init__(self, key: Callable[[str], bytes], seconds: int = VISIT_SECONDS) -> None:
        if seconds > PERIOD_SECONDS:
            raise ValueError(seconds)
        self._key = key
        self._seconds = seconds

    def begin(self, random: bytes, now: datetime) -> Visit:
        """A new one from 16 random bytes."""
        if len(random) != 16:
            raise ValueError(len(random))
        return Visit(id=_base64(random), expires_at=self._end(now))

    def renewed(self, visit: Visit, now: datetime) -> Visit:
        """The same visitor, for longer."""
        return Visit(id=visit.id, expires_at=self._end(now))

    def stale(self, visit: Visit, now: datetime) -> bool:
        """Whether half of its time is over: it is time to renew."""
        return (visit.expires_at - now).total_seconds() < self._seconds / 2

    def token(self, visit: Visit, now: datetime) -> str:
        """What the browser keeps."""
        kid = _period(now)
        said = f"v1.{kid}.{visit.id}.{int(visit.expires_at.timestamp())}"
        return f"{said}.{self._mac(kid, said)}"

    def read(self, token: str, now: datetime) -> Visit | None:
        """Who it is; None for anything that is not ours, too old, or over."""
        found = FORM.fullmatch(token) if len(token) <= MOST_CHARACTERS else None
        if found is None:
            return None
        kid, id_, ends, mac = int(found[1]), found[2], int(found[3]), found[4]
        if _period(now) - kid not in (0, 1):
            return None
        said = token.rpartition(".")[0]
        if not hmac.compare_digest(self._mac(kid, said), mac) or ends <= now.timestamp():
            return None
        return Visit(id=id_, expires_at=datetime.fromtimestamp(ends, UTC))

    def _end(self, now: datetime) -> datetime:
        return (now + timedelta(seconds=self._seconds)).replace(microsecond=0)

    def _mac(self, kid: int, said: str) -> str:
        key = self._key(f"visit|{kid}")
        return _base64(hmac.digest(key, said.encode(), "sha256"))


def _period(now: datetime) -> int:
    return int(now.timestamp()) // PERIOD_SECONDS


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")

"""A login of a person in a browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """``token_hash`` is SHA-256 of the cookie's value, hex; the value itself is never stored."""

    token_hash: str
    operator_id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended: bool = False

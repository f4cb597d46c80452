"""Posts that other authorities' systems sign (``channels.signed_post``), of now. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from channels.signed_post import genuine as signed_by_them
from channels.signed_post import is_of_now, key_of, signed

__all__ = ["genuine", "key_of", "signed"]


def genuine(key: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether whoever knows the secret posted this, and lately. Header names are lower-case."""
    return signed_by_them(key, headers, body) and is_of_now(headers, now)

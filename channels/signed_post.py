"""Signed posts between two systems, by Standard Webhooks: HMAC-SHA256 with one secret. PURE.

    webhook-id: <id>    webhook-timestamp: <unix seconds>    webhook-signature: v1,<base64> [v1,...]

What is signed is ``id.timestamp.body``. A secret is ``whsec_`` and the base64 of 24 to 64 bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

PREFIX = "whsec_"
LEAST_KEY, MOST_KEY = 24, 64
WINDOW_SECONDS = 300
MOST_SIGNATURES = 8
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_ID = re.compile(r"[!-~]{1,128}")
_SECONDS = re.compile(r"[0-9]{1,12}")


def key_of(secret: str) -> bytes | None:
    """The key in a secret's text; None when it is none."""
    if not secret.startswith(PREFIX):
        return None
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if LEAST_KEY <= len(key) <= MOST_KEY else None


def signed(key: bytes, id_: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a post."""
    seconds = str(int(at.timestamp()))
    return {ID: id_, TIMESTAMP: seconds, SIGNATURE: f"v1,{_code(key, id_, seconds, body)}"}


def genuine(key: bytes, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether whoever knows the secret signed this, at whatever time. Header names: lower case."""
    id_, seconds = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not _ID.fullmatch(id_) or not _SECONDS.fullmatch(seconds):
        return False
    right = _code(key, id_, seconds, body).encode()
    offered = headers.get(SIGNATURE, "").split(" ")[:MOST_SIGNATURES]
    codes = [
        one.partition(",")[2].encode("utf-8", "replace") for one in offered if one[:3] == "v1,"
    ]
    return any([hmac.compare_digest(right, code) for code in codes])  # noqa: C419 - all are looked at


def is_of_now(headers: Mapping[str, str], now: datetime) -> bool:
    """Whether a genuine post is near enough to be no replay."""
    return abs(now.timestamp() - int(headers[TIMESTAMP])) <= WINDOW_SECONDS


def _code(key: bytes, id_: str, seconds: str, body: bytes) -> str:
    said = id_.encode() + b"." + seconds.encode() + b"." + body
    return base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()

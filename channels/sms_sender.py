"""Who a short message is from, and keys that name nobody. PURE."""

from __future__ import annotations

import hashlib
import hmac
import re

from channels.message import Sender

SCHEME = "msisdn"
NOBODY = "-"
"""Where a message has no sender's number at all."""
KEY_CHARACTERS = 40
_MAINLAND = re.compile(r"(?:\+|00)?86(1[0-9]{10})")
_KEPT = 32


def sender_of(raw: str) -> Sender:
    """The sender of a number as a carrier writes it, with or without 86 before a mobile's 1."""
    return Sender(scheme=SCHEME, value=number_of(raw) or NOBODY)


def number_of(raw: str) -> str:
    """The number without 86; senders' names in letters stay what they are."""
    kept = "".join(one for one in raw.strip() if one.isprintable()).encode("utf-8", "replace")
    number = kept.decode()[:_KEPT]
    found = _MAINLAND.fullmatch(number)
    return found[1] if found else number


def digest(secret: str, *words: str | bytes) -> str:
    """A key for these words, which only who has the account's secret can find them by.

    A telephone number has so few digits that a bare hash of it can be undone by trying all.
    """
    mac = hmac.new(secret.encode(), digestmod=hashlib.sha256)
    for word in words:
        said = word if isinstance(word, bytes) else word.encode("utf-8", "replace")
        mac.update(len(said).to_bytes(4, "big") + said)
    return mac.hexdigest()[:KEY_CHARACTERS]

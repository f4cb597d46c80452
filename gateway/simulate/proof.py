"""The puzzle that pages of citizens solve when many come from one place. PURE.

The protocol is altcha's version 2: PBKDF2 of a nonce and a counter begins with a prefix.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from collections.abc import Mapping
from typing import Any

MOST_TRIES = 20_000


def solved(puzzle: Mapping[str, Any]) -> str:
    """The answer that goes into ``proof``; empty when there is none within ``MOST_TRIES``."""
    asked = puzzle["parameters"]
    nonce, salt = bytes.fromhex(asked["nonce"]), bytes.fromhex(asked["salt"])
    for counter in range(MOST_TRIES):
        word = nonce + struct.pack(">I", counter)
        key = hashlib.pbkdf2_hmac("sha256", word, salt, int(asked["cost"]), int(asked["keyLength"]))
        if key.hex().startswith(asked["keyPrefix"]):
            said = {"challenge": puzzle, "solution": {"counter": counter, "derivedKey": key.hex()}}
            return base64.b64encode(json.dumps(said).encode()).decode()
    return ""

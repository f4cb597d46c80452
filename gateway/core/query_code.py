"""查询码: the secret that opens the answers to a form, for whoever left it and nobody else. PURE.

Twenty digits in groups of four (66 bits): digits can be read out on the phone, typed on its keys,
and written down by whoever knows no letters. It is shown once and kept as a hash only.
"""

from __future__ import annotations

import hashlib

DIGITS = 20
GROUP = 4
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def code_from(random: bytes) -> str:
    """The code that these random bytes (at least 16) make, ungrouped.

    The same bytes make the same code; of 2^128 values the last digit's bias is nothing.
    """
    if len(random) < 16:
        raise ValueError(len(random))
    return f"{int.from_bytes(random, 'big') % 10**DIGITS:0{DIGITS}}"


def shown(code: str) -> str:
    """1234 5678 9012 3456 7890, for reading."""
    return " ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def typed(text: str) -> str:
    """The code in what somebody typed, spaces, dashes and wide digits allowed; empty if none."""
    bare = "".join(one for one in text.translate(_FULL_WIDTH) if not one.isspace() and one != "-")
    return bare if len(bare) == DIGITS and bare.isascii() and bare.isdigit() else ""


def code_hash(code: str) -> str:
    """What is stored and looked up instead of the code: 64 hex digits."""
    return hashlib.sha256(b"hotline|query code|" + code.encode()).hexdigest()

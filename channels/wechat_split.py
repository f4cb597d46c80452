"""A long text becomes several messages, cut where a reader would pause. PURE.

WeChat counts bytes of UTF-8 (2,048 a message), and each part against the right to reply.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MOST_BYTES = 2_048

_PAUSES = tuple(
    re.compile(pattern)
    for pattern in (r"\n\s*\n", r"\n", r"[。！？!?…]+[”’」』）)]*|\.\s", r"[；;，,、：:]|\s")
)
"""From the best place to cut to the last but one; the last is between any two characters."""


def split(text: str, most_bytes: int = MOST_BYTES) -> tuple[str, ...]:
    """The parts in order, none empty, each within ``most_bytes`` (at least 64)."""
    return tuple(_parts(text.strip(), most_bytes))


def _parts(text: str, most: int) -> Iterator[str]:
    while len(text.encode()) > most:
        end = _cut(text, _fitting(text, most))
        part = text[:end].rstrip()
        if part:
            yield part
        text = text[end:].lstrip()
    if text:
        yield text


def _fitting(text: str, most: int) -> int:
    """How many characters fit."""
    return len(text.encode()[:most].decode(errors="ignore"))


def _cut(text: str, most: int) -> int:
    """Where to cut: the last pause that leaves no tiny part, else before what stands alone."""
    head = text[:most]
    for pause in _PAUSES:
        ends = [found.end() for found in pause.finditer(head) if found.end() >= most // 3]
        if ends:
            return ends[-1]
    end = most
    while end > 1 and most - end < 32 and _clings(text, end):
        end -= 1
    return end if end > 1 and not _clings(text, end) else most


def _clings(text: str, at: int) -> bool:
    """Whether the character at ``at`` is one with the character before (accents, joined emoji)."""
    if at >= len(text):
        return False
    here, before = text[at], text[at - 1]
    joined = "\u200d" in (here, before)
    return joined or unicodedata.combining(here) != 0 or "\ufe00" <= here <= "\ufe0f"

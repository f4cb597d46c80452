"""A long text becomes several messages. PURE."""

from __future__ import annotations

MOST_UNITS = 4096
"""Units of UTF-16 in one message, as Telegram counts."""


def split(text: str) -> list[str]:
    """Parts of at most 4,096 units, cut at a line or a space where there is one."""
    parts = []
    while text.strip():
        end = _fitting(text)
        if end < len(text):
            pause = max(text.rfind("\n", 0, end), text.rfind(" ", 0, end))
            end = pause + 1 if pause > end // 2 else end
        parts.append(text[:end].strip())
        text = text[end:]
    return [part for part in parts if part]


def _fitting(text: str) -> int:
    """How many characters fit; one above U+FFFF counts twice."""
    units = 0
    for at, one in enumerate(text):
        units += 2 if ord(one) > 0xFFFF else 1
        if units > MOST_UNITS:
            return at
    return len(text)

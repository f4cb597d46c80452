"""Who calls: numbers as they are compared, and as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FlagKind(StrEnum):
    """What is known of a number before anyone speaks."""

    ELDER = "elder"
    """Over 65, or asked for it: straight to a person (MIIT 2020 rule for basic telecom firms)."""
    DIRECT = "direct"
    """Straight to a person for another reason."""
    CARE = "care"
    """Known to need a careful ear; ``note`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerFlag:
    """A mark on a number, until it expires."""

    number: str
    kind: FlagKind
    note: str = ""
    until: datetime | None = None


MAX_DIGITS = 20


def normalise_number(raw: str) -> str:
    """The digits of a telephone number with +86, 0086 and separators removed; empty if withheld.

    Anything that is not a number (display names, ``anonymous``) gives the empty string.
    """
    plus = raw.strip().startswith("+")
    digits = "".join(ch for ch in raw if ch in "0123456789")[:MAX_DIGITS]
    if plus and digits.startswith("86"):
        return digits[2:]
    if digits.startswith("0086"):
        return digits[4:]
    return f"+{digits}" if plus and digits else digits


def mask_number(number: str) -> str:
    """138****1234; short numbers keep the last two digits; empty stays empty."""
    if len(number) < 9:
        return "*" * max(0, len(number) - 2) + number[-2:]
    head = min(3, len(number) - 8)
    return f"{number[:head]}{'*' * (len(number) - head - 4)}{number[-4:]}"

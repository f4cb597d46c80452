"""Who calls: numbers as they are compared, and as they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
    LANGUAGE = "language"
    """Speaks another language or dialect; ``note`` is its code, as a queue's."""
    NO_CALLS = "no_calls"
    """Asked not to be called by us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerFlag:
    """A mark on a number, until it expires."""

    number: str
    kind: FlagKind
    note: str = ""
    until: datetime | None = None


def with_flag(
    flags: Iterable[CallerFlag], flag: CallerFlag, now: datetime
) -> tuple[CallerFlag, ...]:
    """The marks on a number after ``flag`` was recorded: one of each kind that holds at ``now``."""
    kept = [one for one in flags if one.kind is not flag.kind]
    held = [one for one in (*kept, flag) if one.until is None or one.until > now]
    return tuple(sorted(held, key=lambda one: one.kind.value))


MAX_DIGITS = 20
_DIGIT = r"[\d〇零幺一二三四五六七八九]"
_NUMBERS = re.compile(rf"\+?{_DIGIT}(?:[\s\-.·()（）]*{_DIGIT}){{6,}}|{_DIGIT}{{5,}}")


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


LEAST_DIGITS = 3
WRITTEN_NUMBER = re.compile(r"\+?\(?[0-9][0-9 ().-]*")


def written_number(raw: str) -> str:
    """What a person or a file gives as a number, normalised; empty unless it is one throughout."""
    raw = raw.strip()
    digits = sum(ch.isdigit() for ch in raw)
    if not WRITTEN_NUMBER.fullmatch(raw) or not LEAST_DIGITS <= digits <= MAX_DIGITS:
        return ""
    return normalise_number(raw)


def mask_number(number: str) -> str:
    """138****1234; short numbers keep the last two digits; empty stays empty."""
    if len(number) < 9:
        return "*" * max(0, len(number) - 2) + number[-2:]
    head = min(3, len(number) - 8)
    return f"{number[:head]}{'*' * (len(number) - head - 4)}{number[-4:]}"


def hide_numbers(text: str) -> str:
    """A text that people typed, each thing that may be a number in it (telephone, identity) as *.

    That is five digits in a row, or seven with spaces, dashes, dots or brackets between them, in
    any script and in Chinese words. Dates go with them.
    """
    return _NUMBERS.sub("*", text)

"""What it means that words stand in a text: the same letters, whatever stands between them. PURE.

Folding makes full width half (NFKC), takes upper and lower case as one, and leaves out spaces,
punctuation and control characters. A text contains words when its folded form contains theirs.
"""

from __future__ import annotations

import unicodedata

from gateway.core.errors import Invalid, Problem

SHORTEST, LONGEST = 2, 40
"""Folded characters that may be looked for."""
_LEFT_OUT = "ZPC"
"""First letters of the Unicode categories of separators, punctuation and others."""


def folded(text: str) -> str:
    """The text as it is compared."""
    return _folded(text)[0]


def wanted_words(text: str) -> str:
    """What somebody looks for, folded; raises Invalid for too little or too much of it."""
    found = folded(text[: 100 * LONGEST])
    if SHORTEST <= len(found) <= LONGEST:
        return found
    raise Invalid(
        Problem(
            "/text",
            "words-length",
            f"请输入 {SHORTEST} 至 {LONGEST} 个字（标点和空格不算）；一个字太多处都有，无法查找",
            f"Give {SHORTEST} to {LONGEST} characters, spaces and punctuation apart; "
            "a single character stands nearly everywhere and cannot be searched",
        )
    )


def marks(text: str, words: str) -> tuple[tuple[int, int], ...]:
    """Where ``words`` stand in ``text``: begin and length in characters, none overlapping."""
    whole, places = _folded(text)
    part = folded(words)
    found: list[tuple[int, int]] = []
    at = whole.find(part) if part else -1
    while at >= 0:
        begin, last = places[at], places[at + len(part) - 1]
        found.append((begin, last + 1 - begin))
        at = whole.find(part, at + len(part))
    return tuple(found)


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place of the one it came from.

    Character by character, so that a place is known; letters that one writes with several marks
    are compared as they were written.
    """
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for plain in unicodedata.normalize("NFKC", letter).casefold():
            if unicodedata.category(plain)[0] not in _LEFT_OUT:
                letters.append(plain)
                places.append(place)
    return "".join(letters), places

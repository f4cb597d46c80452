"""Words that are read from a recording and were already heard live. PURE.

A gap ends where the next tap's first sound came, by its clock; the recording counts samples. The
two drift apart: packets that are late, sound that is dropped. So at the edges of a gap a word may
be in both, and is to stand there once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.core.transcript import Party, Segment, Source

DRIFT_SECONDS = 1.0
"""How far the two times of one word may be apart; 0.6 s were measured on a busy machine."""

Spoken = tuple[str, float]
"""A word as it was recognised, and the second of the contact at which it begins."""


def heard_live(segments: Iterable[Segment], party: Party) -> tuple[Spoken, ...]:
    """The words of this voice that were heard live."""
    return tuple(
        (raw, word.begin_seconds)
        for one in segments
        if one.party is party and one.source is Source.LIVE
        for raw, word in zip(one.raw.split(), one.words, strict=False)
    )


def twice(read: Sequence[Spoken], heard: Iterable[Spoken]) -> frozenset[int]:
    """Which of the words that were read are there already, by their place.

    Each word that was heard stands for one at the most: the nearest one that is the same.
    """
    found: set[int] = set()
    for raw, begin in heard:
        near = [
            (abs(at - begin), place)
            for place, (word, at) in enumerate(read)
            if word == raw and abs(at - begin) <= DRIFT_SECONDS and place not in found
        ]
        if near:
            found.add(min(near)[1])
    return frozenset(found)

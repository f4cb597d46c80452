"""Places in line, in order."""

from __future__ import annotations

import random
from bisect import bisect_left, insort

import pytest

from gateway.queue.ranks import BLOCK, Place, Ranks
from tests.line_places import after

CHANGES = 20_000


def place(number: int) -> Place:
    """Many have the same due time."""
    return (number % 7 > 0, after(number % 50), after(number % 11), f"c{number}")


@pytest.mark.parametrize("more", [0.9, 0.5, 0.1], ids=["grows", "stays", "shrinks"])
def test_blocks_say_what_one_sorted_list_says(more: float) -> None:
    """While they are cut and joined: first, size, who was there, and how many are before."""
    chance = random.Random(7)
    there = sorted(place(n) for n in range(0 if more > 0.5 else 4 * BLOCK))
    ranks = Ranks(there)
    for _ in range(CHANGES):
        one = place(chance.randrange(8 * BLOCK))
        at = bisect_left(there, one)
        present = at < len(there) and there[at] == one
        assert ranks.before(one) == at
        if present and chance.random() > more:
            del there[at]
            assert ranks.discard(one)
        elif not present and chance.random() < more:
            insort(there, one)
            ranks.add(one)
        elif not present:
            assert not ranks.discard(one)
        if there:
            assert ranks.first() == there[0]
        assert len(ranks) == len(there)


def test_taken_from_the_front_to_the_end_and_filled_again() -> None:
    """Empty blocks go; an empty line has no first."""
    places = sorted(place(n) for n in range(3 * BLOCK))
    ranks = Ranks(reversed(places))
    for one in places:
        assert ranks.first() == one
        assert ranks.discard(one)
    assert len(ranks) == 0
    assert ranks.before(places[0]) == 0
    assert not ranks.discard(places[0])
    with pytest.raises(IndexError):
        ranks.first()
    ranks.add(places[5])
    assert ranks.before(places[9]) == 1

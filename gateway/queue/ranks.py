"""Places in line, in order, so that the cost of a change hardly depends on how many wait. PURE.

Sorted blocks of at most ``BLOCK`` places; the block is found by bisection, places before it are
counted by a Fenwick tree of the blocks' sizes (P. M. Fenwick, 1994), all but the first's: what is
served leaves from there, and costs neither a search nor a count. A block that is full is cut in two
and a small one joined to its neighbour, which costs as much as there are blocks, once in a few
hundred changes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime

Place = tuple[bool, datetime, datetime, str]
"""``core.item.Rank`` as a tuple, which compares ten times as fast."""

BLOCK = 1024


class Ranks:
    """Different places in order."""

    __slots__ = ("_blocks", "_gone", "_last", "_size", "_tree")

    def __init__(self, places: Iterable[Place] = ()) -> None:
        ordered = sorted(places)
        half = BLOCK // 2
        self._blocks = [ordered[at : at + half] for at in range(0, len(ordered), half)]
        self._size = len(ordered)
        self._index()

    def __len__(self) -> int:
        return self._size

    def first(self) -> Place:
        """The one to be served first; raises IndexError when there is none."""
        return self._blocks[0][0]

    def add(self, place: Place) -> None:
        """Let it stand where it belongs; it must not be there."""
        self._size += 1
        if not self._blocks:
            self._blocks = [[place]]
            self._index()
            return
        at = min(bisect_left(self._last, place), len(self._blocks) - 1)
        block = self._blocks[at]
        block.insert(bisect_left(block, place), place)
        if len(block) > BLOCK:
            half = BLOCK // 2
            self._blocks[at : at + 1] = [block[:half], block[half:]]
            self._index()
            return
        self._last[at] = block[-1]
        self._count(at, 1)

    def discard(self, place: Place) -> bool:
        """Take it out; False when it was not there."""
        if self._blocks and self._blocks[0][0] == place:
            at = inside = 0
        else:
            at = bisect_left(self._last, place)
            if at == len(self._blocks):
                return False
            inside = bisect_left(self._blocks[at], place)
        block = self._blocks[at]
        if block[inside] != place:
            return False
        del block[inside]
        self._size -= 1
        if not block and at == 0:
            self._drop_first()
            return True
        if not block or (at and len(block) < BLOCK // 4 and self._join(at)):
            self._blocks = [one for one in self._blocks if one]
            self._index()
            return True
        self._last[at] = block[-1]
        self._count(at, -1)
        return True

    def before(self, place: Place) -> int:
        """How many stand before it, whether it is there or not."""
        at = bisect_left(self._last, place)
        if at == len(self._blocks):
            return self._size
        count, index = bisect_left(self._blocks[at], place), 0
        if at:
            count += len(self._blocks[0])
            index = self._gone + at - 1
        while index:
            count += self._tree[index]
            index &= index - 1
        return count

    def _drop_first(self) -> None:
        """The second block is the first from now on and is not counted any more."""
        if len(self._blocks) > 1:
            self._count(1, -len(self._blocks[1]))
        del self._blocks[0], self._last[0]
        self._gone += 1

    def _join(self, at: int) -> bool:
        """Put a small block to the one after it if both have room; whether it was done."""
        if at + 1 == len(self._blocks):
            return False
        block, after = self._blocks[at], self._blocks[at + 1]
        if len(block) + len(after) > BLOCK // 2:
            return False
        block.extend(after)
        after.clear()
        return True

    def _index(self) -> None:
        self._last = [block[-1] for block in self._blocks]
        tree = [0, *(len(block) for block in self._blocks[1:])]
        for index in range(1, len(tree)):
            above = index + (index & -index)
            if above < len(tree):
                tree[above] += tree[index]
        self._tree = tree
        self._gone = 0
        """First blocks that are gone since; the tree still has them, as nothing."""

    def _count(self, at: int, change: int) -> None:
        if at == 0:
            return
        index, tree = self._gone + at, self._tree
        while index < len(tree):
            tree[index] += change
            index += index & -index

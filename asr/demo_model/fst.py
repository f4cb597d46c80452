"""Just enough of OpenFst: a transducer over tropical weights, written as ``vector``. PURE.

Source: OpenFst, fst/fst.cc (FstHeader), fst/vector-fst.h, fst/properties.h.
"""

from __future__ import annotations

import math
import struct
from enum import IntEnum

MAGIC, VERSION = 2125659606, 2
EXPANDED_MUTABLE = 3
EPSILON = 0


class SortedBy(IntEnum):
    """What arcs are sorted by; composition needs it on one side. The value is OpenFst's bit."""

    NOTHING = 0
    INPUT = 0x10000000
    OUTPUT = 0x40000000


class Fst:
    """States are numbers from 0; weights are costs (-log probability)."""

    def __init__(self) -> None:
        self.start = 0
        self.finals: dict[int, float] = {}
        self._arcs: list[list[tuple[int, int, float, int]]] = []
        self._sorted_by = SortedBy.NOTHING

    def state(self) -> int:
        """A new state."""
        self._arcs.append([])
        return len(self._arcs) - 1

    def arc(self, source: int, input_: int, output: int, cost: float, target: int) -> None:
        """One way from state to state."""
        self._arcs[source].append((input_, output, cost, target))

    def sort(self, by: SortedBy) -> None:
        """Put the arcs of every state in order."""
        label = 0 if by is SortedBy.INPUT else 1
        self._sorted_by = by
        for arcs in self._arcs:
            arcs.sort(key=lambda arc: (arc[label], arc))

    def bytes(self) -> bytes:
        """The file."""
        count = sum(map(len, self._arcs))
        properties = EXPANDED_MUTABLE | self._sorted_by
        parts = [
            struct.pack("<i", MAGIC),
            *(struct.pack("<i", len(name)) + name for name in (b"vector", b"standard")),
            struct.pack("<iiQqqq", VERSION, 0, properties, self.start, len(self._arcs), count),
        ]
        for state, arcs in enumerate(self._arcs):
            parts.append(struct.pack("<fq", self.finals.get(state, math.inf), len(arcs)))
            parts += [struct.pack("<iifi", *arc) for arc in arcs]
        return b"".join(parts)

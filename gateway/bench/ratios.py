"""Pairs of measurements become one figure: median, least and most of their ratios. PURE."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

PAIRS = 5
"""At least so many interleaved pairs make a figure."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours divided by theirs, pair by pair."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
        """Raises ValueError when there are no pairs, or not the same number of each."""
        pairs = [mine / other for mine, other in zip(ours, theirs, strict=True)]
        if not pairs:
            raise ValueError("no pairs")
        return cls(statistics.median(pairs), min(pairs), max(pairs))

    def named(self, name: str) -> dict[str, float]:
        """As the JSON has it: ``name``, ``name_min`` and ``name_max``."""
        return {
            name: round(self.median, 3),
            f"{name}_min": round(self.least, 3),
            f"{name}_max": round(self.most, 3),
        }


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile, ``share`` from 0 to 1; raises ValueError of no values."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    rank = max(1, -(-int(share * 1000 * len(ordered)) // 1000))
    return ordered[min(rank, len(ordered)) - 1]

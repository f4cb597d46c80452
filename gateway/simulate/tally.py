"""What a simulation counted. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


def percentile(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile, ``share`` from 0 to 1; None for no values."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


@dataclass(slots=True)
class Tally:
    """Calls and screen-pops of one run; times in seconds.

    ``answer_seconds`` is from the citizen's INVITE to a seat's answer, ``pop_seconds`` from the
    INVITE at the seat's phone to the pop on that seat's screen (negative: the pop was first).
    ``vanished`` phones of citizens lost power, ``declined`` rings were not taken by the seat.
    ``doubled`` counts seats with two calls at once, and citizens with two seats. ``cut`` counts
    talks that neither side ended, ``why`` what went wrong, in short English words.
    """

    started: int = 0
    answered: int = 0
    abandoned: int = 0
    failed: int = 0
    ended: int = 0
    cut: int = 0
    vanished: int = 0
    declined: int = 0
    doubled: int = 0
    wrong_pops: int = 0
    missing_pops: int = 0
    reconnects: int = 0
    answer_seconds: list[float] = field(default_factory=list)
    pop_seconds: list[float] = field(default_factory=list)
    why: Counter[str] = field(default_factory=Counter)

    @property
    def waiting(self) -> int:
        """Started, and neither answered nor over."""
        return self.started - self.answered - self.abandoned - self.failed

    @property
    def talking(self) -> int:
        """Answered and not over."""
        return self.answered - self.ended

    def fail(self, reason: str) -> None:
        """A call that the hotline lost or refused."""
        self.failed += 1
        self.why[reason] += 1

    @property
    def went_well(self) -> bool:
        """No call failed, was cut or doubled, and every seat saw the right citizen."""
        wrong = self.wrong_pops or self.missing_pops or self.doubled
        return not (self.failed or self.cut or wrong)

    def as_json(self) -> dict[str, object]:
        """For scripts; times are rounded to milliseconds and null when nothing was measured."""
        counts = {
            name: getattr(self, name)
            for name in (
                "started",
                "waiting",
                "talking",
                "answered",
                "abandoned",
                "failed",
                "cut",
                "vanished",
                "declined",
                "doubled",
                "wrong_pops",
                "missing_pops",
                "reconnects",
            )
        }
        return {
            **counts,
            "answer_seconds": _percentiles(self.answer_seconds),
            "pop_seconds": _percentiles(self.pop_seconds),
            "why": dict(self.why),
            "went_well": self.went_well,
        }


def _percentiles(values: Sequence[float]) -> dict[str, float | None]:
    found = {f"p{share}": percentile(values, share / 100) for share in (50, 95, 99)}
    return {name: None if value is None else round(value, 3) for name, value in found.items()}

"""One figure out of pairs: the median, with the least and the most beside it."""

from __future__ import annotations

import pytest

from gateway.bench.ratios import Ratio, percentile


def test_a_ratio_is_taken_pair_by_pair() -> None:
    """A machine that was slow for one pair was slow for both of it."""
    ratio = Ratio.of([10, 1, 30], [20, 2, 20])
    assert ratio == Ratio(0.5, 0.5, 1.5)
    assert ratio.named("vs_x") == {"vs_x": 0.5, "vs_x_min": 0.5, "vs_x_max": 1.5}


def test_no_pairs_are_no_figure() -> None:
    """Nor is one side without the other."""
    for ours, theirs in (([], []), ([1.0], [1.0, 2.0])):
        with pytest.raises(ValueError, match=r".+"):
            Ratio.of(ours, theirs)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    """Nearest rank: never better than the worst of so many."""
    values = [float(n) for n in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.99, 1.0)] == [50, 99, 100]
    assert percentile([7.0], 0.5) == percentile([7.0], 0.99) == 7.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)

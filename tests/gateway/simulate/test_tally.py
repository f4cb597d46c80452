"""The numbers of a simulation."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.simulate.tally import Tally, percentile


def test_percentiles_are_values_that_were_measured() -> None:
    """Nearest rank: p50 of an even count is the lower middle, p99 of few is the worst."""
    assert percentile([3, 1, 2, 4], 0.5) == 2
    assert percentile([1, 2, 3], 0.99) == 3
    assert percentile([5], 0.01) == 5
    assert percentile([], 0.5) is None


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_has_its_share_at_or_below_it(values: list[float], share: float) -> None:
    """The definition."""
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9


def test_every_call_is_somewhere() -> None:
    """Started is waiting, answered, abandoned or failed; answered is talking or ended."""
    tally = Tally(started=10, answered=5, abandoned=1, ended=3)
    tally.fail("refused 503")
    assert (tally.waiting, tally.talking, tally.failed) == (3, 2, 1)
    assert tally.as_json()["why"] == {"refused 503": 1}
    json.dumps(tally.as_json())


def test_what_counts_as_well() -> None:
    """Abandoning is the citizen's choice; everything else is ours."""
    assert Tally(started=2, answered=1, abandoned=1).went_well
    for bad in ("failed", "cut", "wrong_pops", "missing_pops", "doubled"):
        one: dict[str, Any] = {bad: 1}
        assert not Tally(**one).went_well, bad

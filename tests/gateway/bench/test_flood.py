"""What a flood costs the others is measured; nobody of them is left waiting by it."""

from __future__ import annotations

from gateway.bench import flood
from gateway.bench.flood_crowd import crowd


async def test_the_others_are_all_served_with_and_without_a_flood() -> None:
    """Each figure is there with its least and its most, and the flood came at its pace."""
    told: list[str] = []
    figures = await flood.measure(told.append, **flood.TINY)
    values = figures.values
    for what in ("messages", "recorded", "calls", "plans"):
        name = f"others_p95_change_{what}"
        assert -1 < float(values[f"{name}_min"]) <= float(values[name])
        assert float(values[name]) <= float(values[f"{name}_max"])
    assert "until a seat" in figures.note
    assert told == ["flood 1/1"]


async def test_a_crowd_is_the_same_in_both_halves_and_never_empty() -> None:
    """One seed, one crowd; another seed, another."""
    assert crowd(1, 2.0) == crowd(1, 2.0) != crowd(2, 2.0)
    assert len(crowd(3, 0.0)) == 1
    assert all(0 < one.at < 2.0 and one.talk > 0 for one in crowd(1, 2.0))

"""Putting callers through is measured on real calls."""

from __future__ import annotations

import pytest

from gateway.bench import handover, handover_killed


@pytest.mark.asterisk
async def test_nobody_is_dropped_while_it_is_measured() -> None:
    """Every caller hears somebody at the end, whatever the trunks do; figures have names."""
    told: list[str] = []
    figures = await handover.measure(told.append, **handover.TINY)
    assert set(figures.values) == {
        "dropped",
        "click_to_ring_p99_ms",
        "silent_gap_p99_ms",
        "reached",
        "transfers",
        "lanes",
    }
    assert figures.values["dropped"] == 0
    assert float(figures.values["click_to_ring_p99_ms"]) > 0
    assert "4 transfers" in figures.note
    assert told


@pytest.mark.asterisk
async def test_nobody_is_dropped_while_the_gateway_is_killed() -> None:
    """Orders go on when the next one is there; whoever was put through stays so."""
    told: list[str] = []
    figures = await handover_killed.measure(told.append, **handover_killed.TINY)
    values = figures.values
    assert (values["dropped"], values["not_ended"]) == (0, 0)
    assert float(values["kills"]) > 0
    assert float(values.get("click_to_ring_p99_ms", 1)) > 0  # none: its first trunk was a dead one
    assert "1 consoles" in figures.note
    assert told

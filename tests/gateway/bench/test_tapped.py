"""What tapping costs is measured on real talks."""

from __future__ import annotations

import pytest

from gateway.bench import tapped


@pytest.mark.asterisk
async def test_the_talks_are_tapped_and_untapped_in_one_run() -> None:
    """A ratio of Asterisk's own CPU, and the sound came; nothing is left of the talks."""
    told: list[str] = []
    figures = await tapped.measure(told.append, **tapped.TINY)
    assert set(figures.values) == {
        "tapped_vs_untapped_cpu",
        "tapped_vs_untapped_cpu_min",
        "tapped_vs_untapped_cpu_max",
        "tapped_sound",
        "calls",
        "pairs",
    }
    assert float(figures.values["tapped_vs_untapped_cpu"]) > 0
    assert float(figures.values["tapped_sound"]) > 0.5
    assert "2 recorded talks" in figures.note
    assert len(told) == 1

"""One tone is told from another, and from nothing."""

from __future__ import annotations

import random

import pytest

from gateway.simulate import alaw
from gateway.simulate.hearing import loudness, sine, tone_level


@pytest.mark.parametrize("hertz", [350, 440, 700, 950, 1500, 3000])
def test_the_amplitude_of_a_tone_is_measured(hertz: int) -> None:
    """Within 2 %, also through A-law."""
    samples = alaw.decode(alaw.encode(sine(hertz, 0.5, amplitude=5000)))
    assert tone_level(samples, hertz) == pytest.approx(5000, rel=0.02)


def test_other_tones_are_not_heard() -> None:
    """A loud neighbour 50 Hz away is less than a thousandth."""
    samples = sine(440, 0.5, amplitude=8000)
    for other in (390, 490, 700, 1500, 3999):
        assert tone_level(samples, other) < 8, other


def test_two_tones_are_both_heard() -> None:
    """A mix holds both."""
    mix = [a + b for a, b in zip(sine(440, 0.5, 4000), sine(700, 0.5, 2000), strict=True)]
    assert tone_level(mix, 440) == pytest.approx(4000, rel=0.02)
    assert tone_level(mix, 700) == pytest.approx(2000, rel=0.02)


def test_noise_and_nothing_have_no_tone() -> None:
    """Loud noise is not a tone; no samples are silence."""
    noise = [random.Random(1).randrange(-8000, 8000) for _ in range(4000)]
    assert loudness([8000 if n % 2 else -8000 for n in range(100)]) == 8000
    assert tone_level(noise, 440) < 500 or len(set(noise)) == 1
    assert tone_level([], 440) == tone_level([5], 440) == loudness([]) == 0

"""Laws of loudness."""

import math

import pytest

from gateway.provision import levels
from gateway.provision.errors import NotReady


def sine(peak: float, seconds: float = 0.5) -> list[int]:
    """400 Hz at 8 kHz; ``peak`` as part of full scale, cut off above 1."""
    return [
        max(-32768, min(32767, round(32767 * peak * math.sin(math.tau * 400 * at / 8000))))
        for at in range(int(8000 * seconds))
    ]


def test_a_sine_is_measured() -> None:
    """Half of full scale: -6 dB peak, 3 dB less RMS."""
    loudness = levels.measure(sine(0.5))
    assert loudness.peak_dbfs == pytest.approx(-6.0, abs=0.05)
    assert loudness.rms_dbfs == pytest.approx(-9.0, abs=0.05)
    assert loudness.clipped_run == 0


def test_a_good_prompt_passes() -> None:
    """-3 dB."""
    levels.check("greeting", levels.measure(sine(0.7)))


@pytest.mark.parametrize(
    "samples",
    [[], [0] * 8000, sine(0.05), sine(0.98), [20000] + [0] * 80000],
    ids=["nothing", "silence", "whisper", "too loud", "one click"],
)
def test_what_callers_could_not_hear_is_refused_by_name(samples: list[int]) -> None:
    """Silence must never be played to a citizen as if it were a prompt."""
    with pytest.raises(NotReady, match="greeting"):
        levels.check("greeting", levels.measure(samples))


def test_a_cut_off_wave_is_refused() -> None:
    """Many samples at full scale in a row."""
    loudness = levels.measure(sine(1.5))
    assert loudness.clipped_run >= levels.CLIPPED_RUN
    with pytest.raises(NotReady, match="clipped"):
        levels.check("greeting", loudness)

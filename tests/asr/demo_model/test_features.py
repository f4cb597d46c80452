"""Laws of the features: what Kaldi's would be."""

import math

import numpy as np
import pytest

from asr.demo_model.features import CEPS, HIGH_HZ, LOW_HZ, mfcc, mfcc_conf
from asr.demo_model.sound import RATE


def tone(hertz: float, samples: int = RATE) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A second of a tone."""
    return 8000 * np.sin(2 * math.pi * hertz * np.arange(samples) / RATE)


@pytest.mark.parametrize(
    ("samples", "frames"), [(0, 0), (199, 0), (200, 1), (279, 1), (280, 2), (RATE, 98)]
)
def test_there_is_a_frame_each_10_ms_of_whole_windows(samples: int, frames: int) -> None:
    """25 ms every 10 ms; what does not fill a window gives none (snip-edges)."""
    assert mfcc(tone(440, samples)).shape == (frames, CEPS)


def test_loudness_moves_the_first_coefficient_alone() -> None:
    """Twice as loud adds log 4 to every band: to all of them alike, which is the first one."""
    one, other = mfcc(tone(700)), mfcc(2 * tone(700))
    moved = other - one
    assert moved[:, 0] == pytest.approx(math.sqrt(30) * math.log(4), rel=1e-3)
    assert np.abs(moved[:, 1:]).max() < 1e-2


def test_a_constant_says_nothing() -> None:
    """The mean of every window is taken off: an offset of a cheap sound card is silence."""
    silent = mfcc(np.zeros(RATE))
    assert np.allclose(mfcc(np.full(RATE, 1234.0)), silent, atol=1e-3)
    assert np.all(silent[:, 0] < mfcc(tone(440))[:, 0])


def test_higher_tones_are_in_higher_bands() -> None:
    """The bands are found again from the coefficients, and the loudest follows the tone."""
    order = np.arange(CEPS)[:, None]
    cosines = np.sqrt(2 / CEPS) * np.cos(np.pi / CEPS * (np.arange(CEPS) + 0.5) * order)
    cosines[0] = np.sqrt(1 / CEPS)
    lifter = 1 + 11 * np.sin(np.pi * np.arange(CEPS) / 22)
    bands = [
        int(np.argmax(cosines.T @ (mfcc(tone(hertz)).mean(0) / lifter)))
        for hertz in (150, 400, 1000, 2000, 3500)
    ]
    assert bands == sorted(set(bands))
    mel = [1127 * math.log(1 + hertz / 700) for hertz in (LOW_HZ, 1000, HIGH_HZ)]
    assert bands[2] == pytest.approx((mel[1] - mel[0]) / (mel[2] - mel[0]) * (CEPS + 1) - 1, abs=1)


def test_only_the_model_of_8000_takes_8000() -> None:
    """The other refuses to guess what it was not given, as official models do; no dither."""
    assert "--allow-upsample=true" in mfcc_conf(8000)
    assert "--allow-upsample=false" in mfcc_conf(16000)
    assert "--sample-frequency=16000\n" in mfcc_conf(16000)
    assert "--dither=0.0" in mfcc_conf(8000)

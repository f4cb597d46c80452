"""Laws of what happens to a voice on its way."""

import numpy as np
import pytest

from asr.demo_model.sound import NOISES, RATE, Channel, Sound, mulaw, noise, pcm, resampled, through


def tone(hertz: float, rate: int = RATE, seconds: float = 1.0) -> Sound:
    """A tone of amplitude 8000."""
    return np.asarray(8000 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate))


def loudness(sound: Sound) -> float:
    """Root mean square, without the edges."""
    return float(np.sqrt(np.mean(sound[400:-400] ** 2)))


@pytest.mark.parametrize(("source", "target"), [(22050, 8000), (8000, 16000), (16000, 8000)])
def test_another_rate_is_the_same_sound(source: int, target: int) -> None:
    """A tone stays that tone, as loud and as long."""
    made = resampled(tone(1000, source), source, target)
    wanted = tone(1000, target)
    assert len(made) == len(wanted)
    assert np.abs(made - wanted)[400:-400].max() < 200


def test_what_a_lower_rate_cannot_hold_is_left_out() -> None:
    """6 kHz does not come back as 2 kHz."""
    assert loudness(resampled(tone(6000, 22050), 22050, RATE)) < 100


def test_mulaw_is_close_everywhere() -> None:
    """G.711 keeps a sample within 1/32 of it and of 132; there and back again changes no more."""
    samples = np.arange(-32000, 32001, 7, dtype=np.float64)
    there = mulaw(samples)
    assert np.all(np.abs(there - samples) <= (np.abs(samples) + 132) / 32)
    assert np.array_equal(mulaw(there), there)
    assert len(np.unique(mulaw(np.arange(-32768.0, 32768.0)))) <= 255


def test_noise_is_as_loud_as_it_was_asked_for() -> None:
    """15 dB below the tone, whatever its colour."""
    for kind in NOISES:
        quiet = tone(1000)
        heard = through(quiet, Channel(snr=15, noise=kind), np.random.default_rng(1))
        ratio = 20 * np.log10(loudness(quiet) / loudness(heard - quiet))
        assert ratio == pytest.approx(15, abs=2), kind
    assert noise("white", 10, np.random.default_rng(3)) == pytest.approx(
        noise("white", 10, np.random.default_rng(3))
    )


def test_the_telephone_band_is_narrow() -> None:
    """300 to 3400 Hz: the middle passes, the ends do not."""
    band = Channel(band=(300, 3400))
    heard = [
        loudness(through(tone(hertz), band, np.random.default_rng(1))) for hertz in (80, 1000, 3900)
    ]
    assert heard[1] == pytest.approx(loudness(tone(1000)), rel=0.05)
    assert heard[0] < heard[1] / 20
    assert heard[2] < heard[1] / 3


def test_nothing_overflows() -> None:
    """Too loud is turned down, not cut; bytes are little-endian and of 16 bits."""
    heard = through(tone(500), Channel(gain_db=30), np.random.default_rng(1))
    assert np.abs(heard).max() == pytest.approx(32000, abs=1)
    assert pcm(np.array([1.0, -2.0, 99999.0])) == b"\x01\x00\xfe\xff\xff\x7f"

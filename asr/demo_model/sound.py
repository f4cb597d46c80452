"""What happens to a voice on its way to us: rates, noise, the telephone's band and code. PURE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATE = 8000
LOUDEST = 32000.0  # of 32767
QUIET = 50.0  # below, a sample does not count for the loudness of speech

Sound = npt.NDArray[np.float64]
"""Samples in the range of 16 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way from mouth to recogniser. ``snr`` None: no noise; ``tilt`` in dB between 1 and 4 kHz.

    ``band`` in Hz; ``mulaw``: through G.711 and back.
    """

    snr: float | None = None
    noise: str = "white"
    gain_db: float = 0.0
    band: tuple[float, float] | None = None
    mulaw: bool = False
    tilt: float = 0.0


CLEAN = Channel()
PHONE = Channel(mulaw=True, band=(300.0, 3400.0), snr=15.0, gain_db=-12.0)
NOISES = ("white", "pink", "brown", "hum")


def resampled(sound: Sound, source: int, target: int) -> Sound:
    """At another rate; band-limited, by the Fourier transform of the whole."""
    shared = int(np.gcd(source, target))
    up, down = target // shared, source // shared
    length = down
    while length < len(sound):
        length *= 2
    spectrum = np.fft.rfft(np.pad(sound, (0, length - len(sound))))
    made = length // down * up
    fitted = np.zeros(made // 2 + 1, complex)
    kept = min(len(fitted), len(spectrum))
    fitted[:kept] = spectrum[:kept]
    whole: Sound = np.fft.irfft(fitted, made)
    return whole[: len(sound) * up // down] * (made / length)


def through(sound: Sound, channel: Channel, rng: np.random.Generator) -> Sound:
    """What arrives: whole numbers in the range of 16 bits."""
    loud = np.abs(sound) > QUIET
    level = float(np.sqrt(np.mean(sound[loud] ** 2))) if np.any(loud) else 1.0
    if channel.tilt:
        tilt = channel.tilt
        sound = _filtered(sound, lambda hertz: 10.0 ** (tilt * (hertz - 1000.0) / 3000.0 / 20.0))
    if channel.snr is not None:
        added = noise(channel.noise, len(sound), rng)
        loudness = float(np.sqrt(np.mean(added**2))) + 1e-9
        sound = sound + added / loudness * level * 10.0 ** (-channel.snr / 20.0)
    if channel.band:
        low, high = channel.band
        sound = _filtered(
            sound,
            lambda hertz: (
                1 / (1 + (low / np.maximum(hertz, 1.0)) ** 6) / (1 + (hertz / high) ** 16)
            ),
        )
    sound = sound * 10.0 ** (channel.gain_db / 20.0)
    peak = float(np.abs(sound).max(initial=0.0))
    if peak > LOUDEST:
        sound = sound * (LOUDEST / peak)
    return mulaw(sound) if channel.mulaw else np.round(sound)


def noise(kind: str, length: int, rng: np.random.Generator) -> Sound:
    """One of NOISES; the loudness is by chance."""
    white = rng.standard_normal(length)
    if kind == "white":
        return white
    if kind == "hum":
        time = np.arange(length) / RATE
        hum = sum(
            (np.sin(2 * np.pi * 50 * part * time + rng.uniform(0, 6)) / part)
            for part in (1, 2, 3, 5)
        )
        return np.asarray(hum + 0.05 * white)
    slope = 0.5 if kind == "pink" else 1.0
    return _filtered(white, lambda hertz: 1 / np.maximum(hertz, 8.0) ** slope)


def mulaw(sound: Sound) -> Sound:
    """Through G.711 mu-law and back."""
    samples = np.clip(np.round(sound), -32635, 32635).astype(np.int32)
    size = np.abs(samples) + 132
    exponent = np.clip(np.floor(np.log2(size)).astype(np.int32) - 7, 0, 7)
    mantissa = (size >> (exponent + 3)) & 15
    decoded = (((mantissa << 3) + 132) << exponent) - 132
    return np.asarray(np.sign(samples) * decoded, np.float64)


def pcm(sound: Sound) -> bytes:
    """16 bits a sample, little-endian."""
    return np.clip(np.round(sound), -32768, 32767).astype("<i2").tobytes()


def _filtered(sound: Sound, gain: Callable[[Sound], Sound]) -> Sound:
    """Without a shift in time; ``gain`` by the frequency in Hz."""
    length = 1 << (len(sound) - 1).bit_length()
    shape = gain(np.asarray(np.fft.rfftfreq(length, 1 / RATE), np.float64))
    made: Sound = np.fft.irfft(np.fft.rfft(sound, length) * shape, length)
    return made[: len(sound)]

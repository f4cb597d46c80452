"""Kaldi's MFCC in numpy (no dither, snip-edges), and the file that asks Vosk for the same. PURE.

Source: Kaldi, feat/feature-mfcc.cc, mel-computations.cc, feature-window.cc; agrees with it to 1e-4.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from asr.demo_model.sound import RATE, Sound

BINS = CEPS = 30
LOW_HZ, HIGH_HZ = 60.0, 3800.0  # the same bands at both rates: the same weights serve them
FRAME_SAMPLES, SHIFT_SAMPLES, FFT_SAMPLES = RATE // 40, RATE // 100, 256
FRAME_SECONDS, SHIFT_SECONDS = 0.025, 0.01
PREEMPHASIS, LIFTER = 0.97, 22.0

Frames = npt.NDArray[np.float32]


def mfcc_conf(rate: int) -> str:
    """conf/mfcc.conf. At another rate than 8000 the model refuses 8000, as official ones do."""
    upsample = "true" if rate == RATE else "false"
    return (
        f"--sample-frequency={rate}\n--use-energy=false\n--num-mel-bins={BINS}\n"
        f"--num-ceps={CEPS}\n--low-freq={LOW_HZ:g}\n--high-freq={HIGH_HZ:g}\n--dither=0.0\n"
        f"--allow-downsample=true\n--allow-upsample={upsample}\n"
    )


def mfcc(sound: Sound) -> Frames:
    """(frames, CEPS) of samples at 8 kHz; a frame each 10 ms, none of less than 25 ms of sound."""
    samples = np.asarray(sound, np.float32)
    if len(samples) < FRAME_SAMPLES:
        return np.zeros((0, CEPS), np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(samples, FRAME_SAMPLES)[::SHIFT_SAMPLES]
    centred = windows - windows.mean(1, keepdims=True)
    sharp = np.empty_like(centred)
    sharp[:, 1:] = centred[:, 1:] - np.float32(PREEMPHASIS) * centred[:, :-1]
    sharp[:, 0] = centred[:, 0] * np.float32(1 - PREEMPHASIS)
    power = np.abs(np.fft.rfft(sharp * _WINDOW, FFT_SAMPLES)).astype(np.float32) ** 2
    energy = np.log(np.maximum(power @ _BANKS.T, np.finfo(np.float32).eps))
    return np.asarray(energy @ _DCT.T, np.float32)


def _mel(hertz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return np.asarray(1127.0 * np.log(1.0 + np.asarray(hertz, np.float64) / 700.0))


def _banks() -> Frames:
    low, high = float(_mel(LOW_HZ)), float(_mel(HIGH_HZ))
    step = (high - low) / (BINS + 1)
    mel = _mel(np.arange(FFT_SAMPLES // 2) * RATE / FFT_SAMPLES)
    banks = np.zeros((BINS, FFT_SAMPLES // 2 + 1))
    for bank in range(BINS):
        left, centre, right = (low + (bank + edge) * step for edge in range(3))
        slope = np.where(mel <= centre, (mel - left) / step, (right - mel) / step)
        banks[bank, :-1] = np.where((mel > left) & (mel < right), slope, 0)
    return banks.astype(np.float32)


def _dct() -> Frames:
    order = np.arange(CEPS)[:, None]
    matrix = np.sqrt(2.0 / BINS) * np.cos(np.pi / BINS * (np.arange(BINS) + 0.5) * order)
    matrix[0] = np.sqrt(1.0 / BINS)
    lifted = matrix * (1.0 + 0.5 * LIFTER * np.sin(np.pi * order / LIFTER))
    return np.asarray(lifted, np.float32)


def _povey_window() -> Frames:
    turn = 2 * np.pi * np.arange(FRAME_SAMPLES) / (FRAME_SAMPLES - 1)
    return np.asarray((0.5 - 0.5 * np.cos(turn)) ** 0.85, np.float32)


_WINDOW, _BANKS, _DCT = _povey_window(), _banks(), _dct()

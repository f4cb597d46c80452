"""Frames are judged, whatever the pieces they come in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.vad import FOR_BARGE_IN, FOR_WORDS, Frames, loud


@given(st.lists(st.binary(max_size=1000)), st.sampled_from([8000, 16000]))
def test_frames_are_whole_and_in_order(pieces: list[bytes], rate: int) -> None:
    """What does not fill a frame waits for the next piece."""
    frames = Frames(rate, FOR_WORDS)
    sent, timed = b"", []
    for piece in pieces:
        timed += frames.cut(piece, len(sent) / (2 * rate))
        sent += piece
    cut = [frame for frame, _ in timed]
    assert [begin for _, begin in timed] == pytest.approx([n * 0.02 for n in range(len(cut))])
    assert b"".join(cut) == sent[: len(sent) // frames.size * frames.size]
    assert {len(frame) for frame in cut} <= {frames.size}


def test_silence_and_faint_noise_are_no_speech() -> None:
    """A second each; not even one frame stops a prompt."""
    frames = Frames(8000, FOR_BARGE_IN)
    noise = np.random.default_rng(1).normal(0, 30, 8000).astype("<i2").tobytes()
    for sound in (bytes(16000), noise):
        assert not any(frames.speech(one) and loud(one) for one, _ in frames.cut(sound))


def test_a_voice_is_speech() -> None:
    """Harmonics of 120 Hz with the resonances of a vowel, as loud as on a telephone."""
    t = np.arange(8000) / 8000
    voice = sum(
        np.sin(2 * np.pi * 120 * k * t) * sum(np.exp(-(((120 * k - f) / 150) ** 2)) for f in peaks)
        for k in range(1, 30)
        for peaks in [(700, 1220, 2600)]
    )
    sound = (voice / np.abs(voice).max() * 8000).astype("<i2").tobytes()
    for strictness in (FOR_WORDS, FOR_BARGE_IN):
        frames = Frames(8000, strictness)
        judged = [frames.speech(frame) and loud(frame) for frame, _ in frames.cut(sound)]
        assert sum(judged) > len(judged) * 0.8

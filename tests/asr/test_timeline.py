"""Times of a stream: samples count, the clock corrects, and time never runs back."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.timeline import DRIFT_SECONDS, JUDGE_SECONDS, Timeline

RATE = 16000
FRAME = bytes(320)


def begins(times: list[float]) -> list[float]:
    """Where the frames that come at these times begin; all of them."""
    timeline = Timeline(RATE)
    pieces = [piece for now in times for piece in timeline.take(FRAME, now)]
    return [begin for _, begin in [*pieces, *timeline.flush()]]


@given(st.lists(st.floats(0, 0.25), min_size=1, max_size=200))
def test_jitter_changes_no_time(late: list[float]) -> None:
    """Frames that come late by less than the limit are where their samples say."""
    times: list[float] = []
    for n, by in enumerate(late):
        times.append(max(100 + n * 0.02 + by, times[-1] if times else 0))
    assert begins(times) == pytest.approx([n * 0.02 for n in range(len(late))])


def test_a_burst_after_a_stall_is_no_gap() -> None:
    """We stood still for a second; everything comes at once."""
    times = [100 + max(n * 0.02, 1.0) if n >= 10 else 100 + n * 0.02 for n in range(100)]
    assert begins(times) == pytest.approx([n * 0.02 for n in range(100)])


def test_a_leg_that_sent_nothing_goes_on_at_the_clocks_time() -> None:
    """10 s without a frame: the words after it stand where they were said, none is lost."""
    times = [100 + n * 0.02 + (10 if n >= 50 else 0) for n in range(200)]
    found = begins(times)
    assert len(found) == 200
    assert found[49] == pytest.approx(0.98)
    assert found[50] == pytest.approx(11.0, abs=0.03)
    assert found[199] == pytest.approx(13.98, abs=0.03)


def test_lost_frames_are_made_up_for() -> None:
    """Every tenth frame is missing: never more than the limit behind the clock."""
    sent = [n for n in range(3000) if n % 10]
    found = begins([100 + n * 0.02 for n in sent])
    apart = [abs(begin - n * 0.02) for begin, n in zip(found, sent, strict=True)]
    assert max(apart) < DRIFT_SECONDS + JUDGE_SECONDS + 0.05


@given(st.lists(st.floats(0, 3), max_size=100))
def test_time_never_runs_back_and_no_sound_is_lost(pauses: list[float]) -> None:
    """Whatever the pauses between the frames: every one comes out once, after the one before."""
    now, times = 100.0, []
    for pause in pauses:
        now += pause
        times.append(now)
    found = begins(times)
    assert len(found) == len(times)
    assert all(b - a >= 0.02 - 1e-9 for a, b in pairwise(found))

"""Laws of the music on hold."""

from itertools import pairwise

from gateway.provision import levels
from gateway.provision.hold_music import RMS_DBFS, SECONDS, compose

RATE = 2000  # enough for its laws; callers get 8000 and 16000


def test_it_is_calm_and_long_enough() -> None:
    """20 to 30 seconds, far below speech, never near clipping."""
    music = compose(RATE)
    loudness = levels.measure(music)
    assert len(music) == SECONDS * RATE
    assert 20 <= SECONDS <= 30
    assert abs(loudness.rms_dbfs - RMS_DBFS) < 0.1
    assert loudness.peak_dbfs < -9


def test_the_loop_has_no_seam() -> None:
    """The step from the last sample to the first is not greater than those inside."""
    music = compose(RATE)
    steps = [abs(after - before) for before, after in pairwise(music)]
    assert abs(music[0] - music[-1]) <= max(steps)


def test_it_is_never_silent_for_long() -> None:
    """A caller who hears nothing hangs up: every second has sound."""
    music = compose(RATE)
    for at in range(0, len(music), RATE):
        assert levels.measure(music[at : at + RATE]).rms_dbfs > -40

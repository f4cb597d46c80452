"""The gate: every word with its edges, hardly any silence, each frame once and at its own time."""

from hypothesis import given
from hypothesis import strategies as st

from asr.gate import HANG_OVER_FRAMES, PRE_ROLL_FRAMES, Closed, Gate, Pass


def through(judged: list[bool]) -> tuple[list[int], int]:
    """Which frames (by number) the recogniser gets, and how often it is told that it is over."""
    gate, out = Gate(), []
    for n, speech in enumerate(judged):
        out += gate.take(str(n).encode(), n * 0.02, speech=speech)
    out += gate.shut()
    passed = [one for one in out if isinstance(one, Pass)]
    assert all(abs(int(one.pcm) * 0.02 - one.begin_seconds) < 1e-9 for one in passed)
    return [int(one.pcm) for one in passed], sum(isinstance(one, Closed) for one in out)


RUNS = st.lists(st.tuples(st.booleans(), st.integers(1, 90)), max_size=12)


@given(RUNS)
def test_frames_come_once_in_order_at_their_own_time(runs: list[tuple[bool, int]]) -> None:
    """Whatever is said."""
    frames, _ = through([speech for speech, length in runs for _ in range(length)])
    assert frames == sorted(set(frames))


@given(RUNS)
def test_no_begin_and_no_end_of_speech_is_cut(runs: list[tuple[bool, int]]) -> None:
    """300 ms before and 800 ms after everything that was judged speech for two frames or more."""
    judged = [speech for speech, length in runs for _ in range(length)]
    frames, _ = through(judged)
    for n, speech in enumerate(judged):
        if speech and n and judged[n - 1]:
            wanted = range(max(0, n - PRE_ROLL_FRAMES + 1), min(len(judged), n + HANG_OVER_FRAMES))
            assert set(wanted) <= set(frames)


def test_silence_costs_nothing() -> None:
    """A minute of it, a click in it, and a word after it."""
    silence = [False] * 3000
    assert through(silence) == ([], 0)
    assert through([*silence, True, *silence]) == ([], 0)
    frames, closed = through([*silence, *[True] * 25, *silence])
    assert len(frames) <= PRE_ROLL_FRAMES + 25 + HANG_OVER_FRAMES
    assert closed == 1


def test_a_pause_within_a_sentence_does_not_close_it() -> None:
    """Half a second to think."""
    frames, closed = through([*[True] * 20, *[False] * 25, *[True] * 20])
    assert (len(frames), closed) == (65, 1)

"""Simulated people who do not behave steadily: as often as said, and alike for one seed."""

from collections import Counter

from gateway.simulate.mix import STEADY, After, Mix, Mood, busy_hour
from gateway.simulate.policy import Answer, Reject, Ring

MANY = range(2000)


def test_the_steady_do_exactly_what_is_asked() -> None:
    """The load test of before."""
    assert STEADY.citizen(7, 5.0, 60.0) == Mood(patience_seconds=60.0, talk_seconds=5.0)
    assert {STEADY.ring(1, n, 0.5) for n in MANY} == {Answer(0.5)}
    assert not any(STEADY.dies(1, n) for n in MANY)
    assert {STEADY.after(1, n) for n in MANY} == {After.READY}


def test_a_seed_decides_everything_and_seats_differ() -> None:
    """Two runs are alike; another seed, or another seat, is another story."""
    one, again, other = busy_hour(1), busy_hour(1), busy_hour(2)

    def story(mix: Mix, seat: int) -> list[object]:
        return [
            (mix.citizen(n, 5, 60), mix.ring(seat, n, 0.5), mix.dies(seat, n), mix.after(seat, n))
            for n in MANY
        ]

    assert story(one, 1) == story(again, 1)
    assert story(one, 1) != story(other, 1)
    assert story(one, 1) != story(one, 2)


def test_each_share_is_about_what_was_asked_for() -> None:
    """Within a third, over two thousand."""
    mix = busy_hour(3)

    def about(count: int, share: float) -> bool:
        return abs(count - share * len(MANY)) < share * len(MANY) / 3

    moods = [mix.citizen(n, 5, 60) for n in MANY]
    assert about(sum(mood.patience_seconds < 60 for mood in moods), mix.hasty)
    assert about(sum(mood.vanishes for mood in moods), mix.vanishing)
    rings = Counter(type(mix.ring(1, n, 0.5)) for n in MANY)
    assert about(rings[Reject], mix.reject + mix.busy)
    assert about(rings[Ring], mix.no_answer)
    assert about(sum(mix.dies(1, n) for n in MANY), mix.dying)
    rests = Counter(mix.after(1, n) for n in MANY)
    assert about(rests[After.BREAK], mix.breaks)
    assert about(rests[After.SIGN_OUT], mix.sign_outs)

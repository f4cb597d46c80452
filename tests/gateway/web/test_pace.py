"""How often."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.web.pace import Pace


def test_a_burst_and_then_the_rate() -> None:
    """Four together, then one each five seconds; whoever is refused is told when."""
    pace = Pace(a_second=0.2, at_once=4)
    assert [pace.wait_seconds("a", 0.0) for _ in range(5)] == [0, 0, 0, 0, 5.0]
    assert pace.wait_seconds("a", 4.0) == 1.0
    assert pace.wait_seconds("a", 5.0) == 0
    assert pace.wait_seconds("b", 5.0) == 0


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0, 10)), max_size=80))
def test_never_more_than_the_burst_in_an_instant_and_bounded(
    events: list[tuple[str, float]],
) -> None:
    """For any order of keys and times the allowed ones fit burst + rate, the table its size."""
    pace, now, passed = Pace(a_second=1.0, at_once=3, most_keys=6), 0.0, dict[str, int]()
    for key, gap in events:
        now += gap
        if pace.wait_seconds(key, now) == 0:
            passed[key] = passed.get(key, 0) + 1
    assert len(pace) <= 6
    assert all(count <= 3 + now + 1e-6 for count in passed.values())

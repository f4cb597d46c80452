"""The generic cell rate over several limits, against plain models of it."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.throttle import Limit, Limits, Table

SECOND = 1_000_000
TEN_A_MINUTE = Limit(name="identity", count=10, seconds=60, burst=3)
limit = st.builds(
    Limit,
    name=st.sampled_from(("identity", "ip", "account", "all")),
    count=st.integers(1, 50),
    seconds=st.integers(1, 60),
    burst=st.integers(1, 8),
    reserve=st.sampled_from((0.0, 0.5, 0.9)),
)
pauses = st.lists(st.integers(0, 20 * SECOND), min_size=1, max_size=60)


class Bucket:
    """The plain model (ITU-T I.371 annex, "leaky bucket"): a level that drains as time goes by."""

    def __init__(self) -> None:
        self.level, self.at = 0, 0

    def drain(self, now: int) -> int:
        """What is left in it."""
        self.level, self.at = max(0, self.level - (now - self.at)), now
        return self.level


@given(st.lists(limit, min_size=1, max_size=4), pauses, st.data())
def test_it_decides_as_a_bucket_for_each_key_would(
    limits: list[Limit], waits: list[int], data: st.DataObject
) -> None:
    """All buckets have room and each gets one more; or none does, and the fullest says how long."""
    table = Table()
    buckets: dict[str, Bucket] = {}
    for now in accumulate(waits):
        keys = [f"{at}:{data.draw(st.integers(0, 2))}" for at in range(len(limits))]
        levels = [buckets.setdefault(key, Bucket()).drain(now) for key in keys]
        first = levels[0] == 0
        waits_for = [
            level - (one.slack if first else one.own_slack)
            for one, level in zip(limits, levels, strict=True)
        ]
        said = table.ask(Limits(tuple(limits)), keys, now)
        assert said.passed == (max(waits_for) <= 0)
        if said.passed:
            for key, one in zip(keys, limits, strict=True):
                buckets[key].level += one.gap
        else:
            assert said.wait_seconds == max(waits_for) / SECOND
            assert said.limit == limits[waits_for.index(max(waits_for))].name


@given(limit, pauses)
def test_no_window_of_the_log_holds_more_than_the_burst_and_what_its_time_earns(
    one: Limit, waits: list[int]
) -> None:
    """The law of a rate, read from a log of everything that passed."""
    table = Table()
    log = [now for now in accumulate(waits) if table.ask(Limits((one,)), ["k"], now).passed]
    for begin in range(len(log)):
        for end in range(begin, len(log)):
            assert end - begin + 1 <= one.burst + (log[end] - log[begin]) // one.gap


@given(limit, pauses)
def test_whoever_waits_as_long_as_they_are_told_passes_and_not_a_microsecond_sooner(
    one: Limit, waits: list[int]
) -> None:
    """The wait that is told is exact."""
    table, limits = Table(), Limits((one,))
    for now in accumulate(waits):
        said = table.ask(limits, ["k"], now)
        if not said.passed:
            wait = round(said.wait_seconds * SECOND)
            assert not table.ask(limits, ["k"], now + wait - 1).passed
            assert table.ask(limits, ["k"], now + wait).passed
            return


def test_a_limit_that_stops_costs_the_others_nothing() -> None:
    """A flooder's thousand messages leave the limit of all as if they had never been."""
    everybody = Limit(name="all", count=1, seconds=3600, burst=10)
    both, table = Limits((TEN_A_MINUTE, everybody)), Table()
    said = [table.ask(both, ["flooder", "all"], 0) for _ in range(1000)]
    assert sum(one.passed for one in said) == 3
    assert {one.limit for one in said if not one.passed} == {"identity"}
    others = [table.ask(both, [f"citizen {n}", "all"], 0).passed for n in range(8)]
    assert others == [True] * 7 + [False]


def test_half_of_what_is_for_all_is_kept_for_those_who_come_for_the_first_time() -> None:
    """However many come again and again, and however fast: first-timers find half of it."""
    own = Limit(name="number", count=1, seconds=60, burst=1_000)
    everybody = Limit(name="all", count=100, seconds=100, burst=100, reserve=0.5)
    both, table = Limits((own, everybody)), Table()
    again = [table.ask(both, ["V", "all"], 0).passed for _ in range(1_000)]
    assert sum(again) == 50
    first = [table.ask(both, [f"citizen {n}", "all"], 0).passed for n in range(100)]
    assert sum(first) == 50
    assert not table.ask(both, ["V", "all"], 30 * SECOND).passed
    assert table.ask(both, ["somebody new", "all"], 30 * SECOND).passed


def test_the_table_of_keys_is_bounded() -> None:
    """Whoever makes up a name for each message costs a fixed piece of memory."""
    table = Table(most_keys=100)
    for number in range(1_000):
        table.ask(Limits((TEN_A_MINUTE,)), [str(number)], number)
    assert len(table) == 100


def test_a_share_of_a_limit_is_its_rate_and_burst_divided() -> None:
    """N processes that count by themselves let pass together what one would."""
    quarter = Limit(name="all", count=40, seconds=10, burst=8).shared_by(4)
    assert (quarter.gap, quarter.burst) == (SECOND, 2)

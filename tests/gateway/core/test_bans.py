"""Who is shut out, for how long, and who never is."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.bans import Ban, BanRules, Bans, source_of

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
RULES = BanRules(
    failures=5, window_seconds=10, first_seconds=60, longest_seconds=240, sources=50, bans=3
)
CARRIER = ip_network("203.0.113.0/24")
GUESSER = "198.51.100.7"


def at(seconds: float) -> datetime:
    """So long after the start."""
    return START + timedelta(seconds=seconds)


def bans() -> Bans:
    """An empty table that knows the carrier."""
    return Bans([CARRIER], RULES)


def fail(table: Bans, address: str, times: int, seconds: float = 0) -> list[str]:
    """What so many failures at once give."""
    return [table.failed(address, at(seconds)) for _ in range(times)]


def test_so_many_failures_in_the_window_earn_a_ban_and_one_fewer_does_not() -> None:
    """Five within ten seconds; five over a longer time never."""
    table = bans()
    assert fail(table, GUESSER, 5) == ["", "", "", "", "198.51.100.7/32"]
    slow = bans()
    assert not any(slow.failed(GUESSER, at(second)) for second in range(0, 300, 3))


def test_each_next_ban_is_twice_as_long_up_to_a_limit_and_a_quiet_time_forgets() -> None:
    """60, 120, 240, 240 s; after the longest time without one it is 60 s again."""
    table, now, lasted = bans(), 0.0, []
    for _ in range(4):
        made = table.ban("198.51.100.7/32", at(now))
        lasted.append((made.until - made.since).total_seconds())
        now += lasted[-1] + 1
        assert table.end(at(now))
    assert lasted == [60, 120, 240, 240]
    assert table.ban("198.51.100.7/32", at(now + 241)).times == 1


def test_a_ban_ends_by_itself_and_not_before() -> None:
    """Its time is its time."""
    table = bans()
    made = table.ban("198.51.100.7/32", at(0))
    assert not table.end(made.until - timedelta(seconds=1))
    assert table.held() == (made,)
    assert table.end(made.until)
    assert table.held() == ()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "203.0.113.9", "::ffff:203.0.113.9", "", "x", "0.0.0.0", "224.0.0.1"],
)
def test_some_are_never_shut_out(address: str) -> None:
    """This machine, the carrier however its address is written, and what is no address."""
    assert set(fail(bans(), address, 100)) == {""}


def test_an_ipv6_site_is_one_source() -> None:
    """Whoever has a /64 has all its addresses; another site is another source."""
    table = bans()
    assert [table.failed(f"2001:db8::{n}", at(0)) for n in range(1, 6)][-1] == "2001:db8::/64"
    assert table.failed("2001:db8:0:1::1", at(0)) == ""


def test_a_phone_that_gets_in_takes_the_failures_back() -> None:
    """Four slips and the right password: four more are free."""
    table = bans()
    fail(table, GUESSER, 4)
    table.forgive(GUESSER)
    assert set(fail(table, GUESSER, 4)) == {""}


def test_lifted_is_as_if_nothing_had_been() -> None:
    """The next ban is a first one."""
    table = bans()
    table.ban("198.51.100.7/32", at(0))
    assert table.lift("198.51.100.7/32")
    assert not table.lift("198.51.100.7/32")
    assert table.ban("198.51.100.7/32", at(1)).times == 1


def test_what_was_so_before_the_start_is_so_again() -> None:
    """Held until its old end; over ones count for the next; who is never shut out is let in."""
    table = bans()
    old = Ban(source="192.0.2.8/32", since=at(-200), until=at(-100), times=2)
    held = Ban(source="192.0.2.9/32", since=at(-10), until=at(50), times=1)
    ours = Ban(source="203.0.113.9/32", since=at(-10), until=at(50))
    table.restore([old, held, ours], at(0))
    assert table.held() == (held,)
    assert table.ban("192.0.2.8/32", at(1)).times == 3


@given(
    st.lists(
        st.tuples(
            st.integers(0, 400), st.sampled_from(["fail", "ban", "end", "lift"]), st.integers(0, 5)
        ),
        max_size=300,
    )
)
def test_the_table_stays_bounded_whatever_comes(
    events: list[tuple[int, str, int]],
) -> None:
    """Any order of events: at most ``bans`` outside, at most ``sources`` counted and remembered."""
    table, now = bans(), 0.0
    for host, what, later in events:
        now += later
        address = f"10.0.{host // 256}.{host % 256}"
        source = f"{address}/32"
        earned = what == "fail" and table.failed(address, at(now))
        if what == "ban" or earned:
            assert table.ban(source, at(now)) in table.held() or len(table.held()) == RULES.bans
        elif what == "end":
            table.end(at(now))
            assert all(one.until > at(now) for one in table.held())
        elif what == "lift":
            table.lift(source)
        assert len(table.held()) <= RULES.bans
        assert len(table) <= RULES.bans + 2 * RULES.sources


def test_a_source_is_written_one_way() -> None:
    """However it came: the zone of a link is not part of it."""
    assert source_of("::ffff:192.0.2.1") == source_of("192.0.2.1") == "192.0.2.1/32"
    assert source_of("fe80::1%eth0") == "fe80::/64"

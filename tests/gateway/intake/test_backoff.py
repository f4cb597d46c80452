"""Waiting for guessers."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.intake.backoff import (
    FREE_TRIES,
    FREE_TRIES_PER_ADDRESS,
    LONGEST_SECONDS,
    LONGEST_SECONDS_PER_ADDRESS,
    Backoff,
)


def test_the_wait_doubles_and_has_an_end() -> None:
    """Three tries are free, then 1 s, 2 s, 4 s ... 300 s."""
    backoff, now, waits = Backoff(), 0.0, []
    for _ in range(14):
        assert backoff.charge("li", "a", now) == 0
        if wait := backoff.charge("li", "a", now):
            waits.append(wait)
            now += wait
    assert waits[:5] == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert waits[-1] == LONGEST_SECONDS


def test_a_hundred_tries_at_once_are_not_free() -> None:
    """A try counts before its outcome is known."""
    backoff = Backoff()
    assert sum(backoff.charge("li", "a", 0.0) == 0 for _ in range(100)) == FREE_TRIES


def test_the_true_person_elsewhere_does_not_wait() -> None:
    """Locked is (login, address), never the login."""
    backoff = Backoff()
    for _ in range(50):
        backoff.charge("li", "attacker", 0.0)
    assert backoff.charge("li", "home", 0.0) == 0


def test_one_address_with_many_logins_waits_too() -> None:
    """Password spraying; but an honest neighbour waits seconds, not minutes."""
    backoff = Backoff()
    free = sum(backoff.charge(f"login{n}", "a", 0.0) == 0 for n in range(200))
    assert free == FREE_TRIES_PER_ADDRESS
    assert 0 < backoff.charge("honest", "a", 0.0) <= LONGEST_SECONDS_PER_ADDRESS


def test_a_whole_office_logging_in_rightly_does_not_wait() -> None:
    """Right tries are given back."""
    backoff = Backoff()
    for n in range(500):
        assert backoff.charge(f"login{n}", "office", 0.0) == 0
        backoff.forgive(f"login{n}", "office")


def test_old_tries_are_forgotten() -> None:
    """A quarter of an hour later it begins anew."""
    backoff = Backoff()
    for _ in range(3):
        backoff.charge("li", "a", 0.0)
    assert backoff.charge("li", "a", 1000.0) == 0
    assert backoff.charge("li", "a", 1000.0) == 0


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=60))
def test_the_table_is_bounded(tries: list[tuple[str, str]]) -> None:
    """Strangers cannot fill the memory."""
    backoff = Backoff(most_entries=10)
    for who, address in tries:
        backoff.charge(who, address, 0.0)
    assert len(backoff) <= 10

"""Seats that are kept from whoever is over a limit."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from gateway.core.kept_free import KeptFree

seats_made = st.integers(0, 5) | st.integers(0, 400)
rules = st.builds(KeptFree, percent=st.integers(1, 90), at_once_percent=st.integers(0, 100))


@given(rules, seats_made, seats_made)
def test_so_many_stay_free_and_with_one_seat_none(kept: KeptFree, free: int, seats: int) -> None:
    """The share, and one at the least where there are two; never is somebody kept from all."""
    stay = max(1, seats * kept.percent // 100) if seats > 1 else 0
    assert kept.may_have(free=free, seats=seats) == (free - 1 >= stay)
    assert kept.may_have(free=max(1, seats), seats=seats)


@given(rules, seats_made, seats_made, seats_made)
def test_so_many_are_served_at_once_and_one_always_is(
    kept: KeptFree, free: int, at_once: int, seats: int
) -> None:
    """The share of the seats, any while more than half are free; 0 is no such rule."""
    most = max(1, seats * kept.at_once_percent // 100) if kept.at_once_percent else at_once
    said = kept.may_be_served(free=free, seats=seats, at_once=at_once)
    assert said == (at_once <= most or free > seats / 2)


rules_and_none = st.builds(
    KeptFree, percent=st.integers(0, 90), at_once_percent=st.integers(0, 100)
)


@example(KeptFree(), 1, 2, 0)
@given(rules_and_none, seats_made, seats_made, seats_made)
def test_the_telephone_system_is_told_the_same_rule(
    kept: KeptFree, free: int, seats: int, at_once: int
) -> None:
    """Its expressions mean what ours do, for every number."""
    said = kept.as_asterisk(free=str(free), seats=str(seats))
    assert _means(said) == kept.may_have(free=free, seats=seats)
    said = kept.served_as_asterisk(free=str(free), seats=str(seats), at_once=str(at_once))
    assert _means(said) == kept.may_be_served(free=free, seats=seats, at_once=at_once)


def _means(expression: str) -> bool:
    """Its operators bind as Asterisk's do: comparison, then &, then |."""
    words = expression.replace("&", "and").replace("|", "or")
    return bool(eval(words, {"__builtins__": {}}))

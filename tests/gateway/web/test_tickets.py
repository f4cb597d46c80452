"""One-shot tickets."""

import pytest

from gateway.core.errors import Throttled, Unavailable
from gateway.web.tickets import Tickets


def test_a_ticket_is_used_once_and_in_time() -> None:
    """A second use, a late use and a guess are alike."""
    tickets = Tickets(seconds=60, most=10, calls=10)
    tickets.give("one", 0.0)
    tickets.give("late", 1.0)
    assert tickets.take("one", 5.0)
    assert not tickets.take("one", 5.0)
    assert not tickets.take("late", 61.0)
    assert not tickets.take("guess", 5.0)
    assert len(tickets) == 0


def test_places_are_kept_for_tickets_and_given_back() -> None:
    """Open tickets and running calls together fill the house."""
    tickets = Tickets(seconds=60, most=10, calls=2)
    tickets.running = 1
    tickets.give("one", 0.0)
    with pytest.raises(Unavailable):
        tickets.give("two", 0.0)
    tickets.give("two", 60.0)
    tickets.running = 2
    with pytest.raises(Unavailable):
        tickets.give("three", 200.0)


def test_the_table_is_bounded() -> None:
    """However many ask."""
    tickets = Tickets(seconds=60, most=3, calls=100)
    for n in range(3):
        tickets.give(str(n), 0.0)
    with pytest.raises(Throttled):
        tickets.give("one too many", 0.0)

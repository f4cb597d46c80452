"""One-shot tickets."""

import pytest

from gateway.core.errors import Throttled, Unavailable
from gateway.web.tickets import BoundTickets, Tickets


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


def test_a_bound_ticket_is_its_owners_alone() -> None:
    """Once, in time, by whom it was given to; whoever else tries has used it up."""
    tickets = BoundTickets(seconds=60, most=10)
    for name, at in (("one", 0.0), ("stolen", 0.0), ("late", 0.0)):
        tickets.give(name, "li", at)
    assert tickets.take("one", "li", 59.0)
    assert not tickets.take("one", "li", 59.0)
    assert not tickets.take("stolen", "wang", 1.0)
    assert not tickets.take("stolen", "li", 1.0)
    assert not tickets.take("late", "li", 60.0)
    assert not tickets.take("", "", 1.0)
    assert not tickets.take("guess", "li", 1.0)


def test_bound_tickets_are_bounded() -> None:
    """The oldest make room, and what is too old is forgotten."""
    tickets = BoundTickets(seconds=60, most=3)
    for number in range(100):
        tickets.give(str(number), "li", 0.0)
    assert len(tickets) == 3
    assert tickets.take("99", "li", 1.0)
    tickets.give("new", "li", 100.0)
    assert len(tickets) == 1

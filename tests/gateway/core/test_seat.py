"""A seat's life is its table and nothing else."""

from datetime import UTC, datetime
from itertools import product

import pytest

from gateway.core.errors import IllegalMove
from gateway.core.seat import MOVES, Seat, SeatMove, SeatState, move

AT = datetime(2026, 11, 20, tzinfo=UTC)


def test_every_move_is_in_the_table_or_illegal() -> None:
    """For every state and move: the table's state, or IllegalMove that names both."""
    for state, what in product(SeatState, SeatMove):
        seat = Seat(number="8001", state=state)
        if (state, what) in MOVES:
            assert move(seat, what, AT).state is MOVES[state, what]
        else:
            with pytest.raises(IllegalMove) as fault:
                move(seat, what, AT)
            assert (fault.value.state, fault.value.event) == (state, what)


def test_every_state_can_be_reached_and_left() -> None:
    """No seat is ever stuck."""
    assert {state for state, _ in MOVES} == set(SeatState)
    assert set(MOVES.values()) == set(SeatState)


def test_nobody_leaves_a_seat_in_the_middle_of_a_call() -> None:
    """Signing out is refused while ringing and while talking."""
    for state in (SeatState.OFFERED, SeatState.TALKING):
        assert (state, SeatMove.SIGN_OUT) not in MOVES


def test_a_move_forgets_the_reason_of_the_state_before() -> None:
    """A break's reason does not cling to a ready seat."""
    away = Seat(number="8001", state=SeatState.NOT_READY, reason="meal")
    assert move(away, SeatMove.MAKE_READY, AT).reason == ""

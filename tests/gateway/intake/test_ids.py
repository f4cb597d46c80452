"""Ids of what is recorded: never the same, in the order of time, and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gateway.intake.ids import new_id


def test_ids_are_new_and_stand_in_the_order_of_time() -> None:
    """128 bits in hex; later ones are greater, those of one moment differ."""
    now = datetime(2026, 3, 2, tzinfo=UTC)
    earlier = {new_id(now) for _ in range(10_000)}
    assert len(earlier) == 10_000
    assert all(len(one) == 32 and int(one, 16) for one in earlier)
    assert max(earlier) < new_id(now + timedelta(milliseconds=1))

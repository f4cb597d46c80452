"""A handover is said until it is acknowledged, and their order's life goes forward only."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.core.handover import (
    LONGEST_PAUSE_SECONDS,
    Handover,
    OrderState,
    body_of,
    difference,
    ordered,
    packet,
    pause_seconds,
    taken,
    told_again,
)
from gateway.core.tags import Tags

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
ONE = Handover(
    id="r1", contact_id="c1", line="110", region="city", day="2026-11-28", at=NOW, body='{"a":1}'
)


def test_what_is_said_again_is_owed_again_under_the_same_id() -> None:
    """One handover there, whatever we add to it; each version has a delivery of its own."""
    first = taken(ONE, 1, "JQ-1", NOW)
    again = told_again(first, '{"a":2}', NOW)
    assert (ONE.owed, first.owed, again.owed) == (True, False, True)
    assert (first.delivery, again.delivery) == ("r1.1", "r1.2")
    assert json.loads(packet(again)) == {"id": "r1", "version": 2, "a": 2}
    assert taken(again, 2, "JQ-9", NOW).their_id == "JQ-1"


def test_a_late_acknowledgement_of_an_older_version_leaves_the_newer_owed() -> None:
    """The answer to version 1 says nothing of version 2."""
    assert taken(told_again(ONE, "{}", NOW), 1, "JQ-1", NOW).owed


@pytest.mark.parametrize(
    ("now", "then", "new"),
    [
        ("", "received", True),
        ("received", "received", False),
        ("received", "dispatched", True),
        ("dispatched", "received", False),
        ("received", "returned", True),
        ("done", "returned", False),
        ("returned", "done", False),
    ],
)
def test_an_order_goes_forward_only(now: str, then: str, new: bool) -> None:
    """Repeats and what comes late change nothing, so posts may come twice and in any order."""
    there = replace(ONE, order=OrderState(now))
    moved = ordered(there, OrderState(then), "JQ-1", NOW)
    assert (moved is not None) is new
    if moved:
        assert (moved.order.value, moved.their_id, moved.order_at) == (then, "JQ-1", NOW)


def test_a_returned_order_needs_nobody_at_the_line_any_more() -> None:
    """Open: owed, or without an end."""
    told = taken(ONE, 1, "JQ-1", NOW)
    assert told.open
    assert not replace(told, order=OrderState.RETURNED).open


def test_tries_come_ever_more_slowly_and_never_stop() -> None:
    """Seconds at first, five minutes at most."""
    pauses = [pause_seconds(tries) for tries in range(1, 20)]
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-1] == LONGEST_PAUSE_SECONDS


def test_the_difference_of_a_day_names_what_is_on_one_side_only() -> None:
    """And what both have and tell differently; equal lists have none."""
    told = taken(ONE, 1, "JQ-1", NOW)
    same = {"r1": ("JQ-1", "")}
    assert difference([told], same).count == 0
    assert difference([told], {}).missing_there == ("r1",)
    assert difference([], same).missing_here == ("r1",)
    assert difference([told], {"r1": ("JQ-1", "done")}).differing == ("r1",)
    assert difference([told], {"r1": ("JQ-2", "")}).count == 1


def test_a_packet_has_a_size() -> None:
    """However much was said: the last hundred sentences, each of so many characters."""
    body = body_of(
        tags=Tags(tag="enterprise", origin="12315"),
        line="110",
        at="",
        number="13800001234",
        dialled="12345",
        region="city",
        reason="因" * 5000,
        operator="李",
        hotline_id="H1",
        recording="H1.wav",
        answered=False,
        verified=False,
        words=[("", "citizen", "话" * 5000)] * 500,
    )
    assert len(body.encode()) < 200_000
    assert len(json.loads(body)["words"]) == 100
    assert json.loads(body)["tag"] == "enterprise"
    assert json.loads(body)["origin_tag"] == "12315"

"""Of two states of a sub-centre's contact one takes precedence, whichever came first."""

import random
from dataclasses import replace
from datetime import timedelta, timezone
from hashlib import sha256
from itertools import pairwise

from gateway.core.centre import (
    CentreCount,
    CentreFigures,
    CentreOutcome,
    centre_figures,
    precedence,
)
from tests.centre_rows import a_centre_contact
from tests.store_world import NOON


def code(said: str) -> bytes:
    """A hash."""
    return sha256(said.encode()).digest()


def test_later_states_take_precedence_and_no_two_are_equal() -> None:
    """Open, ended, ended later, a greater version; what differs in anything has another place."""
    one = a_centre_contact("a", outcome=CentreOutcome.OPEN)
    ended = replace(one, closed_at=NOON, outcome=CentreOutcome.UNANSWERED)
    later = replace(ended, closed_at=NOON + timedelta(microseconds=1))
    again = replace(one, version=1)
    ordered = [precedence(each, code) for each in (one, ended, later, again)]
    assert all(before < after for before, after in pairwise(ordered))
    others = [
        replace(one, **change)
        for change in (
            {"channel": "wechat"},
            {"opened_at": NOON + timedelta(seconds=1)},
            {"outcome": CentreOutcome.ANSWERED},
            {"tag": "x"},
            {"category": "x"},
            {"summary": "x"},
        )
    ]
    assert len({precedence(each, code) for each in (one, *others)}) == 1 + len(others)


def test_the_same_moment_in_another_zone_is_the_same_state() -> None:
    """A repeat that was written in another way changes nothing."""
    one = a_centre_contact("a", closed_at=NOON)
    beijing = timezone(timedelta(hours=8))
    same = replace(one, opened_at=NOON.astimezone(beijing), closed_at=NOON.astimezone(beijing))
    assert precedence(same, code) == precedence(one, code)


def test_figures_are_the_sums_in_any_order() -> None:
    """Each contact once, calls and other contacts apart."""
    counts = [
        CentreCount(centre=centre, phone=phone, outcome=outcome, contacts=n)
        for n, (centre, phone, outcome) in enumerate(
            (
                ("12315", True, CentreOutcome.OPEN),
                ("12315", True, CentreOutcome.ANSWERED),
                ("12315", False, CentreOutcome.UNANSWERED),
                ("12320", True, CentreOutcome.UNANSWERED),
                ("12315", False, CentreOutcome.OPEN),
            ),
            1,
        )
    ]
    random.Random(1).shuffle(counts)
    assert centre_figures(counts) == {
        "12315": CentreFigures(arrived=3, answered=2, open=1, messages=8, messages_unanswered=3),
        "12320": CentreFigures(arrived=4, abandoned=4),
    }

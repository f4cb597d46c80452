"""What an item looks like in Redis."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.item import IntakeItem, ItemKind
from gateway.queue.scripts import FOLDER, LAST_MICROSECOND, at_micros, micros, pack, script, unpack
from tests.line_places import chat

TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2255, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x1f"), max_size=20)


@given(
    st.builds(
        IntakeItem,
        id=st.just("a"),
        kind=st.sampled_from(ItemKind),
        queue=NAMES,
        emergency=st.booleans(),
        since=TIMES,
        due_at=TIMES,
        wanted_operator=NAMES,
        wanted_until=st.none() | TIMES,
    )
)
def test_what_is_packed_comes_out_as_it_was(item: IntakeItem) -> None:
    """To the microsecond, in whatever words."""
    assert unpack("a", pack(item)) == item
    assert float(micros(item.due_at)) == micros(item.due_at)


def test_times_of_other_zones_are_the_same_times() -> None:
    """Shanghai's clock and Greenwich's."""
    shanghai = datetime(2026, 3, 2, 17, tzinfo=timezone(timedelta(hours=8)))
    assert at_micros(micros(shanghai)) == shanghai


@pytest.mark.parametrize("past", [-1, LAST_MICROSECOND])
def test_what_no_score_can_hold_is_refused(past: int) -> None:
    """Before 1970 and after 2255."""
    with pytest.raises(ValueError, match="cannot hold"):
        micros(at_micros(past))


def test_a_name_cannot_pretend_to_be_more_fields() -> None:
    """Refused, before anything is written."""
    with pytest.raises(ValueError, match="separator"):
        pack(replace(chat("a"), queue="civil\x1fe"))


def test_every_script_begins_with_the_look_at_the_epoch() -> None:
    """But for the one that builds, those that others begin with, and the limits."""
    first = (FOLDER / "shared.lua").read_text("utf-8")
    names = {path.stem for path in FOLDER.glob("*.lua")} - {"shared", "claims", "hold_one"}
    names -= {"throttle"}  # the limits know no line
    for name in names - {"begin"}:
        assert script(name).text.startswith(first), name
    assert not script("begin").text.startswith(first)

"""Which line may be called, and by which trunks in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.core.emergency import (
    City,
    DirectoryLine,
    EmergencyLine,
    Policy,
    Region,
    SpecialTask,
    alarm_words,
    directory_tries,
    emergency_tries,
    healthy,
    lines_using,
    offered,
    region_of,
    tasks_of,
)
from gateway.core.hours import Opening

CITY = Region(id="city", title_zh="市", title_en="City", number="110", trunks=("a", "b"))
EAST = replace(CITY, id="east", number="1101", trunks=("c",), dids=frozenset({"12388"}))
LINE = EmergencyLine(
    code="110",
    title_zh="公安",
    title_en="Police",
    policy=Policy.TRANSFER,
    region="east",
    regions=(CITY, EAST),
)
MONDAY_NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
WATER = DirectoryLine(
    id="water",
    title_zh="水",
    title_en="Water",
    kind="water",
    number="96116",
    trunks=("a",),
    hours=(Opening(days=(1, 2, 3, 4, 5), opens="08:00", closes="18:00"),),
    on_call="duty",
)
DUTY = replace(WATER, id="duty", number="96000", trunks=("b",), hours=(), on_call="")
LINES = {"water": WATER, "duty": DUTY}


@pytest.mark.parametrize(
    ("chosen", "did", "found"),
    [
        ("city", "12388", "city"),
        ("", "12388", "east"),
        ("", "12345", "east"),
        ("", "", "east"),
        ("west", "12388", None),
    ],
)
def test_the_operators_choice_goes_before_the_dialled_number(
    chosen: str, did: str, found: str | None
) -> None:
    """Then the line's own region; a region that does not exist is nobody's guess."""
    region = region_of(LINE, chosen=chosen, did=did)
    assert (region.id if region else None) == found


def test_without_a_region_of_its_own_the_first_is_taken() -> None:
    """A city with one centre need not name it."""
    assert region_of(replace(LINE, region="")) == CITY


def test_trunks_are_tried_in_order_with_the_regions_number() -> None:
    """The first trunk dead, the second is next; what is dialled stands in the data."""
    tries = emergency_tries(LINE, region="city")
    assert [(one.number, one.trunk) for one in tries] == [("110", "a"), ("110", "b")]


@pytest.mark.parametrize("policy", [Policy.GUIDE, Policy.NOT_ACCEPTED])
def test_only_a_line_with_transfer_is_dialled(policy: Policy) -> None:
    """Guidance is told, not dialled; such a line is asked for no health either."""
    line = replace(LINE, policy=policy)
    assert emergency_tries(line) == ()
    assert lines_using(City(emergency={"110": line})) == {}


def test_a_closed_utility_is_answered_by_who_is_on_call() -> None:
    """Open: itself, then on call. Closed: on call at once, service all day (r27)."""
    open_now = directory_tries(LINES, "water", MONDAY_NOON)
    assert [one.target_id for one in open_now] == ["water", "duty"]
    night = MONDAY_NOON.replace(hour=23)
    assert [one.target_id for one in directory_tries(LINES, "water", night)] == ["duty"]
    assert directory_tries(LINES, "tram", MONDAY_NOON) == ()


def test_a_circle_of_on_call_ends() -> None:
    """Data that goes round is tried once each."""
    circle = {"water": WATER, "duty": replace(DUTY, on_call="water")}
    assert len(directory_tries(circle, "water", MONDAY_NOON)) == 2


def test_a_line_is_dead_only_when_all_its_trunks_are() -> None:
    """One dead trunk costs a second, all dead cost the line; unknown is not dead."""
    assert healthy(("a", "b"), {"a": False})
    assert not healthy(("a", "b"), {"a": False, "b": False})


def test_each_trunk_of_a_line_is_looked_at_once() -> None:
    """Every region's trunks, and the directory's."""
    assert lines_using(City(emergency={"110": LINE}, directory=LINES)) == {
        "110": ("a", "b", "c"),
        "water": ("a",),
        "duty": ("b",),
    }


GAS = SpecialTask(
    code="gas",
    title_zh="气",
    title_en="Gas",
    to_zh="局",
    to_en="Bureau",
    words=("燃气 泄漏", "LNG"),
)


def test_a_word_of_the_list_names_line_and_tasks() -> None:
    """The rule table: word → line with one click, word → whose special task (r28)."""
    line = replace(LINE, words=("着火", "LNG"))
    city = City(emergency={"110": line}, tasks={"gas": replace(GAS, offers="water")})
    assert alarm_words(city) == ("着火", "LNG", "燃气 泄漏")
    assert [offered(city, word) for word in ("着火", "lng", "燃气泄漏", "你好")] == [
        "110",
        "110",
        "water",
        "",
    ]
    assert [one.code for one in tasks_of(city, "燃气泄漏")] == ["gas"]
    assert tasks_of(city, "着火") == ()

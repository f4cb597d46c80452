"""Untrusted fields become frozen values, or every problem is told."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gateway.core.errors import Invalid
from gateway.web.shape import Real, Text, Texts, Whole, read, schema


class Colour(StrEnum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One of each."""

    name: Annotated[str, Text(1, 5)]
    colour: Colour
    note: Annotated[str, Text(0, 20, lines=True)] = ""
    count: Annotated[int, Whole(1, 9)] = 1
    at: datetime | None = None
    north: Annotated[float, Real(-90, 90)] = 0.0
    files: Annotated[tuple[str, ...], Texts(2, Text(1, 3))] = ()
    urgent: bool = False


GOOD: dict[str, Any] = {"name": "李明", "colour": "red"}


def test_a_good_form_is_read() -> None:
    """Types, defaults, numbers and times out of query strings."""
    form = read(Form, GOOD | {"count": "3", "at": "2026-03-02T09:00:00+08:00", "note": "a\nb"})
    assert form.name == "李明"
    assert form.colour is Colour.RED
    assert form.count == 3
    assert form.at == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    more = read(Form, GOOD | {"north": 31, "files": ["a", "b"], "urgent": True})
    assert (more.north, more.files, more.urgent) == (31.0, ("a", "b"), True)


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"name": ""}, "/name", "length"),
        ({"name": "123456"}, "/name", "length"),
        ({"name": 5}, "/name", "not-text"),
        ({"name": None}, "/name", "not-text"),
        ({"name": "a\nb"}, "/name", "characters"),
        ({"name": "a\x00"}, "/name", "characters"),
        ({"name": "a\u202eb"}, "/name", "characters"),
        ({"name": "\ud800"}, "/name", "characters"),
        ({"note": "a\x07"}, "/note", "characters"),
        ({"colour": "green"}, "/colour", "not-a-choice"),
        ({"north": 90.1}, "/north", "not-in-range"),
        ({"north": True}, "/north", "not-in-range"),
        ({"north": "31"}, "/north", "not-in-range"),
        ({"north": 10**400}, "/north", "not-in-range"),
        ({"north": float("inf")}, "/north", "not-in-range"),
        ({"files": "abc"}, "/files", "not-a-list"),
        ({"files": ["a", "b", "c"]}, "/files", "not-a-list"),
        ({"files": ["abcd"]}, "/files", "length"),
        ({"files": [1]}, "/files", "not-text"),
        ({"urgent": 1}, "/urgent", "not-yes-or-no"),
        ({"urgent": "true"}, "/urgent", "not-yes-or-no"),
        ({"colour": ["red"]}, "/colour", "not-a-choice"),
        ({"count": 0}, "/count", "not-in-range"),
        ({"count": True}, "/count", "not-in-range"),
        ({"count": 1.5}, "/count", "not-in-range"),
        ({"count": "9" * 400}, "/count", "not-in-range"),
        ({"at": "2026-03-02T09:00:00"}, "/at", "not-a-time"),
        ({"at": "2026-13-02T09:00:00Z"}, "/at", "not-a-time"),
        ({"at": 0}, "/at", "not-a-time"),
        ({"mo/re~": 1}, "/mo~1re~0", "unknown-field"),
    ],
)
def test_what_does_not_fit_is_told_by_pointer_and_code(
    fields: dict[str, Any], pointer: str, code: str
) -> None:
    """In both languages."""
    with pytest.raises(Invalid) as refused:
        read(Form, GOOD | fields)
    (problem,) = refused.value.problems
    assert (problem.pointer, problem.code) == (pointer, code)
    assert problem.zh
    assert problem.en


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.floats(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(["name", "colour", "note", "count", "at", "x"]), JSON))
def test_what_is_read_also_fits_the_schema(fields: dict[str, Any]) -> None:
    """The document promises nothing that the reader refuses to honour."""
    try:
        read(Form, fields)
    except Invalid:
        return
    shown = {key: value for key, value in fields.items() if not isinstance(value, str) or value}
    shown |= {"note": fields.get("note", "")}
    assert Draft202012Validator(schema(Form)).is_valid(
        {k: int(v) if k == "count" else v for k, v in shown.items()}
    )

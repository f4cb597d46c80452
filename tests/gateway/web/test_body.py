"""Strict JSON."""

from dataclasses import dataclass
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.errors import Invalid
from gateway.web.body import parse
from gateway.web.shape import Text


@dataclass(frozen=True, slots=True)
class Form:
    """One field."""

    name: Annotated[str, Text(1, 10)]


def test_one_object_is_read() -> None:
    """In UTF-8."""
    assert parse('{"name":"李明"}'.encode(), Form) == Form("李明")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b'"name"',
        b'{"name":"a"} {}',
        b'{"name":"a","name":"b"}',
        b'{"name":"a",}',
        b"{'name':'a'}",
        b'{"name":Infinity}',
        b"\xef\xbb\xbf{}",
        '{"name":"李明"}'.encode("gbk"),
        '{"name":"a"}'.encode("utf-16"),
        b'{"name":' + b"[" * 30_000,
    ],
)
def test_anything_else_is_refused(raw: bytes) -> None:
    """Never read as something near it."""
    with pytest.raises(Invalid):
        parse(raw, Form)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """Nothing raises anything but Invalid."""
    try:
        parse(raw, Form)
    except Invalid:
        return

"""No line of the log holds what belongs to a citizen."""

import io
import json
from collections.abc import Iterator

import pytest
import structlog

from gateway import log

CANARIES = ("13800001234", "张三", "路灯不亮", "correct horse battery")


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Where the lines go; the log is set back afterwards."""
    out = io.StringIO()
    log.set_up(json_lines=True, out=out)
    yield out
    structlog.reset_defaults()


def test_a_field_that_is_not_named_is_hidden(out: io.StringIO) -> None:
    """Deny by default: whoever adds a field by mistake leaks nothing."""
    number, name, words, password = CANARIES
    structlog.get_logger().info(
        "call_arrived", seat="8001", number=number, name=name, note=words, pw=password
    )
    text = out.getvalue()
    line = json.loads(text)
    assert line["seat"] == "8001"
    assert line["number"] == "(hidden)"
    assert not [canary for canary in CANARIES if canary in text]


def test_a_fault_is_told_by_place_and_kind_not_by_its_text(out: io.StringIO) -> None:
    """An exception's message may quote what somebody said."""
    try:
        int(CANARIES[2])
    except ValueError:
        structlog.get_logger().exception("part_failed", part="reception")
    text = out.getvalue()
    assert "ValueError at test_log.py" in json.loads(text)["where"]
    assert CANARIES[2] not in text


def test_a_line_stays_one_line(out: io.StringIO) -> None:
    """Control characters cannot forge a second line."""
    structlog.get_logger().info("x", reason='a\r\n{"event": "forged"}\x00')
    assert len(out.getvalue().splitlines()) == 1

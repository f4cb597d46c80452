"""No line of the log holds what belongs to a citizen."""

import json
from collections.abc import Iterator

import pytest
import structlog

from gateway import log

CANARIES = ("13800001234", "张三", "路灯不亮", "correct horse battery")


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[structlog.stdlib.BoundLogger]:
    """A logger that writes JSON to stderr; set back afterwards."""
    log.set_up(json_lines=True)
    yield structlog.get_logger()
    structlog.reset_defaults()
    capsys.readouterr()


def test_a_field_that_is_not_named_is_hidden(
    lines: structlog.stdlib.BoundLogger, capsys: pytest.CaptureFixture[str]
) -> None:
    """Deny by default: whoever adds a field by mistake leaks nothing."""
    number, name, words, password = CANARIES
    lines.info("call_arrived", seat="8001", number=number, name=name, note=words, pw=password)
    text = capsys.readouterr().err
    line = json.loads(text)
    assert line["seat"] == "8001"
    assert line["number"] == "(hidden)"
    assert not [canary for canary in CANARIES if canary in text]


def test_a_fault_is_told_by_place_and_kind_not_by_its_text(
    lines: structlog.stdlib.BoundLogger, capsys: pytest.CaptureFixture[str]
) -> None:
    """An exception's message may quote what somebody said."""
    try:
        raise ValueError(CANARIES[2])
    except ValueError:
        lines.exception("part_failed", part="reception")
    text = capsys.readouterr().err
    assert "ValueError at test_log.py" in json.loads(text)["where"]
    assert CANARIES[2] not in text


def test_a_line_stays_one_line(
    lines: structlog.stdlib.BoundLogger, capsys: pytest.CaptureFixture[str]
) -> None:
    """Control characters cannot forge a second line."""
    lines.info("x", reason='a\r\n{"event": "forged"}\x00')
    assert len(capsys.readouterr().err.splitlines()) == 1

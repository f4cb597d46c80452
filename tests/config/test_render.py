"""What goes into a template cannot become more than a value."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from config.render import Rendered, Value, render, render_each


def lines_wrong(template: str, **values: Value) -> list[tuple[str, str]]:
    """Line and English words of each problem."""
    with pytest.raises(ConfigError) as error:
        render("x.conf", template, values)
    assert {problem.file for problem in error.value.problems} == {"x.conf"}
    return [(problem.key, problem.en) for problem in error.value.problems]


def test_only_our_own_marks_are_replaced() -> None:
    """Asterisk's ``${}``, ``$[]`` and single @ stay as they are."""
    template = "a=${X} $[1+2] sip:x@y\nport=@@{port}\ndir=@@{dir}\n"
    text = render("x.conf", template, {"port": 5060, "dir": Path("/a b")})
    assert text == "a=${X} $[1+2] sip:x@y\nport=5060\ndir=/a b\n"


def test_every_missing_name_is_named_with_its_line() -> None:
    """File, line, name; all of them."""
    assert lines_wrong("a\n@@{one}\n\n@@{two} @@{ok}", ok=1) == [
        ("line 2", "there is no value named one"),
        ("line 4", "there is no value named two"),
    ]


@pytest.mark.parametrize("bad", ["@@", "@@name", "@@{Name}", "@@{a.b}", "@@{}", "@@ {a}", "@@{a"])
def test_a_mark_that_is_no_name_is_an_error(bad: str) -> None:
    """A typo is never copied into a configuration."""
    assert lines_wrong(f"x\n{bad}", a=1, name=1)[0][0] == "line 2"


@pytest.mark.parametrize("char", list("\r\n\0\t;[]{}()$\\\"'`|,<>&\x7f\u2028\u0085"))
def test_a_value_cannot_break_out(char: str) -> None:
    """No second line, no comment, no section, no evaluation, no second argument."""
    assert lines_wrong("a=@@{v}", v=f"x{char}y")[0][0] == "line 1"


@given(st.text())
def test_a_rendered_line_stays_one_line_that_asterisk_reads_whole(value: str) -> None:
    """Whatever was let through is there, complete, on its own line."""
    try:
        text = render("x.conf", "a=@@{v}\n", {"v": value})
    except ConfigError:
        return
    assert text == f"a={value}\n"
    assert text.splitlines() == [f"a={value}"]
    assert ";" not in text


def test_an_ipv6_address_may_have_its_brackets() -> None:
    """And nothing else may."""
    assert render("x", "@@{v}", {"v": "[::1]:5060"}) == "[::1]:5060"
    assert lines_wrong("@@{v}", v="[::1]\n[x]")
    assert lines_wrong("@@{v}", v="[section]")


def test_rendered_text_goes_in_as_it_is() -> None:
    """Blocks are checked when they are made, not again."""
    block = render_each("x", "[@@{n}]\n", [{"n": "a"}, {"n": "b"}])
    assert isinstance(block, Rendered)
    assert render("y", "@@{all}", {"all": block}) == "[a]\n\n[b]\n"
    assert render_each("x", "@@{n}", []) == ""

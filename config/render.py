"""Turn ``*.conf.in`` templates into the text of configuration files. Pure.

A template names its values ``@@{name}``; nothing else is special, so Asterisk's own ``${...}`` and
``$[...]`` stay as they are. Every name must have a value. A value is either plain (text, number,
path), and then may hold nothing that could end a line, start a comment, open a section or be
evaluated, or ``Rendered``: text that came out of this module before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from string import Template

from config.errors import ConfigError, Problem

FORBIDDEN = re.compile(r"[\x00-\x1f\x7f;\[\]{}()$\\\"'`|,<>&\u0085\u2028\u2029]")
"""A line end would add a setting, ``;`` a comment, ``[`` a section, ``${`` an evaluation, and a
comma or bracket would split a dialplan argument. None is ever needed in a value."""

BRACKETED_ADDRESS = re.compile(r"\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
"""The one exception: an IPv6 address with or without its port (RFC 3986 section 3.2.2)."""


class Rendered(str):
    """Text that was rendered and checked before; goes in as it is."""

    __slots__ = ()


Value = str | int | PurePath | Rendered


class _Template(Template):
    delimiter = "@@"
    pattern = r"""
        @@(?:
            (?P<escaped>(?!))            |
            (?P<named>(?!))              |
            \{(?P<braced>[a-z][a-z0-9_]*)\} |
            (?P<invalid>)
        )
    """  # type: ignore[assignment]  # Template compiles the text at class creation


def render(name: str, template: str, values: Mapping[str, Value]) -> Rendered:
    """The text of file ``name``. Raises ConfigError with every problem, each at its line."""
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    for match in _Template.pattern.finditer(template):  # type: ignore[attr-defined]  # compiled
        line = f"line {template.count(chr(10), 0, match.start()) + 1}"
        key = match["braced"]
        if key is None:
            problems.append(
                Problem(name, line, "“@@” 后面应为 {名称}", "“@@” must be followed by {name}")
            )
        elif key not in values:
            problems.append(
                Problem(name, line, f"没有名为 {key} 的值", f"there is no value named {key}")
            )
        elif why := unsafe(values[key]):
            problems.append(
                Problem(
                    name,
                    line,
                    f"{key} 的值含有不允许的字符 {why}",
                    f"the value of {key} holds {why}, which is not allowed",
                )
            )
        else:
            texts[key] = str(values[key])
    if problems:
        raise ConfigError(*problems)
    return Rendered(_Template(template).substitute(texts))


def render_each(
    name: str, template: str, rows: Iterable[Mapping[str, Value]], separator: str = "\n"
) -> Rendered:
    """One block for each row, one after the other; empty text for no rows."""
    return Rendered(separator.join(render(name, template, row) for row in rows))


def unsafe(value: Value) -> str:
    """The first forbidden character of a plain value, as Python writes it; empty for none."""
    if isinstance(value, (Rendered, int)):
        return ""
    text = str(value)
    if BRACKETED_ADDRESS.fullmatch(text):
        return ""
    found = FORBIDDEN.search(text)
    return repr(found[0]) if found else ""

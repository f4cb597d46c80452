"""Frozen dataclasses as JSON: reading them strictly, and their JSON Schema. PURE.

A field's type says what is meant: ``str`` with a ``Text`` annotation, ``int`` with ``Whole``,
``float`` with ``Real``, ``tuple[str, ...]`` with ``Texts``, ``bool``, a ``StrEnum``,
``datetime | None``. Everything wrong is told at once.
"""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, TypeVar

from gateway.core.errors import Invalid, Problem

T = TypeVar("T")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control and bidirectional override characters, which make a text look like another one, and
halves of a character, which UTF-8 cannot hold."""
RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})")


@dataclass(frozen=True, slots=True)
class Text:
    """A text of ``least`` to ``most`` characters; ``lines`` allows line feeds and tabs."""

    least: int
    most: int
    lines: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Real:
    """A finite number within bounds."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Texts:
    """At most ``most`` texts, each as ``each`` says."""

    most: int
    each: Text


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON object that core itself reads; ``name`` is its schema among the answers'."""

    name: str


def read(kind: type[T], fields: Mapping[str, object]) -> T:
    """``fields`` as a ``kind``. Raises Invalid with every problem."""
    problems: list[Problem] = []
    values: dict[str, object] = {}
    asked = _asked(typing.cast("Any", kind))
    for name, (bare, rule, required) in asked.items():
        if name in fields:
            try:
                values[name] = _value(bare, rule, fields[name])
            except _Wrong as wrong:
                problems.append(Problem(f"/{name}", wrong.code, wrong.zh, wrong.en))
        elif required:
            problems.append(Problem(f"/{name}", "missing", "此项必填。", "This is required."))
    for name in list(fields)[:20]:
        if name not in asked:
            zh, en = "没有这一项。", "There is no such field."
            problems.append(Problem(_pointer(name), "unknown-field", zh, en))
    if problems:
        raise Invalid(*problems)
    return kind(**values)


def schema(kind: type[Any]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a dataclass that ``read`` takes."""
    hints = _hints(typing.cast("Any", kind))
    fields = dataclasses.fields(kind)
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: field_schema(hints[field.name]) for field in fields},
        "required": [f.name for f in fields if f.default is dataclasses.MISSING],
    }


def field_schema(hint: Any) -> dict[str, Any]:
    """The JSON Schema of one field."""
    kind, rule = _kind(hint)
    if rule is not None:
        return _schema_of(rule)
    if kind is bool:
        return {"type": "boolean"}
    if kind is datetime:
        return {"type": "string", "format": "date-time"}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"type": "string", "enum": [one.value for one in kind]}
    raise TypeError(hint)


def _schema_of(rule: object) -> dict[str, Any]:
    match rule:
        case Text():
            return {"type": "string", "minLength": rule.least, "maxLength": rule.most}
        case Whole():
            return {"type": "integer", "minimum": rule.least, "maximum": rule.most}
        case Real():
            return {"type": "number", "minimum": rule.least, "maximum": rule.most}
        case Texts():
            return {"type": "array", "maxItems": rule.most, "items": _schema_of(rule.each)}
        case Document():
            return {"$ref": f"#/components/schemas/{rule.name}"}
    raise TypeError(rule)


@dataclass(slots=True)
class _Wrong(Exception):
    code: str
    zh: str
    en: str


@cache
def _hints(kind: type[Any]) -> Mapping[str, Any]:
    """The fields' types. Python compiles them anew each time it is asked."""
    return typing.get_type_hints(kind, include_extras=True)


@cache
def _asked(kind: type[Any]) -> Mapping[str, tuple[Any, object, bool]]:
    """Each field's bare type, its rule, and whether it must be there."""
    hints = _hints(typing.cast("Any", kind))
    return {
        field.name: (*_kind(hints[field.name]), field.default is dataclasses.MISSING)
        for field in dataclasses.fields(kind)
    }


def _kind(hint: Any) -> tuple[Any, object]:
    """The bare type behind Annotated and ``| None``, and its rule."""
    rule: object = None
    if typing.get_origin(hint) is typing.Annotated:
        hint, rule = typing.get_args(hint)[:2]
    if typing.get_origin(hint) in (typing.Union, UnionType):
        hint = next(one for one in typing.get_args(hint) if one is not type(None))
    return hint, rule


def _value(kind: Any, rule: object, sent: object) -> object:
    if rule is not None:
        return _BY_RULE[type(rule)](rule, sent)
    if kind is bool:
        return _yes_or_no(sent)
    if kind is datetime:
        return _moment(sent)
    if not isinstance(kind, type) or not issubclass(kind, StrEnum):
        raise TypeError(kind)
    if sent not in [one.value for one in kind]:
        choices = [one.value for one in kind]
        en = f"One of: {', '.join(choices)}."
        raise _Wrong("not-a-choice", f"可选：{'、'.join(choices)}。", en)
    return kind(str(sent))


def _text(rule: Text, sent: object) -> str:
    if not isinstance(sent, str):
        raise _Wrong("not-text", "应为文本。", "This must be text.")
    if not rule.least <= len(sent) <= rule.most:
        zh = f"长度应为 {rule.least} 至 {rule.most} 个字符。"
        raise _Wrong("length", zh, f"Between {rule.least} and {rule.most} characters.")
    if CONTROL.search(sent) or (not rule.lines and ("\n" in sent or "\t" in sent)):
        raise _Wrong("characters", "含有不允许的字符。", "Some characters are not allowed.")
    return sent


def _whole(rule: Whole, sent: object) -> int:
    if isinstance(sent, str) and re.fullmatch(r"-?[0-9]{1,16}", sent):
        sent = int(sent)  # out of a query string
    if not isinstance(sent, int) or isinstance(sent, bool) or not rule.least <= sent <= rule.most:
        zh = f"应为 {rule.least} 至 {rule.most} 的整数。"
        raise _Wrong("not-in-range", zh, f"A whole number from {rule.least} to {rule.most}.")
    return sent


def _real(rule: Real, sent: object) -> float:
    number = isinstance(sent, int | float) and not isinstance(sent, bool)
    if not number or not rule.least <= _float(sent) <= rule.most:
        zh = f"应为 {rule.least} 至 {rule.most} 的数。"
        raise _Wrong("not-in-range", zh, f"A number from {rule.least} to {rule.most}.")
    return _float(sent)


def _float(sent: object) -> float:
    """What JSON wrote as a number; infinite when no float can hold it."""
    try:
        return float(typing.cast("float", sent))
    except OverflowError:
        return float("inf")


def _texts(rule: Texts, sent: object) -> tuple[str, ...]:
    if not isinstance(sent, list) or len(sent) > rule.most:
        zh = f"应为最多 {rule.most} 项的列表。"
        raise _Wrong("not-a-list", zh, f"A list of at most {rule.most}.")
    return tuple(_text(rule.each, one) for one in sent)


def _yes_or_no(sent: object) -> bool:
    if not isinstance(sent, bool):
        raise _Wrong("not-yes-or-no", "应为 true 或 false。", "This must be true or false.")
    return sent


def _moment(sent: object) -> datetime:
    zh = "应为带时区的时间，例如 2026-11-20T08:00:00Z。"
    wrong = _Wrong("not-a-time", zh, "A time with its zone, such as 2026-11-20T08:00:00Z.")
    if not isinstance(sent, str) or not RFC3339.fullmatch(sent):
        raise wrong
    try:
        return datetime.fromisoformat(sent)
    except ValueError:
        raise wrong from None


_BY_RULE: Mapping[type[Any], Callable[[Any, object], object]] = {
    Text: _text,
    Whole: _whole,
    Real: _real,
    Texts: _texts,
    Document: lambda _, sent: sent,
}


def _pointer(name: str) -> str:
    """A JSON pointer (RFC 6901) to a field that a stranger named."""
    shown = CONTROL.sub("?", name[:40]).encode("utf-8", "replace").decode()
    return "/" + shown.replace("~", "~0").replace("/", "~1")

"""From the nested tables of a TOML file to ``Settings``, or every problem at once. Pure."""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from config.allowed import Says
from config.centre_rules import CENTRE_RULES, centre_relations
from config.city_rules import CITY_RULES, city_relations
from config.detection_rules import DETECTION_RULES, detection_relations
from config.edge_rules import EDGE_RULES, edge_relations
from config.errors import ConfigError, Problem
from config.rules import RULES, relations
from config.settings import Settings
from config.throttle_rules import THROTTLE_RULES, throttle_relations

T = TypeVar("T")
ALL_RULES = RULES | CENTRE_RULES | CITY_RULES | EDGE_RULES | THROTTLE_RULES | DETECTION_RULES
CHECKS = (
    *(relations, centre_relations, city_relations, edge_relations),
    *(throttle_relations, detection_relations),
)

SECRET = re.compile(r"(password|passwd|pwd|secret|token|api_?key|private_?key)$", re.IGNORECASE)
SECRET_ELSEWHERE: Says = (
    "密码和密钥不能写在这里：写进单独的文件，用 ..._file 指向它，或用环境变量",
    (
        "secrets do not belong here: put it into its own file and name that with a "
        "..._file key, or use the environment"
    ),
)
TYPES: dict[Any, Says] = {
    bool: ("应为 true 或 false", "must be true or false"),
    int: ("应为整数", "must be a whole number"),
    str: ("应为文字（加引号）", "must be text in quotes"),
    Path: ("应为路径（加引号）", "must be a path in quotes"),
}


def settings_from(table: Mapping[str, Any], file: str, base: Path) -> Settings:
    """What the file says, defaults for what it does not say.

    ``file`` is its name for messages; relative paths are relative to ``base``. Raises ConfigError
    with every problem.
    """
    reader = _Reader(file, base)
    settings = reader.record(Settings, table, "")
    if settings is not None:
        told = [one for check in CHECKS for one in check(settings)]
        for key, (zh, en) in told:
            reader.say(key, zh, en)
    if reader.problems or settings is None:
        raise ConfigError(*reader.problems)
    return settings


def problems_in(table: Mapping[str, Any], file: str, base: Path) -> list[Problem]:
    """What is wrong with each value by itself, where the rest stands in another file."""
    reader = _Reader(file, base)
    reader.record(Settings, table, "")
    return reader.problems


class _Wrong(Exception):
    """A value has the wrong type; it was said."""


class _Reader:
    def __init__(self, file: str, base: Path) -> None:
        self._file, self._base = file, base
        self.problems: list[Problem] = []

    def record(self, kind: type[T], table: Mapping[str, Any], at: str) -> T | None:
        """One table as ``kind``; None when it cannot be made at all.

        A wrong value is said and its default stands in, so that what follows is looked at too.
        """
        hints = get_type_hints(kind)
        known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]  # dataclass
        for name in table:
            if name not in known:
                self._unknown(name, list(known), at)
        given: dict[str, Any] = {}
        complete = True
        for name, field in known.items():
            key = f"{at}.{name}" if at else name
            needed = field.default is MISSING and field.default_factory is MISSING
            if name in table:
                try:
                    given[name] = self._value(hints[name], table[name], key)
                except _Wrong:
                    complete = complete and not needed
                else:
                    self._ruled(kind, name, given[name], key)
            elif needed:
                self.say(key, "必须填写", "is needed")
                complete = False
            elif (default := self._placed(field)) is not None:
                given[name] = default
        return kind(**given) if complete else None

    def _placed(self, field: Field[Any]) -> Path | None:
        """A relative default lies beside the file too."""
        default = field.default
        return self._base / default if isinstance(default, Path) else None

    def _ruled(self, kind: type, name: str, value: object, key: str) -> None:
        rule = ALL_RULES.get(kind.__name__, {}).get(name)
        if rule is not None and value is not None and (says := rule(value)):
            self.say(key, *says)

    def _value(self, hint: Any, value: object, key: str) -> Any:
        """``value`` as the type ``hint``; raises _Wrong, and says so, when it is not."""
        if isinstance(hint, UnionType):
            if value == "":
                return None
            hint = next(one for one in get_args(hint) if one is not NoneType)
        if get_origin(hint) is Mapping:
            return self._options(value, key)
        if get_origin(hint) is tuple:
            return self._several(get_args(hint)[0], value, key)
        if is_dataclass(hint) and isinstance(hint, type):
            return self._table(hint, value, key)
        if hint is Path and isinstance(value, str) and value and "\0" not in value:
            return self._base / value
        if hint is Path or not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
            self.say(key, *TYPES[hint])
            raise _Wrong
        return value

    def _table(self, kind: type[T], value: object, key: str) -> T:
        if not isinstance(value, Mapping):
            self.say(key, f"应写成表 [{key}]", f"must be a table [{key}]")
            raise _Wrong
        made = self.record(kind, value, key)
        if made is None:
            raise _Wrong
        return made

    def _several(self, hint: Any, value: object, key: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            if is_dataclass(hint):
                self.say(key, f"应写成 [[{key}]]", f"must be written as [[{key}]]")
            else:
                self.say(key, "应为列表 [ ... ]", "must be a list [ ... ]")
            raise _Wrong
        values = []
        for index, one in enumerate(value, 1):
            with contextlib.suppress(_Wrong):
                values.append(self._value(hint, one, f"{key}[{index}]"))
        return tuple(values)

    def _options(self, value: object, key: str) -> Mapping[str, str]:
        """Names and texts of somebody else's meaning; those that end in ``_file`` are paths."""
        if not isinstance(value, Mapping):
            self.say(key, '应写成 { 名称 = "文字" }', 'must be written as { name = "text" }')
            raise _Wrong
        read: dict[str, str] = {}
        for name, text in value.items():
            if SECRET.search(name):
                self.say(f"{key}.{name}", *SECRET_ELSEWHERE)
            elif not isinstance(text, str):
                self.say(f"{key}.{name}", *TYPES[str])
            elif name.endswith("_file") and text and "\0" not in text:
                read[name] = str(self._base / text)
            else:
                read[name] = text
        return read

    def _unknown(self, name: str, known: list[str], at: str) -> None:
        key = f"{at}.{name}" if at else name
        if SECRET.search(name):
            self.say(key, *SECRET_ELSEWHERE)
            return
        near = difflib.get_close_matches(name, known, 1)
        zh = f"没有这个设置；是否指 {near[0]}？" if near else f"没有这个设置；有：{' '.join(known)}"
        en = f"no such setting; {near[0]}?" if near else f"no such setting; there are: {known}"
        self.say(key, zh, en)

    def say(self, key: str, zh: str, en: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self._file, key, zh, en))

"""A plan as a file that people write: YAML, TOML or JSON; and single values as words. PURE.

Whole numbers stand for texts where a text is meant (``did: 12345``), and times are never taken for
numbers (YAML 1.1 reads 17:30 as 1050).
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import yaml

from gateway.core.errors import Invalid, Problem
from gateway.core.plan_diff import KINDS
from gateway.core.plan_json import NUMBER, OPENING, OPERATOR, QUEUE, SEAT

MOST_BYTES = 2 * 1024 * 1024
FIELDS: Mapping[str, Mapping[str, tuple[type, object]]] = {
    "queue": QUEUE,
    "number": NUMBER,
    "seat": SEAT,
    "operator": OPERATOR,
}
Json = dict[str, Any]
_STRETCH = re.compile(r"([1-7](?:-[1-7])?|[1-7]+) (\d\d:\d\d)-(\d\d:\d\d)")


class _Loader(yaml.SafeLoader):
    """Plain YAML, in which a time is a text."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in found if tag != "tag:yaml.org,2002:int"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"-?(0|[1-9][0-9]{0,17})$"), list("-0123456789")
)


def read(text: str, name: str) -> tuple[int | None, Json]:
    """The revision it was made from, if it says so, and the plan; raises Invalid."""
    try:
        if name.endswith(".toml"):
            found: object = tomllib.loads(text)
        else:
            found = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, tomllib.TOMLDecodeError, RecursionError) as error:
        said = str(error)[:300]
        zh, en = f"无法读取：{said}", f"cannot be read: {said}"
        raise Invalid(Problem(name, "syntax", zh, en)) from None
    if not isinstance(found, dict):
        raise Invalid(Problem(name, "syntax", "应为一个对象", "must be one object"))
    inner = found.get("plan")
    plan = dict(inner if isinstance(inner, dict) else found)
    revision = found.get("revision")
    for extra in ("revision", "published_at", "published_by", "choices"):
        plan.pop(extra, None)
    for kind, (rows, _) in KINDS.items():
        if isinstance(plan.get(rows), list):
            plan[rows] = [_texts(kind, one) for one in plan[rows]]
    return revision if isinstance(revision, int) else None, plan


def write(revision: int, plan: Json, *, as_json: bool) -> str:
    """The whole plan, ready to be changed and published."""
    whole = {"revision": revision, **plan}
    if as_json:
        return json.dumps(whole, ensure_ascii=False, indent=1)
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, default_flow_style=None)


def values(kind: str, pairs: list[str]) -> Json:
    """``field=value`` words as values of this kind; raises Invalid with every misfit."""
    made: Json = {}
    problems = []
    for pair in pairs:
        field, equals, text = pair.partition("=")
        if not equals or field not in FIELDS[kind]:
            known = " ".join(FIELDS[kind])
            zh, en = f"应为 项=值；有：{known}", f"must be field=value; there are: {known}"
            problems.append(Problem(pair[:40], "unknown-field", zh, en))
            continue
        try:
            made[field] = _value(field, FIELDS[kind][field][0], text)
        except ValueError:
            problems.append(Problem(field, "value", *HOW.get(field, HOW[""])))
    if problems:
        raise Invalid(*problems)
    return made


HOURS = "24h / 1-5 09:00-17:30, 67 10:00-12:00"
HOW = {
    "hours": (f"例如 {HOURS}", f"such as {HOURS}"),
    "skills": ("例如 civil=0 tax=1", "such as civil=0 tax=1"),
    "active": ("yes 或 no", "yes or no"),
    "": ("应为整数", "must be a whole number"),
}


def _value(field: str, kind: type, text: str) -> object:
    if field == "hours":
        return [] if text in ("", "24h") else [_stretch(one) for one in text.split(", ")]
    if field == "skills":
        pairs = [one.partition("=") for one in text.split()]
        return {name: int(penalty or "0") for name, _, penalty in pairs}
    if kind is bool:
        return ("no", "yes").index(text) == 1
    return int(text) if kind is int else text


def _stretch(text: str) -> Json:
    found = _STRETCH.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    first, dash, last = found[1].partition("-")
    days = range(int(first), int(last) + 1) if dash else [int(day) for day in found[1]]
    return {"days": list(days), "from": found[2], "to": found[3]}


def _texts(kind: str, row: object) -> object:
    if not isinstance(row, dict):
        return row
    fixed = {
        name: str(value) if _meant_as_text(FIELDS[kind], name, value) else value
        for name, value in row.items()
    }
    if isinstance(hours := fixed.get("hours"), list):
        fixed["hours"] = [
            {k: str(v) if _meant_as_text(OPENING, k, v) else v for k, v in one.items()}
            if isinstance(one, dict)
            else one
            for one in hours
        ]
    return fixed


def _meant_as_text(fields: Mapping[str, tuple[type, object]], name: object, value: object) -> bool:
    wanted = fields.get(str(name))
    number = isinstance(value, int) and not isinstance(value, bool)
    return wanted is not None and wanted[0] is str and number

"""What differs between two plans, and taking a change back without touching what came later. PURE.

A plan is looked at as rows: (kind, name) and for each field its value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.core.hours import said as said_hours
from gateway.core.plan import Plan
from gateway.core.plan_json import from_json, openings, to_json

Row = Mapping[str, Any]
Rows = dict[tuple[str, str], Row]

KINDS: Mapping[str, tuple[str, str]] = {
    "queue": ("queues", "name"),
    "number": ("numbers", "did"),
    "seat": ("seats", "number"),
    "operator": ("operators", "login"),
}
"""Kind → its list in the plan's JSON, and the field that names a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference; values as in the plan's JSON, None for what is not there.

    ``action`` is add, change or remove; ``field`` is empty when a whole row comes or goes.
    """

    action: str
    kind: str
    name: str
    field: str = ""
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class Touched:
    """What somebody changed later, so that it cannot be taken back by itself."""

    kind: str
    name: str
    field: str


def diff(before: Plan, after: Plan) -> tuple[Change, ...]:
    """Every change, kind by kind, name by name."""
    old, new = _rows(before), _rows(after)
    changes: list[Change] = []
    for kind, name in sorted({*old, *new}, key=lambda key: (list(KINDS).index(key[0]), key[1])):
        was, now = old.get((kind, name)), new.get((kind, name))
        if was is None and now is not None:
            changes.append(Change(action="add", kind=kind, name=name, after=now))
        elif was is not None and now is None:
            changes.append(Change(action="remove", kind=kind, name=name, before=was))
        elif was is not None and now is not None:
            changes += [
                Change(
                    action="change",
                    kind=kind,
                    name=name,
                    field=field,
                    before=was[field],
                    after=now[field],
                )
                for field in was
                if was[field] != now[field]
            ]
    return tuple(changes)


def take_back(before: Plan, after: Plan, now: Plan) -> tuple[Plan, tuple[Touched, ...]]:
    """``now`` without the step from ``before`` to ``after``, and what stands in the way.

    Only what still is as that step left it is put back; with anything touched, ``now`` is given
    back as it is.
    """
    old, new, present = _rows(before), _rows(after), _rows(now)
    touched: list[Touched] = []
    result: Rows = dict(present)
    for key in {*old, *new}:
        was, made = old.get(key), new.get(key)
        if was == made:
            continue
        have = present.get(key)
        if was is None or made is None or have is None:
            if have != made:
                touched.append(Touched(*key, ""))
            elif was is None:
                del result[key]
            else:
                result[key] = was
            continue
        fields = [field for field in was if was[field] != made[field]]
        touched += [Touched(*key, field) for field in fields if have[field] != made[field]]
        result[key] = {**have, **{field: was[field] for field in fields}}
    if touched:
        return now, tuple(sorted(touched, key=lambda one: (one.kind, one.name, one.field)))
    return _plan(result), ()


def _rows(plan: Plan) -> Rows:
    whole = to_json(plan)
    return {
        (kind, _key(kind, str(row[field]))): row
        for kind, (name, field) in KINDS.items()
        for row in whole[name]
    }


def _key(kind: str, name: str) -> str:
    return name.casefold() if kind == "operator" else name


def _plan(rows: Rows) -> Plan:
    return from_json(
        {
            name: [row for (of, _), row in sorted(rows.items()) if of == kind]
            for kind, (name, _) in KINDS.items()
        }
    )


def in_words(field: str, value: Any) -> str:
    """A value of a change on one line; empty for none."""
    if value is None:
        return ""
    if not field:
        parts = ((name, in_words(name, one)) for name, one in value.items() if one or one is False)
        return ", ".join(f"{name}={said}" for name, said in parts)
    if field == "hours":
        return said_hours(openings(value))
    if isinstance(value, Mapping):
        return " ".join(f"{name}={penalty}" for name, penalty in sorted(value.items()))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)

"""A plan as JSON, and back; every misfit is said at once, each with its path (``queues[0].key``).

Here only names and types are looked at; what values may be is for ``plan_check``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.core.errors import Invalid, Problem
from gateway.core.hours import Opening
from gateway.core.number import GREETING, Number
from gateway.core.operator import Role
from gateway.core.plan import (
    MOST_NUMBERS,
    MOST_OPENINGS,
    MOST_OPERATORS,
    MOST_QUEUES,
    MOST_SEATS,
    Person,
    Place,
    Plan,
)
from gateway.core.queue import Queue

Json = dict[str, Any]

MOST_PROBLEMS = 200
MOST_CHARACTERS = 400
"""Of any text; the rules ask for far less."""

REQUIRED = object()
QUEUE: Mapping[str, tuple[type, object]] = {
    "name": (str, REQUIRED),
    "title_zh": (str, REQUIRED),
    "title_en": (str, REQUIRED),
    "strategy": (str, "leastrecent"),
    "ring_seconds": (int, 15),
    "max_wait_seconds": (int, 300),
    "wrap_up_seconds": (int, 60),
    "service_level_seconds": (int, 15),
    "key": (str, ""),
    "rank": (int, 0),
    "hours": (list, ()),
    "closed_queue": (str, ""),
    "language": (str, ""),
}
OPENING: Mapping[str, tuple[type, object]] = {
    "days": (list, REQUIRED),
    "from": (str, REQUIRED),
    "to": (str, REQUIRED),
}
NUMBER: Mapping[str, tuple[type, object]] = {
    "did": (str, REQUIRED),
    "title_zh": (str, ""),
    "title_en": (str, ""),
    "queue": (str, REQUIRED),
    "greeting": (str, GREETING),
    "tag": (str, ""),
    "origin": (str, ""),
}
SEAT: Mapping[str, tuple[type, object]] = {"number": (str, REQUIRED), "title": (str, "")}
OPERATOR: Mapping[str, tuple[type, object]] = {
    "login": (str, REQUIRED),
    "name": (str, REQUIRED),
    "role": (str, Role.OPERATOR.value),
    "active": (bool, True),
    "skills": (dict, {}),
}
"""Every field of a part of the plan: its type, and its default unless it is required."""

TYPES: Mapping[type, tuple[str, str]] = {
    str: ("应为文字", "must be text"),
    int: ("应为整数", "must be a whole number"),
    bool: ("应为 true 或 false", "must be true or false"),
    list: ("应为列表", "must be a list"),
    dict: ("应为对象", "must be an object"),
}


def to_json(plan: Plan) -> Json:
    """The plan as the API gives it."""
    return {
        "queues": [queue_json(one) for one in plan.queues],
        "numbers": [{name: getattr(one, name) for name in NUMBER} for one in plan.numbers],
        "seats": [{name: getattr(one, name) for name in SEAT} for one in plan.seats],
        "operators": [
            {
                "login": one.login,
                "name": one.name,
                "role": one.role.value,
                "active": one.active,
                "skills": dict(one.skills),
            }
            for one in plan.operators
        ],
    }


def queue_json(queue: Queue) -> Json:
    """One queue."""
    return {
        name: [opening_json(one) for one in queue.hours] if name == "hours" else value
        for name in QUEUE
        for value in (getattr(queue, name),)
    }


def opening_json(opening: Opening) -> Json:
    """One stretch of hours."""
    return {"days": list(opening.days), "from": opening.opens, "to": opening.closes}


def from_json(value: object) -> Plan:
    """The plan that this JSON is; raises Invalid with every misfit (the first 200)."""
    reader = _Reader()
    plan = reader.plan(value)
    if reader.problems:
        raise Invalid(*reader.problems[:MOST_PROBLEMS])
    return plan


def openings(value: Sequence[object]) -> tuple[Opening, ...]:
    """Hours as the store keeps them."""
    return _Reader().hours(value, "hours")


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def plan(self, value: object) -> Plan:
        lists = ("queues", "numbers", "seats", "operators")
        fields = dict.fromkeys(lists, (list, REQUIRED))
        whole = self._object(value, fields, "")
        return Plan(
            queues=tuple(
                Queue(**one | {"hours": self.hours(one["hours"], f"{at}.hours")})
                for at, one in self._rows(whole["queues"], "queues", MOST_QUEUES, QUEUE)
            ),
            numbers=tuple(
                Number(**one)
                for _, one in self._rows(whole["numbers"], "numbers", MOST_NUMBERS, NUMBER)
            ),
            seats=tuple(
                Place(**one) for _, one in self._rows(whole["seats"], "seats", MOST_SEATS, SEAT)
            ),
            operators=tuple(
                Person(**one | self._person(one, at))
                for at, one in self._rows(whole["operators"], "operators", MOST_OPERATORS, OPERATOR)
            ),
        )

    def hours(self, value: Sequence[object], at: str) -> tuple[Opening, ...]:
        found = []
        for path, one in self._rows(value, at, MOST_OPENINGS, OPENING):
            days = [day for day in one["days"] if isinstance(day, int) and day is not True]
            if len(days) != len(one["days"]) or len(days) > 7:
                self._say(f"{path}.days", "days", "应为 1 至 7 的列表", "must be a list of 1 to 7")
            found.append(Opening(days=tuple(days), opens=one["from"], closes=one["to"]))
        return tuple(found)

    def _person(self, one: Json, at: str) -> Json:
        skills = {
            str(name): penalty
            for name, penalty in list(one["skills"].items())[:MOST_QUEUES]
            if isinstance(penalty, int) and not isinstance(penalty, bool)
        }
        if len(skills) != len(one["skills"]):
            zh = f"应为 队列名: 顺位（整数），最多 {MOST_QUEUES} 个"
            en = f"must map queues to whole numbers, {MOST_QUEUES} at most"
            self._say(f"{at}.skills", "skills", zh, en)
        known = [role.value for role in Role]
        if one["role"] not in known:
            zh, en = f"允许：{' '.join(known)}", f"allowed: {' '.join(known)}"
            self._say(f"{at}.role", "not-a-choice", zh, en)
            return {"skills": skills, "role": Role.OPERATOR}
        return {"skills": skills, "role": Role(one["role"])}

    def _rows(
        self, values: Sequence[object], at: str, most: int, fields: Mapping[str, tuple[type, Any]]
    ) -> list[tuple[str, Json]]:
        if len(values) > most:
            self._say(at, "too-many", f"最多 {most} 项", f"{most} at most")
        return [
            (f"{at}[{index}]", self._object(one, fields, f"{at}[{index}]"))
            for index, one in enumerate(values[:most])
        ]

    def _object(self, value: object, fields: Mapping[str, tuple[type, Any]], at: str) -> Json:
        """Every field with a value of its type: what is missing or wrong is said and made up."""
        if not isinstance(value, Mapping):
            self._say(at, "not-an-object", *TYPES[dict])
            value = None
        given = value or {}
        for name in list(given)[:MOST_QUEUES]:
            if name not in fields:
                zh = f"没有这一项；有：{' '.join(fields)}"
                en = f"no such field; there are: {' '.join(fields)}"
                self._say(_join(at, str(name)[:40]), "unknown-field", zh, en)
        made: Json = {}
        for name, (kind, default) in fields.items():
            path = _join(at, name)
            if name in given and _is(given[name], kind):
                made[name] = given[name]
                continue
            made[name] = kind() if default is REQUIRED else default
            if name in given:
                self._say(path, "wrong-type", *TYPES[kind])
            elif default is REQUIRED and value is not None:
                self._say(path, "missing", "必须填写", "is needed")
        return made

    def _say(self, path: str, code: str, zh: str, en: str) -> None:
        self.problems.append(Problem(path, code, zh, en))


def _join(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _is(value: object, kind: type) -> bool:
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        return False
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 31
    return isinstance(value, kind)

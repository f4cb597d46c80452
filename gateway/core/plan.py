"""The plan: everything that an admin sets on a running hotline, as one value.

Queues, numbers, seats and people. It is checked, compared, published and undone as a whole
(``plan_check``, ``plan_diff``); as JSON it is what the API and the files of ``hotline plan`` hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gateway.core.number import Number
from gateway.core.operator import Operator, Role
from gateway.core.queue import FALLBACK, Queue
from gateway.core.seat import Seat

MOST_QUEUES = 100
MOST_NUMBERS = 200
MOST_SEATS = 1000
MOST_OPERATORS = 3000
MOST_OPENINGS = 21
MOST_COMMENT = 400
MOST_NEW_LOGINS = 100
"""People added at once: each needs a password that takes its time to hash."""
COMMAND_LINE = "cli:"
"""Begins the login of whoever works on the machine itself; no person's login may hold a colon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A seat, without who sits there."""

    number: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An operator, without password and sessions. ``skills`` maps queues to penalties."""

    login: str
    name: str
    role: Role = Role.OPERATOR
    active: bool = True
    skills: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All of it. The fallback queue is the system's own and not part of it."""

    queues: tuple[Queue, ...] = ()
    numbers: tuple[Number, ...] = ()
    seats: tuple[Place, ...] = ()
    operators: tuple[Person, ...] = ()


def plan_of(
    queues: Iterable[Queue],
    numbers: Iterable[Number],
    seats: Iterable[Seat],
    operators: Iterable[Operator],
) -> Plan:
    """The plan that these rows of the store are; simulated and removed people are left out."""
    return Plan(
        queues=tuple(sorted((q for q in queues if q.name != FALLBACK), key=lambda q: q.name)),
        numbers=tuple(sorted(numbers, key=lambda n: n.did)),
        seats=tuple(
            Place(number=seat.number, title=seat.title)
            for seat in sorted(seats, key=lambda seat: seat.number)
        ),
        operators=tuple(
            Person(
                login=one.login,
                name=one.name,
                role=one.role,
                active=one.active,
                skills=dict(sorted(one.skills.items())),
            )
            for one in sorted(operators, key=lambda one: one.login.casefold())
            if is_planned(one)
        ),
    )


def is_planned(operator: Operator) -> bool:
    """Whether this login belongs to the plan: a real person who was not removed."""
    named = not operator.login.startswith(COMMAND_LINE)
    return named and not operator.simulated and not operator.removed


def normal(plan: Plan) -> Plan:
    """The same plan in the order in which plans are kept and compared."""
    return Plan(
        queues=tuple(sorted(plan.queues, key=lambda one: one.name)),
        numbers=tuple(sorted(plan.numbers, key=lambda one: one.did)),
        seats=tuple(sorted(plan.seats, key=lambda one: one.number)),
        operators=tuple(sorted(plan.operators, key=lambda one: one.login.casefold())),
    )

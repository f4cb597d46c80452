"""What a plan would take away from under somebody at this moment."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.core.call import CallState
from gateway.core.errors import Problem
from gateway.core.plan import Plan
from gateway.core.seat import SeatState
from gateway.intake.floor import Floor

CODE = "in-use"
WAITING = frozenset({CallState.WAITING, CallState.OFFERED})


def in_use(floor: Floor, plan: Plan, before: Plan) -> tuple[Problem, ...]:
    """Seats where somebody sits, queues where somebody waits, people who are with a caller."""
    return (*_seats(floor, plan), *_queues(floor, plan, before), *_people(floor, plan))


def _seats(floor: Floor, plan: Plan) -> Iterator[Problem]:
    kept = {one.number for one in plan.seats}
    for seat in floor.seats.values():
        if seat.number not in kept and seat.state is not SeatState.SIGNED_OUT:
            zh = f"坐席 {seat.number} 有人签入，请先签出再删除"
            en = f"somebody sits at {seat.number}: let them sign out first"
            yield Problem("seats", CODE, zh, en)


def _queues(floor: Floor, plan: Plan, before: Plan) -> Iterator[Problem]:
    gone = {one.name for one in before.queues} - {one.name for one in plan.queues}
    for name in sorted(gone):
        calls = floor.calls.values()
        if count := sum(1 for one in calls if one.queue == name and one.state in WAITING):
            zh = f"队列 {name} 有 {count} 人在等待，请等他们接通后再删除"
            en = f"{count} callers wait in {name}: remove it when they have been answered"
            yield Problem("queues", CODE, zh, en)


def _people(floor: Floor, plan: Plan) -> Iterator[Problem]:
    active = {one.login.casefold() for one in plan.operators if one.active}
    for seat in floor.seats.values():
        operator = floor.operators.get(seat.operator_id)
        if operator is None or operator.simulated or not seat.contact_id:
            continue
        if operator.login.casefold() not in active:
            zh = f"{operator.login} 正在处理来电，请稍后再停用或删除"
            en = f"{operator.login} is with a caller: disable or remove them afterwards"
            yield Problem("operators", CODE, zh, en)

"""How often experts answered in a time, counted from the guests of calls (S1 article 8 (5))."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gateway.core.errors import Invalid, Problem
from gateway.core.expert import Department, Expert
from gateway.core.expert_report import Answered, Report, report
from gateway.core.guest import Guest
from gateway.ports import Store

MOST_DAYS = 400

Json = dict[str, Any]


async def counted(
    store: Store, since: datetime, until: datetime, experts: Mapping[str, Expert]
) -> Report:
    """The figures of ``[since, until)``. Raises Invalid for a time that is none or too long."""
    if not 0 < (until - since).total_seconds() <= MOST_DAYS * 86_400:
        zh, en = f"时间段应为 1 至 {MOST_DAYS} 天。", f"The time is 1 to {MOST_DAYS} days."
        raise Invalid(Problem("/until", "range", zh, en))
    guests: list[Guest] = []
    last: Guest | None = None
    while page := await store.experts_asked(since, until, after=last):
        guests.extend(page)
        last = page[-1]
    return report(guests, {one.id: one.department_id for one in experts.values()})


def figures_view(
    found: Report, experts: Mapping[str, Expert], departments: Mapping[str, Department]
) -> Json:
    """The figures as JSON, with the names of whoever is still there."""

    def named(id_: str, figures: Answered, title: str) -> Json:
        return {"id": id_, "title": title, **_view(figures)}

    titles = {id_: one.title_zh for id_, one in departments.items()}
    names = {id_: one.name for id_, one in experts.items()}
    return {
        "whole": _view(found.whole),
        "departments": [
            named(id_, one, titles.get(id_, "")) for id_, one in found.departments.items()
        ],
        "experts": [named(id_, one, names.get(id_, "")) for id_, one in found.experts.items()],
    }


def _view(one: Answered) -> Json:
    return {
        "asked": one.asked,
        "answered": one.answered,
        "no_answer": one.no_answer,
        "busy": one.busy,
        "rejected": one.rejected,
        "unreachable": one.unreachable,
        "withdrawn": one.withdrawn,
        "rate": None if one.rate is None else round(one.rate, 4),
        "ring_seconds": None if one.ring_seconds is None else round(one.ring_seconds, 1),
    }

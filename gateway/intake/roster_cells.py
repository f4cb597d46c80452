"""Parts of a roster's line: whether somebody can be called, and the rota's cells. No I/O."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from gateway.core.expert import Department, Duty, Expert, sound
from gateway.core.rota_text import MOST_ORDER, read_days

NUMBER = re.compile(r"\+?[0-9]{3,20}")

Says = tuple[str, str]
"""Chinese, English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is there: trunks that lead out, our seats, departments, ids of experts."""

    trunks: Collection[str]
    seats: Collection[str]
    departments: Mapping[str, Department] = field(default_factory=dict)
    experts: Collection[str] = ()


def unreachable(expert: Expert, known: Known) -> list[Says]:
    """Why this expert could not be called: neither or both ways, or a way that is not there."""
    if bool(expert.number) == bool(expert.seat):
        return [("电话和坐席须填且只填一项", "give a number or a seat, one of them")]
    if expert.seat:
        there = expert.seat in known.seats
        return [] if there else [("没有这个坐席", "there is no such seat")]
    said: list[Says] = []
    if not NUMBER.fullmatch(expert.number):
        said.append(
            ("电话应为 3 至 20 位数字，可以 + 开头", "number: 3 to 20 digits, maybe after +")
        )
    if expert.trunk not in known.trunks:
        names = "、".join(sorted(known.trunks))
        if not names:
            return [
                *said,
                (
                    "没有可以呼出的中继，请在设置 [[trunk]] 中填写 host",
                    "no trunk leads out; set host in [[trunk]] of the settings",
                ),
            ]
        said.append((f"中继应为：{names}", f"trunk: one of {names}"))
    return said


def read_cells(cells: Mapping[str, str], said: list[Says]) -> Duty | None:
    """The rota in one line's cells; None when it says nothing of it or is wrong (``said`` why)."""
    if not any(cells[name] for name in ("days", "opens", "closes", "first", "last", "order")):
        return None
    days = read_days(cells["days"])
    if days is None:
        said.append(
            ("值班日填“工作日”“每天”或 1-5 这样的星期", "days: workdays, daily, or weekdays as 1-5")
        )
    dates: dict[str, date | None] = {}
    for name, word in (("first", "起始日期"), ("last", "截止日期")):
        try:
            dates[name] = date.fromisoformat(cells[name].replace("/", "-")) if cells[name] else None
        except ValueError:
            said.append((f"{word}应如 2026-03-01", f"{name}: a day such as 2026-03-01"))
            dates[name] = None
    order = cells["order"] or "1"
    if not re.fullmatch("[1-9][0-9]?", order):
        said.append((f"顺序为 1 至 {MOST_ORDER}", f"order: 1 to {MOST_ORDER}"))
        order = "1"
    duty = Duty(
        days=days or (),
        opens=_clock(cells["opens"]) or "09:00",
        closes=_clock(cells["closes"]) or "17:30",
        first=dates["first"],
        last=dates["last"],
        order=int(order),
    )
    if not sound(duty):
        said.append(
            (
                "时间应如 09:00，开始与结束不同，起始日期不晚于截止日期",
                "times such as 09:00 that differ, and first not after last",
            )
        )
        return None
    return duty


def _clock(text: str) -> str:
    """``9:00`` as spreadsheets write it becomes ``09:00``."""
    return f"0{text}" if re.fullmatch("[0-9]:[0-5][0-9]", text) else text

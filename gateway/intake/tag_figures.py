"""How each special line and each merged hotline did in a time, for people and for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from gateway.core.centre import centre_figures
from gateway.core.errors import Invalid, Problem
from gateway.core.tag_statistics import Counted, LineFigures, TagReport, Tally
from gateway.ports import Store

MOST_DAYS = 400
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet (CWE-1236)."""

Json = dict[str, Any]

COLUMNS = {
    "group": "类别 group",
    "name": "名称 name",
    "arrived": "来电 arrived",
    "answered": "接听 answered",
    "abandoned": "呼损 abandoned",
    "lost": "中断 lost",
    "overflowed": "溢出 overflowed",
    "open": "进行中 open",
    "connect_rate": "接通率 connect_rate",
    "answered_in_15s": "15秒接听 answered_in_15s",
    "answered_in_15s_rate": "15秒接听率 answered_in_15s_rate",
    "average_wait_seconds": "平均等待秒 average_wait_seconds",
    "messages": "会话 messages",
    "messages_answered": "已答复 messages_answered",
    "messages_unanswered": "未答复 messages_unanswered",
    "messages_in_time": "按时答复 messages_in_time",
    "messages_in_time_rate": "按时答复率 messages_in_time_rate",
}


async def counted(store: Store, since: datetime, until: datetime) -> TagReport:
    """The figures of what began in ``[since, until)``, page by page.

    Raises Invalid for a time that is none or too long, and StoreUnavailable.
    """
    if not 0 < (until - since).total_seconds() <= MOST_DAYS * 86_400:
        zh, en = f"时间段应为 1 至 {MOST_DAYS} 天。", f"The time is 1 to {MOST_DAYS} days."
        raise Invalid(Problem("/until", "range", zh, en))
    tally = Tally()
    last: Counted | None = None
    while page := await store.contacts_counted(since, until, after=last):
        for one in page:
            tally.add(one)
        last = page[-1]
    centres = centre_figures(await store.centres_counted(since, until))
    return replace(tally.report(), centres=centres)


def report_view(report: TagReport) -> Json:
    """The figures as JSON; an empty name is what came without a tag, or by our own numbers."""
    return {
        "whole": _view(report.whole),
        "tags": [{"name": name, **_view(one)} for name, one in report.tags.items()],
        "origins": [{"name": name, **_view(one)} for name, one in report.origins.items()],
        "centres": [{"name": name, **asdict(one)} for name, one in report.centres.items()],
    }


def report_csv(report: TagReport) -> str:
    """The same for a spreadsheet: UTF-8 with a mark, so that it is not taken for another."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS.values())
    for group, name, figures in _lines(report):
        row = {"group": group, "name": name, **_view(figures)}
        writer.writerow([cell(row[column]) for column in COLUMNS])
    for name, theirs in report.centres.items():
        row = {"group": "分中心自有 sub-centre", "name": name, **asdict(theirs)}
        writer.writerow([cell(row.get(column)) for column in COLUMNS])
    return "\ufeff" + out.getvalue()


def cell(value: object) -> object:
    """What is nothing is empty; a text that a spreadsheet would compute stays a text."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _lines(report: TagReport) -> Iterator[tuple[str, str, LineFigures]]:
    yield "全部 all", "", report.whole
    for name, one in report.tags.items():
        yield "专线 tag", name, one
    for name, one in report.origins.items():
        yield "来源 origin", name, one


def _view(figures: LineFigures) -> Json:
    calls, written = figures.calls, figures.written
    return {
        "arrived": calls.arrived,
        "answered": calls.answered,
        "abandoned": calls.abandoned,
        "lost": calls.lost,
        "overflowed": calls.overflowed,
        "open": calls.open,
        "connect_rate": _rounded(calls.connect_rate),
        "answered_in_15s": calls.in_time,
        "answered_in_15s_rate": _rounded(calls.in_time_rate),
        "average_wait_seconds": _rounded(calls.average_wait_seconds, 1),
        "messages": written.received,
        "messages_answered": written.answered,
        "messages_unanswered": written.unanswered,
        "messages_in_time": written.in_time,
        "messages_in_time_rate": _rounded(written.in_time_rate),
    }


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)

"""The figures of each special line and each merged hotline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from aiohttp import web

from gateway.core.operator import Right
from gateway.intake.tag_figures import report_csv, report_view
from gateway.web.operation import Ask, Operation
from gateway.web.uses import WebParts

PATH = "/api/v1/statistics/tags"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What began at ``since`` or later, before ``until``; 400 days at most."""

    since: datetime
    until: datetime


class LineTotals(TypedDict):
    """Calls as on the wallboard; ``messages`` are conversations, forms among them.

    Rates are 0..1, null while there is nothing to count.
    """

    arrived: int
    answered: int
    abandoned: int
    lost: int
    overflowed: int
    open: int
    connect_rate: float | None
    answered_in_15s: int
    answered_in_15s_rate: float | None
    average_wait_seconds: float | None
    messages: int
    messages_answered: int
    messages_unanswered: int
    messages_in_time: int
    messages_in_time_rate: float | None


class NamedTotals(LineTotals):
    """Of one tag or origin; an empty name is what came without one."""

    name: str


class CentreTotals(TypedDict):
    """What a sub-centre's own system told of: not ours, and in no other figure.

    ``arrived``, ``answered``, ``abandoned`` and ``open`` are calls.
    """

    name: str
    arrived: int
    answered: int
    abandoned: int
    open: int
    messages: int
    messages_answered: int
    messages_unanswered: int


class TagTotals(TypedDict):
    """Of all, by special line, and by the hotline that merged into ours; sub-centres' own."""

    whole: LineTotals
    tags: list[NamedTotals]
    origins: list[NamedTotals]
    centres: list[CentreTotals]


class TagsApi:
    """/api/v1/statistics/tags."""

    def __init__(self, parts: WebParts) -> None:
        self._records = parts.records

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path=PATH,
                policy=Right.WATCH,
                handler=self.report,
                summary="Calls and messages by special line and by origin over a time",
                summary_zh="按专线标签和来源热线统计来电与会话",
                tag="watch",
                query=Span,
                answer=TagTotals,
                problems=(503,),
            ),
            Operation(
                method="GET",
                path=f"{PATH}.csv",
                policy=Right.WATCH,
                handler=self.sheet,
                summary="The same as CSV (UTF-8), for a spreadsheet",
                summary_zh="同上，CSV 表格（UTF-8）",
                tag="watch",
                query=Span,
                media="text/csv",
                problems=(503,),
            ),
        )

    async def report(self, ask: Ask) -> web.StreamResponse:
        """统计."""
        span = ask.sent(Span)
        return web.json_response(report_view(await self._records.by_line(span.since, span.until)))

    async def sheet(self, ask: Ask) -> web.StreamResponse:
        """统计表格."""
        span = ask.sent(Span)
        text = report_csv(await self._records.by_line(span.since, span.until))
        named = {"Content-Disposition": 'attachment; filename="lines.csv"'}
        return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=named)

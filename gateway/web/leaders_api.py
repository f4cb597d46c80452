"""领导接听日: booked, changed, called off, reported; what an assistant does in the call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Any, TypedDict

from aiohttp import web

from gateway.core.errors import Invalid, Problem
from gateway.core.guest_kind import GuestMode
from gateway.core.leader_day import MOST_CHARACTERS
from gateway.core.leader_day import LeaderDay as Booked
from gateway.core.operator import Right
from gateway.intake.leader_days import SHOWN, Wanted
from gateway.intake.leader_report import report_view
from gateway.intake.views import moment
from gateway.web.operation import Ask, Empty, Operation
from gateway.web.shape import Text, Texts
from gateway.web.uses import LeaderParts

DAY = "{day_id:[A-Za-z0-9_-]{1,64}}"
WHERE = "/api/v1/leader-days"
VOICE_SECONDS = 60.0
MOST_NUMBERS = 200


class Way(StrEnum):
    """How the assistant takes part."""

    LISTEN = "listen"
    WHISPER = "whisper"
    LEAVE = "leave"


class LeaderDay(TypedDict):
    """One booking; ``date``, ``begins`` and ``ends`` are the site's own time."""

    id: str
    date: str
    begins: str
    ends: str
    begins_at: str
    ends_at: str
    name: str
    title: str
    department: str
    seat: str
    assistant: str
    queue: str
    key: str
    dids: list[str]
    on: bool
    ahead: bool
    booked_by: str
    cancelled_by: str
    cancelled_at: str | None


class LeaderDayList(TypedDict):
    """The latest first, and what can be chosen for another."""

    items: list[LeaderDay]
    seats: list[str]
    queues: list[dict[str, str]]
    keys: list[str]
    numbers: list[dict[str, str]]


class LeaderReport(TypedDict):
    """Figures of one day, and who of it is to be called back (``gateway.core.leader_report``)."""

    offered: int
    answered: int
    elsewhere: int
    abandoned: int
    open: int
    average_wait_seconds: float | None
    longest_wait_seconds: float | None
    average_talk_seconds: float | None
    matters: dict[str, int]
    promises: dict[str, int]
    overdue: int
    callbacks: dict[str, int]
    back: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderDaySent:
    """A day as it shall be: ``date`` 2026-12-01, ``begins`` and ``ends`` 09:00 in local time."""

    date: Annotated[str, Text(10, 10)]
    begins: Annotated[str, Text(5, 5)]
    ends: Annotated[str, Text(5, 5)]
    name: Annotated[str, Text(1, MOST_CHARACTERS)]
    title: Annotated[str, Text(1, MOST_CHARACTERS)]
    seat: Annotated[str, Text(1, 20)]
    queue: Annotated[str, Text(1, 32)]
    dids: Annotated[tuple[str, ...], Texts(MOST_NUMBERS, Text(1, 20))]
    department: Annotated[str, Text(0, MOST_CHARACTERS)] = ""
    assistant: Annotated[str, Text(0, 20)] = ""
    key: Annotated[str, Text(0, 1)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowSent:
    """What the assistant wants of the leader's call."""

    contact_id: Annotated[str, Text(1, 64)]
    mode: Way


class LeadersApi:
    """/api/v1/leader-days."""

    def __init__(self, parts: LeaderParts) -> None:
        self._days, self._shadow = parts.days, parts.shadow

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path=WHERE,
                policy=Right.WATCH,
                handler=self.last,
                summary="Leaders' days, and what can be chosen for another",
                summary_zh="领导接听日及可选坐席、队列、按键",
                tag="leader-days",
                answer=LeaderDayList,
                problems=(503,),
            ),
            Operation(
                method="POST",
                path=WHERE,
                policy=Right.WATCH,
                handler=self.book,
                summary="Book a leader's day",
                summary_zh="预约领导接听日",
                tag="leader-days",
                body=LeaderDaySent,
                answer_seconds=VOICE_SECONDS,
                answer=LeaderDay,
                status=201,
                problems=(409, 503),
            ),
            Operation(
                method="PUT",
                path=f"{WHERE}/{DAY}",
                policy=Right.WATCH,
                handler=self.change,
                summary="Change a leader's day",
                summary_zh="修改领导接听日",
                tag="leader-days",
                body=LeaderDaySent,
                answer_seconds=VOICE_SECONDS,
                answer=LeaderDay,
                problems=(404, 409, 503),
            ),
            Operation(
                method="POST",
                path=f"{WHERE}/{DAY}/cancel",
                policy=Right.WATCH,
                handler=self.cancel,
                summary="Call a leader's day off",
                summary_zh="取消领导接听日",
                tag="leader-days",
                body=Empty,
                status=204,
                problems=(404, 409, 503),
            ),
            Operation(
                method="GET",
                path=f"{WHERE}/{DAY}/report",
                policy=Right.SUPERVISE,
                handler=self.report,
                summary="What came of a leader's day, and who is to be called back",
                summary_zh="领导接听日统计与回访清单",
                tag="leader-days",
                answer=LeaderReport,
                problems=(404, 503),
            ),
            Operation(
                method="POST",
                path=f"{WHERE}/shadow",
                policy=Right.TAKE_CALLS,
                handler=self.shadow,
                summary="The assistant listens, whispers or leaves",
                summary_zh="助理旁听、耳语或退出",
                tag="leader-days",
                body=ShadowSent,
                status=204,
                problems=(404, 409, 503),
            ),
        )

    async def last(self, _ask: Ask) -> web.StreamResponse:
        """接听日列表."""
        floor, choices = self._days.floor, self._days.choices()
        found = await floor.store.leader_days(SHOWN)
        queues = [floor.queues[name] for name in choices.queues]
        answer = {
            "items": [self._view(one) for one in found],
            "seats": sorted(choices.seats),
            "queues": [
                {"name": one.name, "title_zh": one.title_zh, "title_en": one.title_en}
                for one in queues
            ],
            "keys": list(choices.keys),
            "numbers": [
                {"did": one.did, "title_zh": one.title_zh, "title_en": one.title_en}
                for one in floor.numbers.values()
            ],
        }
        return web.json_response(answer)

    async def book(self, ask: Ask) -> web.StreamResponse:
        """预约."""
        made = await self._days.book(ask.operator, _wanted(ask.sent(LeaderDaySent)))
        return web.json_response(self._view(made), status=201)

    async def change(self, ask: Ask) -> web.StreamResponse:
        """修改."""
        wanted = _wanted(ask.sent(LeaderDaySent))
        made = await self._days.change(ask.operator, ask.part("day_id"), wanted)
        return web.json_response(self._view(made))

    async def cancel(self, ask: Ask) -> web.StreamResponse:
        """取消."""
        await self._days.cancel(ask.operator, ask.part("day_id"))
        return web.Response(status=204)

    async def report(self, ask: Ask) -> web.StreamResponse:
        """统计与回访清单."""
        return web.json_response(await report_view(self._days.floor, ask.part("day_id")))

    async def shadow(self, ask: Ask) -> web.StreamResponse:
        """助理."""
        sent = ask.sent(ShadowSent)
        mode = None if sent.mode is Way.LEAVE else GuestMode(sent.mode.value)
        await self._shadow.act(ask.operator, sent.contact_id, mode)
        return web.Response(status=204)

    def _view(self, one: Booked) -> dict[str, Any]:
        names, now = self._days.floor.names, self._days.floor.clock.now()
        begins, ends = (at.astimezone(self._days.zone) for at in (one.begins_at, one.ends_at))
        kept = ("id", "name", "title", "department", "seat", "assistant", "queue", "key")
        alive = one.cancelled_at is None and now < one.ends_at
        return {
            **{name: getattr(one, name) for name in kept},
            "date": begins.date().isoformat(),
            "begins": f"{begins:%H:%M}",
            "ends": f"{ends:%H:%M}",
            "begins_at": moment(one.begins_at),
            "ends_at": moment(one.ends_at),
            "dids": list(one.dids),
            "on": alive and one.begins_at <= now,
            "ahead": alive,
            "booked_by": names.get(one.booked_by, ""),
            "cancelled_by": names.get(one.cancelled_by, ""),
            "cancelled_at": moment(one.cancelled_at),
        }


def _wanted(sent: LeaderDaySent) -> Wanted:
    problems = []
    for name, read in (("date", _date), ("begins", _time), ("ends", _time)):
        try:
            read(getattr(sent, name))
        except ValueError:
            zh, en = "日期写 2026-12-01，时间写 09:00。", "Write 2026-12-01 and 09:00."
            problems.append(Problem(f"/{name}", "not-a-time", zh, en))
    if problems:
        raise Invalid(*problems)
    return Wanted(
        date=_date(sent.date),
        begins=_time(sent.begins),
        ends=_time(sent.ends),
        name=sent.name,
        title=sent.title,
        department=sent.department,
        seat=sent.seat,
        assistant=sent.assistant,
        queue=sent.queue,
        key=sent.key,
        dids=sent.dids,
    )


def _date(written: str) -> date:
    return datetime.strptime(written, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone


def _time(written: str) -> time:
    return datetime.strptime(written, "%H:%M").time()  # noqa: DTZ007 - the site's own time

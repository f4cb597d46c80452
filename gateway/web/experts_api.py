"""专家: departments, their experts, the rota of a week, and files of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiohttp import web

from gateway.core import expert as core
from gateway.core.errors import Invalid, Problem
from gateway.core.operator import Right
from gateway.core.rota_text import read_duty, said
from gateway.intake.expert_figures import counted, figures_view
from gateway.intake.experts import Experts
from gateway.web import experts_shapes as shapes
from gateway.web.operation import Ask, Operation

ID = "[a-z0-9][a-z0-9_-]{0,31}"
DEPARTMENT = f"/api/v1/departments/{{department_id:{ID}}}"
EXPERT = f"/api/v1/experts/{{expert_id:{ID}}}"
CSV_BYTES = 6 * shapes.MOST_CSV
"""A character may be written as six in JSON."""

Json = dict[str, Any]


class ExpertsApi:
    """/api/v1/departments and /api/v1/experts."""

    def __init__(self, experts: Experts) -> None:
        self._experts = experts

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (*self._department_operations(), *self._expert_operations())

    def _department_operations(self) -> tuple[Operation, ...]:
        return (
            Operation(
                method="GET",
                path="/api/v1/departments",
                policy=Right.WATCH,
                handler=self.departments,
                summary="Every department, and how many of its experts could come now",
                summary_zh="部门及可用专家数",
                tag="experts",
                answer=shapes.Departments,
            ),
            Operation(
                method="PUT",
                path=DEPARTMENT,
                policy=Right.MANAGE,
                handler=self.keep_department,
                summary="Add or change a department",
                summary_zh="新增或修改部门",
                tag="experts",
                body=shapes.DepartmentSent,
                status=204,
                problems=(404, 503),
            ),
            Operation(
                method="DELETE",
                path=DEPARTMENT,
                policy=Right.MANAGE,
                handler=self.drop_department,
                summary="Remove a department without experts",
                summary_zh="删除没有专家的部门",
                tag="experts",
                status=204,
                problems=(404, 409, 503),
            ),
        )

    def _expert_operations(self) -> tuple[Operation, ...]:
        return (
            Operation(
                method="GET",
                path="/api/v1/experts",
                policy=Right.MANAGE,
                handler=self.experts,
                summary="Every expert with number and rota",
                summary_zh="专家名单（含号码与值班）",
                tag="experts",
                answer=shapes.Experts,
            ),
            Operation(
                method="GET",
                path="/api/v1/experts/rota",
                policy=Right.WATCH,
                handler=self.rota,
                summary="Who is on duty in a department in one week, and when nobody is",
                summary_zh="部门一周值班表与空档",
                tag="experts",
                query=shapes.RotaAsked,
                answer=shapes.Rota,
                problems=(404,),
            ),
            Operation(
                method="GET",
                path="/api/v1/experts/report",
                policy=Right.WATCH,
                handler=self.report,
                summary="How often experts and departments answered in a time",
                summary_zh="专家与部门应答率",
                tag="experts",
                query=shapes.Span,
                answer=shapes.ExpertReport,
                problems=(503,),
            ),
            Operation(
                method="POST",
                path="/api/v1/experts/import",
                policy=Right.MANAGE,
                handler=self.take,
                summary="Read a CSV file; with a faulty line nothing of it is written",
                summary_zh="导入专家 CSV（有误则一行不写）",
                tag="experts",
                body=shapes.Sheet,
                body_bytes=CSV_BYTES,
                answer=shapes.Imported,
                problems=(503,),
            ),
            Operation(
                method="PUT",
                path=EXPERT,
                policy=Right.MANAGE,
                handler=self.keep,
                summary="Add or change an expert",
                summary_zh="新增或修改专家",
                tag="experts",
                body=shapes.ExpertSent,
                status=204,
                problems=(404, 503),
            ),
            Operation(
                method="DELETE",
                path=EXPERT,
                policy=Right.MANAGE,
                handler=self.drop,
                summary="Remove an expert; name and number are forgotten",
                summary_zh="删除专家（姓名与号码一并清除）",
                tag="experts",
                status=204,
                problems=(404, 503),
            ),
        )

    async def departments(self, _ask: Ask) -> web.StreamResponse:
        """部门."""
        free = {one["id"]: one["available"] for one in self._experts.department_entries()}
        items = [
            {
                "id": one.id,
                "title_zh": one.title_zh,
                "title_en": one.title_en,
                "focus": one.focus,
                "ring_seconds": one.ring_seconds,
                "experts": len(self._experts.people(one.id)),
                "available": free[one.id],
            }
            for one in self._experts.departments.values()
            if one.id in free
        ]
        return web.json_response({"items": items})

    async def keep_department(self, ask: Ask) -> web.StreamResponse:
        """Add or change one."""
        sent = ask.sent(shapes.DepartmentSent)
        department = core.Department(
            id=ask.part("department_id"),
            title_zh=sent.title_zh,
            title_en=sent.title_en,
            focus=sent.focus,
            ring_seconds=sent.ring_seconds,
        )
        await self._experts.keep_department(ask.operator, department)
        return web.Response(status=204)

    async def drop_department(self, ask: Ask) -> web.StreamResponse:
        """Remove one."""
        await self._experts.drop_department(ask.operator, ask.part("department_id"))
        return web.Response(status=204)

    async def experts(self, _ask: Ask) -> web.StreamResponse:
        """专家名单."""
        known = self._experts.known()
        live = {one["id"]: one for one in self._experts.entries()}
        items = [_expert_view(one, live[one.id]) for one in self._experts.people()]
        found = {"items": items, "trunks": sorted(known.trunks), "seats": sorted(known.seats)}
        return web.json_response(found)

    async def keep(self, ask: Ask) -> web.StreamResponse:
        """Add or change one."""
        sent = ask.sent(shapes.ExpertSent)
        duties = [read_duty(line) for line in sent.duties]
        wrong = [place for place, duty in enumerate(duties) if duty is None]
        if wrong:
            zh = "应如：工作日 09:00-17:30，或 1-5 22:00-06:00 2026-03-01..2026-12-31 #2"
            en = "As: workdays 09:00-17:30, or 1-5 22:00-06:00 2026-03-01..2026-12-31 #2"
            raise Invalid(*(Problem(f"/duties/{place}", "not-a-duty", zh, en) for place in wrong))
        expert = core.Expert(
            id=ask.part("expert_id"),
            department_id=sent.department_id,
            name=sent.name,
            number=sent.number,
            trunk=sent.trunk if sent.number else "",
            seat=sent.seat,
            skills=sent.skills,
            duties=tuple(duty for duty in duties if duty),
            active=sent.active,
        )
        await self._experts.keep(ask.operator, expert)
        return web.Response(status=204)

    async def drop(self, ask: Ask) -> web.StreamResponse:
        """Remove one."""
        await self._experts.drop(ask.operator, ask.part("expert_id"))
        return web.Response(status=204)

    async def take(self, ask: Ask) -> web.StreamResponse:
        """导入."""
        sent = ask.sent(shapes.Sheet)
        roster = await self._experts.take(ask.operator, sent.csv, dry_run=sent.dry_run)
        return web.json_response(
            {
                "departments": len(roster.departments),
                "experts": len(roster.experts),
                "written": not roster.bad and not sent.dry_run,
                "bad": [{"line": one.line, "zh": one.zh, "en": one.en} for one in roster.bad],
            }
        )

    async def report(self, ask: Ask) -> web.StreamResponse:
        """应答率."""
        span, one = ask.sent(shapes.Span), self._experts
        found = await counted(one.floor.store, span.since, span.until, one.experts)
        return web.json_response(figures_view(found, one.experts, one.departments))

    async def rota(self, ask: Ask) -> web.StreamResponse:
        """一周值班表."""
        asked = ask.sent(shapes.RotaAsked)
        self._experts.title(asked.department)
        monday, slots = self._experts.week(asked.department, asked.at)
        days = [monday + timedelta(days=n) for n in range(7)]
        office = self._experts.office
        return web.json_response(
            {
                "monday": monday.isoformat(),
                "opens": office.opens.isoformat("minutes"),
                "closes": office.closes.isoformat("minutes"),
                "days_off": [day.isoformat() for day in days if not office.workday(day)],
                "slots": [
                    {
                        "begin": slot.begin.isoformat(timespec="minutes"),
                        "end": slot.end.isoformat(timespec="minutes"),
                        "experts": list(slot.experts),
                    }
                    for slot in slots
                ],
            }
        )


def _expert_view(one: core.Expert, live: Json) -> Json:
    return {
        "id": one.id,
        "department_id": one.department_id,
        "name": one.name,
        "number": one.number,
        "trunk": one.trunk,
        "seat": one.seat,
        "skills": list(one.skills),
        "duties": [said(duty) for duty in one.duties],
        "active": one.active,
        "available": live["available"],
        "reason": live["reason"],
    }

"""Complaints about staff over HTTP: marked by operators, listed and closed by supervisors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp import web

from gateway.core.operator import Operator, Right
from gateway.core.staff_complaint import StaffComplaint
from gateway.intake.staff_complaints import StaffComplaints
from gateway.intake.views import moment
from gateway.web import conduct_shapes as shapes
from gateway.web.calls_api import CONTACT
from gateway.web.operation import Ask, Operation

COMPLAINT = "{complaint_id:[A-Za-z0-9_-]{1,64}}"
HERE = "/api/v1/staff-complaints"


class StaffComplaintsApi:
    """/api/v1/contacts/{contact_id}/staff-complaint, /api/v1/staff-complaints."""

    def __init__(self, complaints: StaffComplaints) -> None:
        self._complaints = complaints
        self._floor = complaints.floor

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        contact = f"/api/v1/contacts/{CONTACT}/staff-complaint"
        return (
            Operation(
                method="GET",
                path=contact,
                policy=Right.TAKE_CALLS,
                handler=self.of,
                summary="The complaint about staff in this contact, and who can be named",
                summary_zh="本次接触的投诉工作人员登记",
                tag="conduct",
                answer=shapes.ContactComplaint,
                problems=(404, 503),
            ),
            Operation(
                method="POST",
                path=contact,
                policy=Right.TAKE_CALLS,
                handler=self.mark,
                summary="The citizen complains of these people; nobody: who served them lately",
                summary_zh="登记投诉工作人员（不选人即为最近接待者）",
                tag="conduct",
                body=shapes.ComplaintSent,
                answer=shapes.StaffComplaint,
                problems=(404, 409, 422, 503),
            ),
            Operation(
                method="GET",
                path=HERE,
                policy=Right.SUPERVISE,
                handler=self.listed,
                summary="Open complaints about staff and the last that were closed",
                summary_zh="投诉工作人员列表",
                tag="conduct",
                answer=shapes.ComplaintList,
                problems=(503,),
            ),
            Operation(
                method="POST",
                path=f"{HERE}/{COMPLAINT}/close",
                policy=Right.SUPERVISE,
                handler=self.close,
                summary="Write down what came of it; whoever is concerned stays barred",
                summary_zh="办结投诉工作人员",
                tag="conduct",
                body=shapes.ComplaintResult,
                answer=shapes.StaffComplaint,
                problems=(404, 409, 422, 503),
            ),
        )

    async def of(self, ask: Ask) -> web.StreamResponse:
        """登记."""
        found = await self._complaints.of(ask.operator, ask.part("contact_id"))
        staff = await self._complaints.staff()
        return web.json_response(
            {
                "complaint": (await self._views([found]))[0] if found else None,
                "staff": [_person(one) for one in staff if one.id != ask.operator.id],
            }
        )

    async def mark(self, ask: Ask) -> web.StreamResponse:
        """登记投诉."""
        people = ask.sent(shapes.ComplaintSent).operator_ids
        made = await self._complaints.mark(ask.operator, ask.part("contact_id"), people)
        (view,) = await self._views([made])
        return web.json_response(view)

    async def listed(self, ask: Ask) -> web.StreamResponse:
        """列表."""
        over = await self._complaints.over(ask.operator)
        return web.json_response(
            {
                "items": await self._views(self._complaints.listed(ask.operator)),
                "over": await self._views(over),
            }
        )

    async def close(self, ask: Ask) -> web.StreamResponse:
        """办结."""
        result = ask.sent(shapes.ComplaintResult).result
        done = await self._complaints.close(ask.operator, ask.part("complaint_id"), result)
        (view,) = await self._views([done])
        return web.json_response(view)

    async def _views(self, some: Iterable[StaffComplaint]) -> list[dict[str, Any]]:
        people = {one.id: one for one in await self._floor.store.operators()}
        return [_view(one, people) for one in some]


def _view(one: StaffComplaint, people: Mapping[str, Operator]) -> dict[str, Any]:
    def name(id_: str) -> str:
        return people[id_].name if id_ in people else ""

    return {
        "id": one.id,
        "contact_ids": list(one.contacts),
        "concerned": [_person(people[who]) for who in one.concerned if who in people],
        "source": one.source.value,
        "since": moment(one.since),
        "by": name(one.by),
        "closed_at": moment(one.closed_at),
        "closed_by": name(one.closed_by),
        "result": one.result,
    }


def _person(one: Operator) -> dict[str, str]:
    return {"operator_id": one.id, "name": one.name, "login": one.login}

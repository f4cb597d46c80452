"""Due process over HTTP: records and reminders by operators, measures by supervisors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from aiohttp import web

from gateway.core.operator import Operator, Right
from gateway.core.standing import Standing
from gateway.intake.complained_of import shielded
from gateway.intake.standing_views import misconduct_view, moves_of, rules_view, standing_view
from gateway.web import conduct_shapes as shapes
from gateway.web.calls_api import CONTACT
from gateway.web.operation import Ask, Empty, Handler, Operation
from gateway.web.uses import ConductParts

STANDING = "{standing_id:[A-Za-z0-9_-]{1,64}}"
RECORD = "{misconduct_id:[A-Za-z0-9_-]{1,64}}"


class ConductApi:
    """/api/v1/contacts/{contact_id}/conduct, /api/v1/standings."""

    def __init__(self, parts: ConductParts) -> None:
        self._conduct = parts.conduct
        self._standings = parts.standings
        self._floor = parts.standings.floor

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        contact = f"/api/v1/contacts/{CONTACT}/conduct"
        return (
            _asked(contact, self.of, Right.TAKE_CALLS, "不当行为记录与处置", shapes.ContactConduct),
            _told(contact, self.mark, Right.TAKE_CALLS, "记录不当行为", shapes.MisconductSent),
            _told(
                f"{contact}/remind",
                self.remind,
                Right.TAKE_CALLS,
                "已当面提醒",
                shapes.ReminderSent,
            ),
            _asked(
                "/api/v1/standings",
                self.listed,
                Right.SUPERVISE,
                "处置列表",
                shapes.StandingList,
            ),
            _asked(
                f"/api/v1/standings/{STANDING}",
                self.whole,
                Right.SUPERVISE,
                "处置详情",
                shapes.StandingWhole,
            ),
            *(
                _told(f"/api/v1/standings/{STANDING}/{name}", what, Right.SUPERVISE, zh, body)
                for name, what, zh, body in (
                    ("propose", self.propose, "提出处置", shapes.ProposalSent),
                    ("approve", self.approve, "批准处置", Empty),
                    ("reject", self.reject, "驳回处置", Empty),
                    ("lift", self.lift, "提前解除", Empty),
                    ("hear", self.hear, "复核申诉", shapes.HearingSent),
                )
            ),
            _told(
                f"/api/v1/misconducts/{RECORD}/look",
                self.look,
                Right.SUPERVISE,
                "核实记录",
                shapes.LookSent,
            ),
        )

    async def of(self, ask: Ask) -> web.StreamResponse:
        """这位诉求人."""
        one, records = await self._conduct.of(ask.operator, ask.part("contact_id"))
        views = await self._views(ask.operator, [one] if one else [])
        names = self._floor.names
        return web.json_response(
            {
                "standing": views[0] if views else None,
                "records": [misconduct_view(each, names, self._hides(ask)) for each in records],
                "rules": rules_view(self._standings.rules),
            }
        )

    async def mark(self, ask: Ask) -> web.StreamResponse:
        """记录."""
        sent = ask.sent(shapes.MisconductSent)
        await self._conduct.mark(
            ask.operator,
            ask.part("contact_id"),
            sent.kind,
            source=sent.source,
            source_id=sent.source_id,
            note=sent.note,
        )
        return web.Response(status=204)

    async def remind(self, ask: Ask) -> web.StreamResponse:
        """提醒."""
        told = ask.sent(shapes.ReminderSent).told
        await self._conduct.remind(ask.operator, ask.part("contact_id"), told)
        return web.Response(status=204)

    async def listed(self, ask: Ask) -> web.StreamResponse:
        """列表."""
        names = self._floor.names
        seen = await self._floor.store.misconducts_proposed()
        seen = self._conduct.visible(ask.operator, seen)
        over = await self._floor.store.standings_over(50)
        return web.json_response(
            {
                "items": await self._views(ask.operator, self._standings.listed()),
                "over": await self._views(ask.operator, over),
                "proposed": [misconduct_view(each, names, self._hides(ask)) for each in seen],
                "rules": rules_view(self._standings.rules),
            }
        )

    async def whole(self, ask: Ask) -> web.StreamResponse:
        """详情；查看证据会留痕."""
        one = self._standings.one(ask.part("standing_id"))
        records = await self._conduct.evidence(ask.operator, one, ask.token)
        (view,) = await self._views(ask.operator, [one])
        book, measured = self._standings, one.until is not None
        return web.json_response(
            {
                "standing": view,
                "records": [
                    misconduct_view(each, self._floor.names, self._hides(ask)) for each in records
                ],
                "heard_zh": book.spoken(one) if measured else "",
                "read_zh": book.told(one, chinese=True) if measured else "",
                "read_en": book.told(one, chinese=False) if measured else "",
            }
        )

    async def propose(self, ask: Ask) -> web.StreamResponse:
        """提出."""
        sent, id_ = ask.sent(shapes.ProposalSent), ask.part("standing_id")
        await self._standings.propose(ask.operator, id_, sent.days, sent.reason)
        return web.Response(status=204)

    async def approve(self, ask: Ask) -> web.StreamResponse:
        """批准."""
        await self._standings.approve(ask.operator, ask.part("standing_id"))
        return web.Response(status=204)

    async def reject(self, ask: Ask) -> web.StreamResponse:
        """驳回."""
        await self._standings.reject(ask.operator, ask.part("standing_id"))
        return web.Response(status=204)

    async def lift(self, ask: Ask) -> web.StreamResponse:
        """解除."""
        await self._standings.lift(ask.operator, ask.part("standing_id"))
        return web.Response(status=204)

    async def hear(self, ask: Ask) -> web.StreamResponse:
        """复核."""
        sent, id_ = ask.sent(shapes.HearingSent), ask.part("standing_id")
        await self._standings.hear(ask.operator, id_, grant=sent.grant, answer=sent.answer)
        return web.Response(status=204)

    async def look(self, ask: Ask) -> web.StreamResponse:
        """核实."""
        holds = ask.sent(shapes.LookSent).holds
        await self._conduct.look(ask.operator, ask.part("misconduct_id"), holds=holds)
        return web.Response(status=204)

    def _hides(self, ask: Ask) -> Callable[[str], bool]:
        return partial(self._floor.barred, ask.operator.id)

    async def _views(self, by: Operator, some: Iterable[Standing]) -> list[dict[str, Any]]:
        some, now = tuple(some), self._floor.clock.now()
        ids = {one.identity_id for one in some}
        found = await self._floor.store.identities(ids) if ids else ()
        known = {one.id: one for one in found}
        views = []
        for one in some:
            moves, why = moves_of(one, by, now, self._standings.rules)
            if await shielded(self._floor, by.id, one.identity_id):
                moves, why = tuple(move for move in moves if move in MILD), ""
            view = standing_view(one, known.get(one.identity_id), self._floor.names, moves)
            if self._floor.barred(by.id, one.appeal.contact_id):
                view["appeal"]["contact_id"] = ""
            views.append({**view, "why": why})
        return views


MILD = frozenset({"reject", "lift"})
"""What whoever the citizen complains of may do: nothing that burdens them."""

SUMMARIES = {
    "of": "Records of misconduct, and the procedure that goes on",
    "mark": "Hold something against this contact, with evidence",
    "remind": "They were reminded in these words",
    "listed": "Procedures that go on, that ended last, and what detectors saw",
    "whole": "One procedure with its evidence; looking is noted",
    "propose": "Propose the next measure",
    "approve": "Approve what another person proposed",
    "reject": "The proposal comes to nothing",
    "lift": "Take the measure back",
    "hear": "Decide an appeal",
    "look": "Confirm or dismiss a record",
}


def _asked(path: str, handler: Handler, policy: Right, zh: str, answer: Any) -> Operation:
    return Operation(
        method="GET",
        path=path,
        policy=policy,
        handler=handler,
        summary=SUMMARIES[handler.__name__],
        summary_zh=zh,
        tag="conduct",
        answer=answer,
        problems=(404, 503),
    )


def _told(path: str, handler: Handler, policy: Right, zh: str, body: type[Any]) -> Operation:
    return Operation(
        method="POST",
        path=path,
        policy=policy,
        handler=handler,
        summary=SUMMARIES[handler.__name__],
        summary_zh=zh,
        tag="conduct",
        body=body,
        status=204,
        problems=(404, 409, 422, 503),
    )

"""承诺时限: answers that are owed, made by hand, and said to be given."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from gateway.core.operator import Right
from gateway.core.promise import Promise, PromiseState
from gateway.intake.promises import Promises
from gateway.intake.views import moment
from gateway.web import experts_shapes as shapes
from gateway.web.operation import Ask, Operation

PROMISE = "{promise_id:[A-Za-z0-9_-]{1,64}}"


class PromisesApi:
    """/api/v1/promises."""

    def __init__(self, promises: Promises) -> None:
        self._promises = promises

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/api/v1/promises",
                policy=Right.TAKE_CALLS,
                handler=self.open,
                summary="Answers that are owed, who is due first: one's own; supervisors, all",
                summary_zh="未兑现的回复承诺（先到期的在前）",
                tag="promises",
                answer=shapes.Promises,
            ),
            Operation(
                method="POST",
                path="/api/v1/promises",
                policy=Right.TAKE_CALLS,
                handler=self.make,
                summary="Promise the citizen of one's call an answer of a department",
                summary_zh="为通话作出回复承诺",
                tag="promises",
                body=shapes.Promised,
                answer=shapes.Promise,
                status=201,
                problems=(404, 503),
            ),
            Operation(
                method="POST",
                path=f"/api/v1/promises/{PROMISE}/done",
                policy=Right.TAKE_CALLS,
                handler=self.done,
                summary="The answer was given; its callback is crossed out with it",
                summary_zh="标记为已答复",
                tag="promises",
                body=shapes.Note,
                answer=shapes.Promise,
                problems=(404, 409, 503),
            ),
        )

    async def open(self, ask: Ask) -> web.StreamResponse:
        """未兑现的承诺."""
        found = self._promises.concerning(ask.operator)
        return web.json_response({"items": [self._view(one) for one in found]})

    async def make(self, ask: Ask) -> web.StreamResponse:
        """作出承诺."""
        sent = ask.sent(shapes.Promised)
        made = await self._promises.make_by_hand(ask.operator, sent.contact_id, sent.target)
        return web.json_response(self._view(made), status=201)

    async def done(self, ask: Ask) -> web.StreamResponse:
        """已答复."""
        note = ask.sent(shapes.Note).note
        finished = await self._promises.done(ask.operator, ask.part("promise_id"), note)
        return web.json_response(self._view(finished))

    def _view(self, promise: Promise) -> dict[str, Any]:
        floor = self._promises.floor
        department = self._promises.department(promise.department_id)
        due, now = "", floor.clock.now()
        if promise.state is PromiseState.OPEN and promise.warn_at <= now:
            due = "overdue" if promise.due_at <= now else "soon"
        return {
            "id": promise.id,
            "contact_id": promise.contact_id,
            "kind": promise.kind.value,
            "state": promise.state.value,
            "due": due,
            "department_id": promise.department_id,
            "department_zh": department.title_zh if department else "",
            "department_en": department.title_en if department else "",
            "owner_id": promise.owner_id,
            "owner_name": floor.names.get(promise.owner_id, ""),
            "callback_id": promise.callback_id,
            "made_at": moment(promise.made_at),
            "due_at": moment(promise.due_at),
            "done_at": moment(promise.done_at),
        }

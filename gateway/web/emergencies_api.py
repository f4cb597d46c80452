"""Hand-overs to emergency lines: who looks after them, and what the lines' systems tell us."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from gateway.core.errors import NotAllowed
from gateway.core.handover import MOST_ID, OrderState
from gateway.core.operator import Right
from gateway.web import shapes_emergency as shapes
from gateway.web.body import raw_body
from gateway.web.limits import Limits
from gateway.web.operation import PUBLIC, Ask, Operation
from gateway.web.uses import EmergencyParts

HOOK = "/hooks/emergency/{line:[0-9]{2,8}}"
MOST_BYTES = 64 * 1024


class EmergenciesApi:
    """/api/v1/emergencies and /hooks/emergency/<line>."""

    def __init__(self, parts: EmergencyParts, limits: Limits) -> None:
        self._parts = parts
        self._limits = limits

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/api/v1/emergencies",
                policy=Right.WATCH,
                handler=self.open,
                summary="Open hand-overs, the lines' health, and each day's difference",
                summary_zh="未结的移交、专线状态与日对账差异",
                tag="emergencies",
                answer=shapes.Emergencies,
            ),
            Operation(
                method="POST",
                path=HOOK,
                policy=PUBLIC,
                handler=self.order,
                summary="An emergency line's system says how its order stands (signed)",
                summary_zh="紧急专线系统反馈警单状态（须签名）",
                tag="emergencies",
                raw="application/json",
                headers=("webhook-id", "webhook-timestamp", "webhook-signature"),
                answer=shapes.Accepted,
                problems=(400, 403, 404, 408, 413, 415, 503),
                from_servers=True,
            ),
        )

    async def open(self, ask: Ask) -> web.StreamResponse:
        """未结的移交."""
        parts = self._parts
        days = [
            {
                "day": day,
                "line": line,
                "ours": found.ours if found else None,
                "theirs": found.theirs if found else None,
                "difference": found.count if found else None,
            }
            for (day, line), found in sorted(parts.reconciling.found.items(), reverse=True)
        ]
        return web.json_response(
            {"items": parts.handovers.view(ask.operator.id), "days": days, "lines": parts.lines()}
        )

    async def order(self, ask: Ask) -> web.StreamResponse:
        """警单状态. Raises NotAllowed for what nobody signed, Unknown for what is not theirs."""
        line, request = ask.part("line"), ask.request
        body = await raw_body(request, MOST_BYTES, self._limits.body_seconds)
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not self._parts.handovers.genuine(line, headers, body):
            raise NotAllowed("hook")
        handover_id, their_id, state = _said(body)
        if state is OrderState.NONE or not handover_id:
            raise web.HTTPBadRequest
        done = await self._parts.handovers.order(line, handover_id, state, their_id)
        return web.json_response({"accepted": True, "id": done.id, "status": done.order.value})


def _said(body: bytes) -> tuple[str, str, OrderState]:
    """Our id, theirs, and the state. Raises HTTPBadRequest."""
    try:
        said: Any = json.loads(body)
        fields = [said[name] for name in ("id", "their_id", "status")]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise web.HTTPBadRequest from None
    if not all(isinstance(one, str) and len(one) <= MOST_ID for one in fields):
        raise web.HTTPBadRequest
    id_, their_id, status = fields
    try:
        return id_, their_id, OrderState(status)
    except ValueError:
        raise web.HTTPBadRequest from None

"""Alarms of emergency words: somebody says that they know."""

from __future__ import annotations

from aiohttp import web

from gateway.core.operator import Right
from gateway.web.operation import Ask, Empty, Operation
from gateway.web.uses import WebParts

ALARM = "{alarm_id:[A-Za-z0-9_-]{1,64}}"


class AlarmsApi:
    """/api/v1/alarms."""

    def __init__(self, parts: WebParts) -> None:
        self._alarms = parts.heard.alarms

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="POST",
                path=f"/api/v1/alarms/{ALARM}/seen",
                policy=Right.SEE_OWN_CONTACTS,
                handler=self.seen,
                summary="I deal with this alarm; it goes from every screen",
                summary_zh="已知悉紧急词告警",
                tag="alarms",
                body=Empty,
                status=204,
                problems=(404, 503),
            ),
        )

    async def seen(self, ask: Ask) -> web.StreamResponse:
        """已知悉."""
        await self._alarms.seen(ask.operator, ask.part("alarm_id"))
        return web.Response(status=204)

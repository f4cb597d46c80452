"""Alarms of emergency words: somebody says that they know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from aiohttp import web

from gateway.core.operator import Right
from gateway.web.calls_api import CONTACT
from gateway.web.operation import Ask, Empty, Operation
from gateway.web.shape import Text
from gateway.web.uses import WebParts

ALARM = "{alarm_id:[A-Za-z0-9_-]{1,64}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A special task of the city's rule table."""

    code: Annotated[str, Text(1, 32)]


class AlarmsApi:
    """/api/v1/alarms, and marks of special tasks."""

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
            Operation(
                method="POST",
                path=f"/api/v1/contacts/{CONTACT}/special-task",
                policy=Right.TAKE_CALLS,
                handler=self.mark,
                summary="My contact is a special task of this code; whose it is is alerted",
                summary_zh="标记为专项任务并告警",
                tag="alarms",
                body=Task,
                status=204,
                problems=(404, 503),
            ),
        )

    async def seen(self, ask: Ask) -> web.StreamResponse:
        """已知悉."""
        await self._alarms.seen(ask.operator, ask.part("alarm_id"))
        return web.Response(status=204)

    async def mark(self, ask: Ask) -> web.StreamResponse:
        """专项任务."""
        self._alarms.mark(ask.operator, ask.part("contact_id"), ask.sent(Task).code)
        return web.Response(status=204)

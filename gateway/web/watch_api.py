"""Queues and seats as they are now, for those who watch."""

from __future__ import annotations

from aiohttp import web

from gateway.core.operator import Right
from gateway.web import shapes
from gateway.web.operation import Ask, Operation
from gateway.web.uses import WebParts
from gateway.web.views import watched_seat_view


class WatchApi:
    """/api/v1/queues and /api/v1/seats."""

    def __init__(self, parts: WebParts) -> None:
        self._desk = parts.desk
        self._accounts = parts.accounts

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/api/v1/queues",
                policy=Right.WATCH,
                handler=self.queues,
                summary="Every queue now",
                summary_zh="各队列现状",
                tag="watch",
                answer=list[shapes.QueueView],
            ),
            Operation(
                method="GET",
                path="/api/v1/seats",
                policy=Right.WATCH,
                handler=self.seats,
                summary="Every seat now",
                summary_zh="各坐席现状",
                tag="watch",
                answer=list[shapes.WatchedSeat],
            ),
        )

    async def queues(self, ask: Ask) -> web.StreamResponse:
        """Who waits where."""
        del ask
        return web.json_response(self._desk.queues_view())

    async def seats(self, ask: Ask) -> web.StreamResponse:
        """Who sits where."""
        del ask
        names = await self._accounts.names()
        return web.json_response(
            [watched_seat_view(s, names, self._desk.call_state(s)) for s in self._desk.seats()]
        )

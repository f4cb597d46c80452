"""Queues and seats as they are now, for those who watch, and the words of a call they follow."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from gateway.core.operator import Right
from gateway.web import shapes
from gateway.web.calls_api import CONTACT
from gateway.web.operation import Ask, Empty, Operation
from gateway.web.uses import WebParts
from gateway.web.views import watched_seat_view


class WatchApi:
    """/api/v1/queues, /api/v1/seats and /api/v1/watch."""

    def __init__(self, parts: WebParts) -> None:
        self._desk = parts.desk
        self._accounts = parts.accounts
        self._screens = parts.heard.screens

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
            Operation(
                method="POST",
                path=f"/api/v1/watch/{CONTACT}",
                policy=Right.SEE_ALL_CONTACTS,
                handler=self.watch,
                summary="Follow the words of a live call; noted",
                summary_zh="实时查看一通来电的转写（记入审计）",
                tag="watch",
                body=Empty,
                status=204,
                problems=(404, 503),
            ),
            Operation(
                method="DELETE",
                path=f"/api/v1/watch/{CONTACT}",
                policy=Right.SEE_ALL_CONTACTS,
                handler=self.unwatch,
                summary="Follow it no more",
                summary_zh="不再实时查看",
                tag="watch",
                status=204,
                problems=(404,),
            ),
        )

    async def queues(self, ask: Ask) -> web.StreamResponse:
        """Who waits where."""
        return web.json_response(self._desk.queues_view(ask.operator.id))

    async def seats(self, ask: Ask) -> web.StreamResponse:
        """Who sits where; with whom they talk stays out where it is kept from whoever asks."""
        names = await self._accounts.names()
        seats = (
            replace(one, contact_id="") if ask.hides(one.contact_id) else one
            for one in self._desk.seats()
        )
        return web.json_response(
            [watched_seat_view(s, names, self._desk.call_state(s)) for s in seats]
        )

    async def watch(self, ask: Ask) -> web.StreamResponse:
        """Follow this call."""
        await self._screens.watch(ask.operator, ask.part("contact_id"))
        return web.Response(status=204)

    async def unwatch(self, ask: Ask) -> web.StreamResponse:
        """Follow it no more."""
        self._screens.unwatch(ask.operator, ask.part("contact_id"))
        return web.Response(status=204)

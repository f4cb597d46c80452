"""查进度: what became of a form, for whoever has its query code."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from gateway.core.contact import receipt_number
from gateway.core.errors import Unavailable
from gateway.core.query_code import typed
from gateway.web.citizen_door import CitizenDoor
from gateway.web.operation import PUBLIC, Ask, Operation
from gateway.web.pace import Pace
from gateway.web.paper import Paper
from gateway.web.posted import read_posted

MOST_MESSAGES = 200
FORM_BYTES = 8 * 1024


class ReceiptPage:
    """/receipt. A code that opens nothing takes as long as one that does, and tries are few."""

    def __init__(self, door: CitizenDoor, paper: Paper) -> None:
        self._door = door
        self._paper = paper
        self._zone = ZoneInfo(door.settings.site.timezone)
        self._tries = Pace(
            a_second=door.limits.code_tries_a_minute / 60, at_once=door.limits.code_tries_at_once
        )

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/receipt",
                policy=PUBLIC,
                handler=self.ask_code,
                summary="Where the query code is typed",
                summary_zh="查询进度",
                tag="pages",
                media="text/html",
                problems=(503,),
            ),
            Operation(
                method="POST",
                path="/receipt",
                policy=PUBLIC,
                handler=self.show,
                summary="State and answers of the form that this code opens",
                summary_zh="凭查询码查看进度",
                tag="pages",
                raw="application/x-www-form-urlencoded",
                media="text/html",
                also=(429,),
                problems=(400, 408, 413, 415, 503),
            ),
        )

    async def ask_code(self, ask: Ask) -> web.StreamResponse:
        """The empty field."""
        return self._page(ask, "")

    async def show(self, ask: Ask) -> web.StreamResponse:
        """What there is, or that there is nothing."""
        posted = await read_posted(ask.request, FORM_BYTES, self._door.limits.body_seconds)
        if self._tries.wait_seconds(ask.address, self._door.clock.monotonic()) > 0:
            return self._page(ask, "often", 429)
        code = typed(posted.one("code"))
        if not code:
            return self._page(ask, "shape")
        desk = self._door.parts.desk
        try:
            conv = await desk.form_by_code(code)
            if not conv:
                return self._page(ask, "none")
            status = await desk.status(conv)
            said = await desk.messages(conv, 0, MOST_MESSAGES)
            await desk.seen(conv, status["last_seq"])
        except Unavailable:
            return self._page(ask, "away", 503)
        return self._paper.page(
            ask.request,
            "receipt.html",
            trouble="",
            chat=status,
            number=receipt_number(conv),
            said=[one | {"when": self._when(one["at"])} for one in said],
        )

    def _page(self, ask: Ask, trouble: str, status: int = 200) -> web.Response:
        return self._paper.page(
            ask.request, "receipt.html", status, trouble=trouble, chat=None, number="", said=()
        )

    def _when(self, at: str) -> str:
        return datetime.fromisoformat(at).astimezone(self._zone).strftime("%Y-%m-%d %H:%M")

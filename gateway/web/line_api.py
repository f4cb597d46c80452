"""The one list, and what goes with taking something out of it."""

from __future__ import annotations

from aiohttp import web

from config.settings import Canned, Settings
from gateway.core.operator import Right
from gateway.web import talk_shapes
from gateway.web.operation import Ask, Empty, Operation
from gateway.web.uses import WebParts

ITEM = "{item_id:[A-Za-z0-9_-]{1,64}}"


class LineApi:
    """/api/v1/line, /api/v1/canned, /api/v1/colleagues."""

    def __init__(self, settings: Settings, parts: WebParts) -> None:
        self._desk = parts.chats
        self._canned = [_canned_view(one) for one in settings.canned]

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/api/v1/line",
                policy=Right.TAKE_CALLS,
                handler=self.line,
                summary="Whatever waits for an operator on every channel, in the order served",
                summary_zh="统一队列：来电、会话、留言、待回拨",
                tag="line",
                answer=talk_shapes.LineItems,
            ),
            Operation(
                method="POST",
                path=f"/api/v1/line/{ITEM}/take",
                policy=Right.TAKE_CALLS,
                handler=self.take,
                summary="Take a conversation or a form out of turn",
                summary_zh="手动领取会话或留言",
                tag="line",
                body=Empty,
                answer=talk_shapes.OperatorChat,
                problems=(404, 409, 503),
            ),
            Operation(
                method="GET",
                path="/api/v1/canned",
                policy=Right.TAKE_CALLS,
                handler=self.canned,
                summary="Texts to pick",
                summary_zh="常用语",
                tag="line",
                answer=talk_shapes.CannedTexts,
            ),
            Operation(
                method="GET",
                path="/api/v1/colleagues",
                policy=Right.TAKE_CALLS,
                handler=self.colleagues,
                summary="Who sits at a seat, to hand a conversation to",
                summary_zh="在岗同事",
                tag="line",
                answer=talk_shapes.Colleagues,
            ),
        )

    async def line(self, ask: Ask) -> web.StreamResponse:
        """统一队列."""
        return web.json_response(self._desk.line.view(ask.operator))

    async def take(self, ask: Ask) -> web.StreamResponse:
        """领取."""
        return web.json_response(await self._desk.looks.take(ask.operator, ask.part("item_id")))

    async def canned(self, _ask: Ask) -> web.StreamResponse:
        """常用语."""
        return web.json_response({"items": self._canned})

    async def colleagues(self, _ask: Ask) -> web.StreamResponse:
        """在岗同事."""
        return web.json_response({"items": self._desk.looks.colleagues()})


def _canned_view(one: Canned) -> dict[str, str]:
    return {
        "key": one.key,
        "title_zh": one.title_zh,
        "title_en": one.title_en,
        "text_zh": one.text_zh,
        "text_en": one.text_en or one.text_zh,
    }

"""The wallboard's numbers, for those who watch and for a screen on the wall."""

from __future__ import annotations

from aiohttp import web

from gateway.core.operator import Right
from gateway.web import shapes_board
from gateway.web.operation import Ask, Operation
from gateway.web.uses import WebParts


class BoardApi:
    """/api/v1/board."""

    def __init__(self, parts: WebParts) -> None:
        self._board = parts.board
        self._wall_opens = parts.wall_opens

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/api/v1/board",
                policy=Right.WATCH,
                bearer=self._wall_opens,
                handler=self.board,
                summary="Who waits, who works, the last 24 h; also with the wallboard's token",
                summary_zh="大屏数据：排队、坐席、最近 24 小时；也可用大屏令牌",
                tag="watch",
                answer=shapes_board.Board,
            ),
        )

    async def board(self, ask: Ask) -> web.StreamResponse:
        """Everything the wall shows."""
        del ask
        return web.json_response(self._board.view())

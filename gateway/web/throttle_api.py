"""The limits of what comes in, and how much came."""

from __future__ import annotations

from typing import TypedDict

from aiohttp import web

from gateway.core.operator import Right
from gateway.web.operation import Ask, Operation
from gateway.web.uses import WebParts


class ThrottleLimit(TypedDict):
    """``burst`` together, and ``count`` in ``seconds`` in the long run, for each key.

    ``name``: identity ip hook account messages number trunk calls. ``asked`` were held to it;
    ``over`` waited for this one longest: kept, marked, served after the others.
    """

    name: str
    count: int
    seconds: int
    burst: int
    asked: int
    over: int


class ThrottleCounts(TypedDict):
    """Of this process, ``since`` its start; a limit that is off is not there.

    ``counted_by``: redis, here (there is no Redis), part (this process at its part of every rate,
    while Redis is away). ``failures`` are the times that Redis did not answer.
    """

    counted_by: str
    since: str
    failures: int
    limits: list[ThrottleLimit]


class ThrottleApi:
    """/api/v1/throttle."""

    def __init__(self, parts: WebParts) -> None:
        self._throttling = parts.chats.throttling

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/api/v1/throttle",
                policy=Right.WATCH,
                handler=self.counts,
                summary="How much came under each limit, and how much was over it",
                summary_zh="限流：各项限额及触发次数",
                tag="watch",
                answer=ThrottleCounts,
            ),
        )

    async def counts(self, _ask: Ask) -> web.StreamResponse:
        """限流计数."""
        return web.json_response(self._throttling.view())

"""Whether we live, and whether we are ready."""

from __future__ import annotations

from aiohttp import web

from gateway.web import shapes
from gateway.web.operation import PUBLIC, Ask, Operation
from gateway.web.uses import WebParts
from gateway.web.views import health_view


class HealthApi:
    """/health: ``live`` answers while the loop turns, ``ready`` says how each part is."""

    def __init__(self, parts: WebParts) -> None:
        self._health = parts.health

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/health/live",
                policy=PUBLIC,
                handler=self.live,
                summary="Whether the gateway lives",
                summary_zh="存活检查",
                tag="health",
                answer=shapes.Health,
            ),
            Operation(
                method="GET",
                path="/health/ready",
                policy=PUBLIC,
                handler=self.ready,
                summary="Whether every part is up; 503 when one is not",
                summary_zh="就绪检查",
                tag="health",
                answer=shapes.Health,
                also=(503,),
            ),
        )

    async def live(self, ask: Ask) -> web.StreamResponse:
        """We answer, so we live."""
        del ask
        return web.json_response(health_view({}))

    async def ready(self, ask: Ask) -> web.StreamResponse:
        """Each part."""
        del ask
        content = health_view(self._health())
        return web.json_response(content, status=200 if content["status"] == "up" else 503)

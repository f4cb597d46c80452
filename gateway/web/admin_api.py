"""Queues, numbers, seats, people: checked, published, undone on the running system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from aiohttp import web

from gateway.core.errors import Unknown
from gateway.core.operator import Right
from gateway.core.plan import MOST_COMMENT
from gateway.core.plan_json import from_json
from gateway.web import admin_shapes as shapes
from gateway.web import admin_views as views
from gateway.web.operation import Ask, Empty, Operation
from gateway.web.shape import Document, Text, Whole
from gateway.web.uses import WebParts

PLAN_BYTES = 2 * 1024 * 1024
PUBLISH_SECONDS = 55.0
"""Writing, reloading and reading back; the page waits for 60 s."""
REVISION = "{revision:[a-z0-9]{1,9}}"
TAG = "admin"
PATH = "/api/v1/admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCheck:
    """A plan made out of revision ``base_revision``."""

    base_revision: Annotated[int, Whole(0, 1 << 31)]
    plan: Annotated[object, Document("Plan")]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPublish:
    """A plan made out of revision ``base_revision``, and why."""

    base_revision: Annotated[int, Whole(0, 1 << 31)]
    plan: Annotated[object, Document("Plan")]
    comment: Annotated[str, Text(0, MOST_COMMENT, lines=True)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Why."""

    comment: Annotated[str, Text(0, MOST_COMMENT, lines=True)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """``before`` is the last revision of the page before."""

    before: Annotated[int, Whole(0, 1 << 31)] = 0
    limit: Annotated[int, Whole(1, 200)] = 50


class AdminApi:
    """/api/v1/admin."""

    def __init__(self, parts: WebParts) -> None:
        self._admin = parts.admin

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path=f"{PATH}/plan",
                policy=Right.MANAGE,
                handler=self.plan,
                summary="The plan as it is published now",
                summary_zh="现行配置",
                tag=TAG,
                answer=shapes.PublishedPlan,
            ),
            Operation(
                method="POST",
                path=f"{PATH}/plan/check",
                policy=Right.MANAGE,
                handler=self.check,
                summary="What is wrong with a plan, and what it would change",
                summary_zh="检查配置并预览改动",
                tag=TAG,
                body=PlanCheck,
                body_bytes=PLAN_BYTES,
                answer=shapes.CheckedPlan,
                problems=(409,),
            ),
            Operation(
                method="POST",
                path=f"{PATH}/plan/publish",
                policy=Right.MANAGE,
                handler=self.publish,
                summary="Publish a plan on the running system; it is read back and compared",
                summary_zh="发布配置（立即生效并读回核对）",
                tag=TAG,
                body=PlanPublish,
                body_bytes=PLAN_BYTES,
                answer_seconds=PUBLISH_SECONDS,
                answer=shapes.PublishResult,
                problems=(409, 429),
            ),
            Operation(
                method="GET",
                path=f"{PATH}/revisions",
                policy=Right.MANAGE,
                handler=self.revisions,
                summary="Who published what and when, newest first",
                summary_zh="发布记录",
                tag=TAG,
                query=Page,
                answer=shapes.PlanRevisions,
            ),
            Operation(
                method="POST",
                path=f"{PATH}/revisions/{REVISION}/undo",
                policy=Right.MANAGE,
                handler=self.undo,
                summary="Take one revision back, when nothing later touched the same fields",
                summary_zh="撤销一次发布",
                tag=TAG,
                body=Undo,
                answer_seconds=PUBLISH_SECONDS,
                answer=shapes.PublishResult,
                problems=(404, 409, 429),
            ),
            Operation(
                method="GET",
                path=f"{PATH}/drift",
                policy=Right.MANAGE,
                handler=self.drift,
                summary="What runs, compared with what was published",
                summary_zh="运行与发布的差异",
                tag=TAG,
                answer_seconds=PUBLISH_SECONDS,
                answer=shapes.PlanDrift,
                problems=(429,),
            ),
            Operation(
                method="POST",
                path=f"{PATH}/drift/mend",
                policy=Right.MANAGE,
                handler=self.mend,
                summary="Publish the current revision again",
                summary_zh="按现行配置修复差异",
                tag=TAG,
                body=Empty,
                answer_seconds=PUBLISH_SECONDS,
                answer=shapes.PlanDrift,
                problems=(429,),
            ),
        )

    async def plan(self, ask: Ask) -> web.StreamResponse:
        """As published."""
        del ask
        now = await self._admin.current()
        return web.json_response(views.plan_view(now, self._admin.book.greetings))

    async def check(self, ask: Ask) -> web.StreamResponse:
        """Problems, changes, warnings; nothing is changed."""
        sent = ask.sent(PlanCheck)
        found = await self._admin.check(sent.base_revision, from_json(sent.plan))
        return web.json_response(views.check_view(*found))

    async def publish(self, ask: Ask) -> web.StreamResponse:
        """Now, for everybody."""
        sent = ask.sent(PlanPublish)
        outcome = await self._admin.publish(
            ask.operator, sent.base_revision, from_json(sent.plan), sent.comment
        )
        return web.json_response(views.result_view(outcome))

    async def revisions(self, ask: Ask) -> web.StreamResponse:
        """A page of them."""
        sent = ask.sent(Page)
        found = await self._admin.revisions(sent.before, sent.limit)
        return web.json_response(views.revisions_view(found))

    async def undo(self, ask: Ask) -> web.StreamResponse:
        """One click."""
        named, comment = ask.part("revision"), ask.sent(Undo).comment
        if not named.isdecimal():
            raise Unknown("revision", named)
        outcome = await self._admin.undo(ask.operator, int(named), comment)
        return web.json_response(views.result_view(outcome))

    async def drift(self, ask: Ask) -> web.StreamResponse:
        """Looked at now."""
        del ask
        return web.json_response(views.drift_view(await self._admin.drift()))

    async def mend(self, ask: Ask) -> web.StreamResponse:
        """And looked at again."""
        return web.json_response(views.drift_view(await self._admin.mend(ask.operator)))

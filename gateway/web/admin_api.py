"""Queues, numbers, seats, people: checked, published, undone on the running system."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Annotated

from aiohttp import web

from config.rules import STRATEGIES
from gateway.core.errors import Problem, Unknown
from gateway.core.number import GREETING_TITLES
from gateway.core.operator import Right, Role
from gateway.core.plan import MOST_COMMENT, Plan
from gateway.core.plan_diff import Change
from gateway.core.plan_json import from_json, to_json
from gateway.intake.admin import Drift, Outcome
from gateway.intake.views import moment
from gateway.web import admin_shapes as shapes
from gateway.web.operation import Ask, Empty, Operation
from gateway.web.shape import Document, Text, Whole
from gateway.web.uses import Json, WebParts

KEYS = "123456789*#"
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
        return web.json_response(
            {
                "revision": now.revision.number,
                "published_at": moment(now.revision.at),
                "published_by": now.revision.by,
                "plan": to_json(now.plan),
                "choices": self._choices(),
            }
        )

    def _choices(self) -> Json:
        greetings = [
            {"name": name, "title_zh": zh, "title_en": en}
            for name in sorted(self._admin.book.greetings)
            for zh, en in (GREETING_TITLES.get(name, (name, name)),)
        ]
        return {
            "strategies": list(STRATEGIES),
            "roles": [role.value for role in Role],
            "greetings": greetings,
            "keys": list(KEYS),
        }

    async def check(self, ask: Ask) -> web.StreamResponse:
        """Problems, changes, warnings; nothing is changed."""
        sent = ask.sent(PlanCheck)
        verdict, changes = await self._admin.check(sent.base_revision, _plan(sent.plan))
        return web.json_response(
            {
                "problems": _said(verdict.problems),
                "changes": _changes(changes),
                "warnings": _said(verdict.warnings),
            }
        )

    async def publish(self, ask: Ask) -> web.StreamResponse:
        """Now, for everybody."""
        sent = ask.sent(PlanPublish)
        outcome = await self._admin.publish(
            ask.operator, sent.base_revision, _plan(sent.plan), sent.comment
        )
        return web.json_response(_result(outcome))

    async def revisions(self, ask: Ask) -> web.StreamResponse:
        """A page of them."""
        sent = ask.sent(Page)
        found = await self._admin.revisions(sent.before, sent.limit)
        items = [
            {
                "revision": one.number,
                "at": moment(one.at),
                "by": one.by,
                "comment": one.comment,
                "changes": _changes(one.changes),
                "undoes": one.undoes,
            }
            for one in found
        ]
        return web.json_response({"items": items})

    async def undo(self, ask: Ask) -> web.StreamResponse:
        """One click."""
        named, comment = ask.part("revision"), ask.sent(Undo).comment
        if not named.isdecimal():
            raise Unknown("revision", named)
        outcome = await self._admin.undo(ask.operator, int(named), comment)
        return web.json_response(_result(outcome))

    async def drift(self, ask: Ask) -> web.StreamResponse:
        """Looked at now."""
        del ask
        return web.json_response(_drift(await self._admin.drift()))

    async def mend(self, ask: Ask) -> web.StreamResponse:
        """And looked at again."""
        return web.json_response(_drift(await self._admin.mend(ask.operator)))


def _plan(sent: object) -> Plan:
    return from_json(sent)


def _said(problems: Iterable[Problem]) -> list[Json]:
    return [{"path": one.pointer, "zh": one.zh, "en": one.en} for one in problems]


def _changes(changes: Iterable[Change]) -> list[Json]:
    return [asdict(one) for one in changes]


def _result(outcome: Outcome) -> Json:
    """A publish that did not read back as it should is not one: it raises."""
    return {
        "revision": outcome.revision,
        "changes": _changes(outcome.changes),
        "read_back": {"in_step": True, "differences": []},
        "first_logins": [
            {"login": one.login, "password": one.password} for one in outcome.first_logins
        ],
    }


def _drift(drift: Drift) -> Json:
    return {
        "checked_at": moment(drift.at),
        "in_step": not drift.differences,
        "differences": [asdict(one) for one in drift.differences],
    }

"""Wrap-ups that are being written, so that a crash of the browser loses none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from aiohttp import web

from gateway.core.operator import Right
from gateway.intake.drafts import Draft
from gateway.web import shapes
from gateway.web.calls_api import CONTACT
from gateway.web.operation import Ask, Operation
from gateway.web.shape import Text
from gateway.web.uses import WebParts


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """As far as it is typed."""

    code: Annotated[str, Text(0, 32)] = ""
    note: Annotated[str, Text(0, 4000, lines=True)] = ""
    caller_name: Annotated[str, Text(0, 64)] = ""


class DraftsApi:
    """/api/v1/contacts/{contact_id}/draft, of the call at one's own seat."""

    def __init__(self, parts: WebParts) -> None:
        self._drafts = parts.drafts

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        path = f"/api/v1/contacts/{CONTACT}/draft"
        return (
            Operation(
                method="GET",
                path=path,
                policy=Right.TAKE_CALLS,
                handler=self.read,
                summary="What was typed of a wrap-up and not submitted",
                summary_zh="未提交的小结",
                tag="calls",
                answer=shapes.Draft,
                problems=(404,),
            ),
            Operation(
                method="PUT",
                path=path,
                policy=Right.TAKE_CALLS,
                handler=self.keep,
                summary="Keep what is typed of a wrap-up, in memory, until it is submitted",
                summary_zh="暂存小结（只在内存中）",
                tag="calls",
                body=Drafted,
                status=204,
                problems=(404,),
            ),
        )

    async def read(self, ask: Ask) -> web.StreamResponse:
        """What was kept."""
        draft = self._drafts.of(ask.operator.id, ask.part("contact_id"))
        return web.json_response(
            {"code": draft.code, "note": draft.note, "caller_name": draft.caller_name}
        )

    async def keep(self, ask: Ask) -> web.StreamResponse:
        """Instead of the last."""
        sent = ask.sent(Drafted)
        draft = Draft(code=sent.code, note=sent.note, caller_name=sent.caller_name)
        self._drafts.keep(ask.operator.id, ask.part("contact_id"), draft)
        return web.Response(status=204)

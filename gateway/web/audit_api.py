"""What was done and by whom, for the auditor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from aiohttp import web

from gateway.core.facts import FactKind
from gateway.core.operator import Right
from gateway.intake.audit import AuditQuery
from gateway.web import shapes
from gateway.web.operation import Ask, Operation
from gateway.web.shape import Text, Whole
from gateway.web.uses import WebParts
from gateway.web.views import audit_view

PAGE = 50
LARGEST_SEQ = 2**53 - 1
"""What JavaScript counts without a gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSearch:
    """What to look for; ``before`` is the cursor of the page before."""

    kind: FactKind | None = None
    operator_id: Annotated[str, Text(1, 64)] = ""
    since: datetime | None = None
    until: datetime | None = None
    before: Annotated[int, Whole(1, LARGEST_SEQ)] = 0
    limit: Annotated[int, Whole(1, 200)] = PAGE


class AuditApi:
    """/api/v1/audit."""

    def __init__(self, parts: WebParts) -> None:
        self._audit = parts.audit
        self._accounts = parts.accounts

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/api/v1/audit",
                policy=Right.READ_AUDIT,
                handler=self.read,
                summary="What was done and by whom, newest first; every reading is noted",
                summary_zh="审计记录（查看本身也记入审计）",
                tag="audit",
                query=AuditSearch,
                answer=shapes.AuditPage,
                problems=(503,),
            ),
        )

    async def read(self, ask: Ask) -> web.StreamResponse:
        """A page."""
        sent = ask.sent(AuditSearch)
        query = AuditQuery(
            kind=sent.kind,
            operator_id=sent.operator_id,
            since=sent.since,
            until=sent.until,
            before=sent.before,
            limit=sent.limit,
        )
        found = await self._audit.read(ask.operator, query)
        return web.json_response(audit_view(found, sent.limit, await self._accounts.names()))

"""The evidence of one procedure as a file, for a reason."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO, Annotated

from aiohttp import web

from gateway.core.operator import Right
from gateway.intake.accounts import fingerprint
from gateway.intake.evidence import EvidenceDesk
from gateway.intake.evidence_zip import CHUNK
from gateway.web.operation import Ask, Operation
from gateway.web.shape import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyPacked:
    """What the file is needed for."""

    reason: Annotated[str, Text(2, 200)]


class EvidenceApi:
    """/api/v1/standings/{standing_id}/evidence."""

    def __init__(self, desk: EvidenceDesk) -> None:
        self._desk = desk

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/api/v1/standings/{standing_id:[A-Za-z0-9_-]{1,64}}/evidence",
                policy=Right.SUPERVISE,
                handler=self.pack,
                summary="All that a procedure rests on, with hashes; noted with the reason",
                summary_zh="证据包（记入审计）",
                tag="conduct",
                query=WhyPacked,
                media="application/zip",
                answer_seconds=120.0,
                problems=(404, 422, 503),
            ),
        )

    async def pack(self, ask: Ask) -> web.StreamResponse:
        """证据包."""
        id_, why = ask.part("standing_id"), ask.sent(WhyPacked).reason
        made = await self._desk.pack(ask.operator, id_, why, fingerprint(ask.token))
        return web.Response(
            body=_chunks(made.file),
            headers={
                "Content-Type": "application/zip",
                "Content-Disposition": f'attachment; filename="evidence-{id_}.zip"',
                "X-Content-SHA256": made.sha256,
            },
        )


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    """All of it; then it is closed, as it is when nobody reads on."""
    try:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk
    finally:
        file.close()

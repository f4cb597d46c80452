"""What was said in a contact: read, corrected, opened for a reason, kept confidential."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from aiohttp import web

from gateway.core.operator import Right
from gateway.intake.accounts import fingerprint
from gateway.intake.transcript_desk import MOST_CHARACTERS
from gateway.web import shapes_heard as shapes
from gateway.web.calls_api import CONTACT
from gateway.web.contacts_api import Reason
from gateway.web.heard_views import segment_view, transcript_view
from gateway.web.operation import Ask, Operation
from gateway.web.shape import Text, Whole
from gateway.web.uses import WebParts

SEGMENT = "{segment_id:[A-Za-z0-9_-]{1,64}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The ``seq`` of the last segment that is known; 0: none."""

    after: Annotated[int, Whole(0, 2**31 - 1)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BetterText:
    """What was really said."""

    text: Annotated[str, Text(1, MOST_CHARACTERS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidential:
    """Whether the words stay out of the search, and why."""

    confidential: bool
    reason: Annotated[str, Text(2, 200)]


class TranscriptsApi:
    """/api/v1/contacts/…/transcript and …/confidential."""

    def __init__(self, parts: WebParts) -> None:
        self._desk = parts.heard.transcripts
        self._accounts = parts.accounts

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        contact = f"/api/v1/contacts/{CONTACT}"
        segment = f"{contact}/transcript/{SEGMENT}"
        return (
            Operation(
                method="GET",
                path=f"{contact}/transcript",
                policy=Right.SEE_OWN_CONTACTS,
                handler=self.read,
                summary="What was said, after a seq; noted once a session",
                summary_zh="通话转写（记入审计）",
                tag="transcripts",
                query=After,
                answer=shapes.Transcript,
                problems=(404, 503),
            ),
            Operation(
                method="POST",
                path=f"{segment}/correction",
                policy=Right.SEE_OWN_CONTACTS,
                handler=self.correct,
                summary="A better text of one sentence; what was heard is kept",
                summary_zh="更正一句转写（原文保留）",
                tag="transcripts",
                body=BetterText,
                answer=shapes.Segment,
                problems=(404, 503),
            ),
            Operation(
                method="POST",
                path=f"{segment}/original",
                policy=Right.REVEAL_NUMBER,
                handler=self.original,
                summary="One sentence without masks; noted with the reason",
                summary_zh="查看一句原文（记入审计）",
                tag="transcripts",
                body=Reason,
                answer=shapes.Original,
                problems=(404, 503),
            ),
            Operation(
                method="POST",
                path=f"{contact}/confidential",
                policy=Right.SEE_OWN_CONTACTS,
                handler=self.confidential,
                summary="Keep its words out of the search, or let them in; noted with the reason",
                summary_zh="设为保密，或取消（记入审计）",
                tag="transcripts",
                body=Confidential,
                status=204,
                problems=(404, 503),
            ),
        )

    async def read(self, ask: Ask) -> web.StreamResponse:
        """转写."""
        page = await self._desk.read(
            ask.operator,
            ask.part("contact_id"),
            ask.sent(After).after,
            fingerprint(ask.token),
        )
        return web.json_response(transcript_view(page, await self._accounts.names()))

    async def correct(self, ask: Ask) -> web.StreamResponse:
        """更正."""
        better = await self._desk.correct(
            ask.operator,
            ask.part("contact_id"),
            ask.part("segment_id"),
            ask.sent(BetterText).text,
        )
        return web.json_response(segment_view(better, await self._accounts.names()))

    async def original(self, ask: Ask) -> web.StreamResponse:
        """原文."""
        segment = await self._desk.original(
            ask.operator,
            ask.part("contact_id"),
            ask.part("segment_id"),
            ask.sent(Reason).reason,
        )
        return web.json_response({"text": segment.original, "raw": segment.raw})

    async def confidential(self, ask: Ask) -> web.StreamResponse:
        """保密."""
        sent = ask.sent(Confidential)
        await self._desk.keep_confidential(
            ask.operator, ask.part("contact_id"), sent.reason, confidential=sent.confidential
        )
        return web.Response(status=204)

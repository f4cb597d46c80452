"""Looking back at contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from aiohttp import web

from gateway.core.citizen import normalise_number
from gateway.core.contact import ContactQuery, receipt_of
from gateway.core.operator import Right
from gateway.intake.accounts import fingerprint
from gateway.web import shapes
from gateway.web.calls_api import CONTACT
from gateway.web.consultation_shapes import consultation_views
from gateway.web.operation import Ask, Operation
from gateway.web.shape import Text, Whole
from gateway.web.uses import WebParts
from gateway.web.views import detail_view, page_view

PAGE = 50


class Ended(StrEnum):
    """How a contact of any channel ended: ``core.call.Outcome`` and ``core.chat.ChatOutcome``."""

    OPEN = ""
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    LOST = "lost"
    OVERFLOWED = "overflowed"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to look for; ``number`` must be whole, ``before`` is the cursor of the page before.

    ``number`` may also be that of a citizen's receipt, which is looked for whatever else is asked.

    ``channel`` is phone, web_call, or a channel's kind; ``tag`` is a special line's, ``origin_tag``
    that of a hotline that merged into ours.
    """

    number: Annotated[str, Text(1, 32)] = ""
    queue: Annotated[str, Text(1, 64)] = ""
    outcome: Ended = Ended.OPEN
    channel: Annotated[str, Text(1, 32)] = ""
    tag: Annotated[str, Text(1, 32)] = ""
    origin_tag: Annotated[str, Text(1, 32)] = ""
    since: datetime | None = None
    until: datetime | None = None
    before: Annotated[str, Text(1, 64)] = ""
    limit: Annotated[int, Whole(1, 200)] = PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the whole number is needed."""

    reason: Annotated[str, Text(2, 200)]


class ContactsApi:
    """/api/v1/contacts."""

    def __init__(self, parts: WebParts) -> None:
        self._records = parts.records
        self._marks = parts.marks
        self._accounts = parts.accounts

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        path = "/api/v1/contacts"
        one = f"{path}/{CONTACT}"
        return (
            Operation(
                method="POST",  # a number has no place in a URL, where every proxy logs it
                path=f"{path}/search",
                policy=Right.SEE_OWN_CONTACTS,
                handler=self.search,
                summary="Contacts, newest first: one's own, or all for a supervisor",
                summary_zh="来电记录（话务员只见本人的）",
                tag="contacts",
                body=Search,
                answer=shapes.ContactPage,
                problems=(503,),
            ),
            Operation(
                method="GET",
                path=one,
                policy=Right.SEE_OWN_CONTACTS,
                handler=self.contact,
                summary="One contact and what happened in it",
                summary_zh="单条记录与经过",
                tag="contacts",
                answer=shapes.ContactDetail,
                problems=(404, 503),
            ),
            Operation(
                method="POST",
                path=one + "/reveal",
                policy=Right.REVEAL_NUMBER,
                handler=self.reveal,
                summary="The whole number; noted with the reason",
                summary_zh="查看完整号码（记入审计）",
                tag="contacts",
                body=Reason,
                answer=shapes.Revealed,
                problems=(404, 503),
            ),
            Operation(
                method="GET",
                path=one + "/recording",
                policy=Right.PLAY_RECORDING,
                handler=self.recording,
                summary="The recording, whole or a range of it; noted",
                summary_zh="录音（支持 Range，记入审计）",
                tag="contacts",
                media="audio/wav",
                also=(206,),
                problems=(404, 410, 416, 503),
            ),
        )

    async def search(self, ask: Ask) -> web.StreamResponse:
        """A page of contacts."""
        sent = ask.sent(Search)
        receipt = receipt_of(sent.number)
        if receipt:
            query = ContactQuery(receipt=receipt, before=sent.before, limit=sent.limit)
            found = await self._records.search(ask.operator, query)
            return web.json_response(page_view(found, sent.limit, await self._accounts.names()))
        query = ContactQuery(
            number=normalise_number(sent.number),
            queue=sent.queue,
            outcome=sent.outcome.value,
            channel=sent.channel,
            tag=sent.tag,
            origin_tag=sent.origin_tag,
            since=sent.since,
            until=sent.until,
            before=sent.before,
            limit=sent.limit,
        )
        if sent.number and not query.number:
            return web.json_response(page_view((), sent.limit, {}))
        found = await self._records.search(ask.operator, query)
        return web.json_response(page_view(found, sent.limit, await self._accounts.names()))

    async def contact(self, ask: Ask) -> web.StreamResponse:
        """One contact."""
        record, facts = await self._records.contact(
            ask.operator, ask.part("contact_id"), fingerprint(ask.token)
        )
        flags = await self._marks.of(record.number)
        names = await self._accounts.names()
        consulted = consultation_views(await self._records.consultations(record.id), names)
        detail = detail_view(record, flags, facts, names)
        return web.json_response(detail | {"consultations": consulted})

    async def reveal(self, ask: Ask) -> web.StreamResponse:
        """The whole number."""
        number = await self._records.reveal(
            ask.operator, ask.part("contact_id"), ask.sent(Reason).reason
        )
        return web.json_response({"number": number})

    async def recording(self, ask: Ask) -> web.StreamResponse:
        """The sound."""
        _, path = await self._records.recording(
            ask.operator, ask.part("contact_id"), fingerprint(ask.token)
        )
        headers = {"Content-Type": "audio/wav", "Content-Disposition": "inline"}
        return web.FileResponse(path, headers=headers)

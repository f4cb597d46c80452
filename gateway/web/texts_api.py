"""Short messages to who called: by the contact, never by a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from aiohttp import web

from gateway.core.operator import Right
from gateway.intake.texting import Texting
from gateway.web import talk_shapes
from gateway.web.calls_api import CONTACT
from gateway.web.operation import Ask, Operation
from gateway.web.shape import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortMessage:
    """What is written; ``client_key`` is its sender's own id for it."""

    client_key: Annotated[str, Text(1, 64)]
    text: Annotated[str, Text(1, 2000, lines=True)]


class TextsApi:
    """/api/v1/contacts/{contact_id}/sms."""

    def __init__(self, texting: Texting) -> None:
        self._texting = texting

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        path = f"/api/v1/contacts/{CONTACT}/sms"
        return (
            Operation(
                method="GET",
                path=path,
                policy=Right.SEE_OWN_CONTACTS,
                handler=self.look,
                summary="Short messages to who called, how far they came, and what was answered",
                summary_zh="给来电人的短信、回执与回复",
                tag="contacts",
                answer=talk_shapes.CallTexts,
                problems=(404, 503),
            ),
            Operation(
                method="POST",
                path=path,
                policy=Right.TAKE_CALLS,
                handler=self.send,
                summary="Write a short message to who called; written twice it is sent once",
                summary_zh="给来电人发短信（重复提交只发一次）",
                tag="contacts",
                body=ShortMessage,
                answer=talk_shapes.OperatorMessage,
                status=201,
                also=(200,),
                problems=(404, 429, 503),
            ),
        )

    async def look(self, ask: Ask) -> web.StreamResponse:
        """短信记录."""
        return web.json_response(await self._texting.look(ask.operator, ask.part("contact_id")))

    async def send(self, ask: Ask) -> web.StreamResponse:
        """发短信."""
        sent, id_ = ask.sent(ShortMessage), ask.part("contact_id")
        view, new = await self._texting.send(ask.operator, id_, sent.client_key, sent.text)
        return web.json_response(view, status=201 if new else 200)

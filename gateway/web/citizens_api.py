"""Who is behind a conversation, and linking what belongs to one citizen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from aiohttp import web

from gateway.core.identity import IdentityLink
from gateway.core.operator import Operator, Right
from gateway.intake.accounts import fingerprint
from gateway.intake.citizens import NOTE_CHARACTERS
from gateway.web import talk_shapes
from gateway.web.calls_api import CONTACT
from gateway.web.operation import Ask, Handler, Operation
from gateway.web.shape import Text
from gateway.web.uses import WebParts

LINK = "{link_id:[A-Za-z0-9_-]{1,64}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """The citizen of this conversation is that of another contact, too; how one knows."""

    chat_id: Annotated[str, Text(1, 64)]
    other_contact_id: Annotated[str, Text(1, 64)]
    note: Annotated[str, Text(0, NOTE_CHARACTERS, lines=True)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """Why."""

    note: Annotated[str, Text(0, NOTE_CHARACTERS, lines=True)] = ""


class CitizensApi:
    """/api/v1/chats/{id}/citizen and /api/v1/links."""

    def __init__(self, parts: WebParts) -> None:
        self._desk = parts.chats

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        citizens = self._desk.citizens
        return (
            Operation(
                method="GET",
                path=f"/api/v1/chats/{CONTACT}/citizen",
                policy=Right.SEE_OWN_CONTACTS,
                handler=self.citizen,
                summary="Who is behind it: names on every channel, links, other contacts",
                summary_zh="诉求人：各渠道身份、关联、历次接触",
                tag="citizens",
                answer=talk_shapes.CitizenBehind,
                problems=(404, 503),
            ),
            Operation(
                method="POST",
                path="/api/v1/links",
                policy=Right.TAKE_CALLS,
                handler=self.link,
                summary="Link this conversation's citizen with that of another contact",
                summary_zh="关联两次接触为同一诉求人",
                tag="citizens",
                body=Linking,
                answer=talk_shapes.Link,
                status=201,
                problems=(404, 409, 503),
            ),
            self._decision("confirm", citizens.confirm, "The proposal is right", "确认关联"),
            self._decision("revoke", citizens.revoke, "Not one citizen after all", "撤销关联"),
        )

    def _decision(
        self,
        name: str,
        act: Callable[[Operator, str, str], Awaitable[IdentityLink]],
        summary: str,
        summary_zh: str,
    ) -> Operation:
        return Operation(
            method="POST",
            path=f"/api/v1/links/{LINK}/{name}",
            policy=Right.TAKE_CALLS,
            handler=self._deciding(act),
            summary=summary,
            summary_zh=summary_zh,
            tag="citizens",
            body=Deciding,
            answer=talk_shapes.Link,
            problems=(404, 409, 503),
        )

    def _deciding(self, act: Callable[[Operator, str, str], Awaitable[IdentityLink]]) -> Handler:
        async def decide(ask: Ask) -> web.StreamResponse:
            looks = self._desk.looks
            await looks.may_decide(ask.operator, ask.part("link_id"))
            link = await act(ask.operator, ask.part("link_id"), ask.sent(Deciding).note)
            return web.json_response(looks.link(link))

        return decide

    async def citizen(self, ask: Ask) -> web.StreamResponse:
        """诉求人."""
        session = fingerprint(ask.token)
        chat = await self._desk.looks.visible(ask.operator, ask.part("contact_id"), session)
        return web.json_response(await self._desk.citizens.behind(ask.operator, chat))

    async def link(self, ask: Ask) -> web.StreamResponse:
        """关联."""
        sent = ask.sent(Linking)
        looks = self._desk.looks
        chat = await looks.visible(ask.operator, sent.chat_id, fingerprint(ask.token))
        made = await self._desk.citizens.link(ask.operator, chat, sent.other_contact_id, sent.note)
        return web.json_response(looks.link(made), status=201)

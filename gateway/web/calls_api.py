"""What an operator does with the call at their seat, and how they close it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from aiohttp import web

from gateway.core.operator import Right
from gateway.intake.views import disposition_view
from gateway.web import shapes
from gateway.web.operation import Ask, Empty, Handler, Operation
from gateway.web.shape import Text
from gateway.web.uses import WebParts

CONTACT = "{contact_id:[A-Za-z0-9_-]{1,64}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How the contact was dealt with; ``code`` is a disposition's."""

    code: Annotated[str, Text(1, 32)]
    note: Annotated[str, Text(0, 4000, lines=True)] = ""
    caller_name: Annotated[str, Text(0, 64)] = ""


class CallsApi:
    """/api/v1/calls and the disposition of a contact."""

    def __init__(self, parts: WebParts) -> None:
        self._desk = parts.desk

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        desk = self._desk
        return (
            self._command("pop-shown", desk.pop_shown, "The screen shows the call", "弹屏已显示"),
            self._command("hold", desk.hold, "Music for the citizen", "保持"),
            self._command("retrieve", desk.retrieve, "Back from the music", "取回"),
            Operation(
                method="PUT",
                path=f"/api/v1/contacts/{CONTACT}/disposition",
                policy=Right.TAKE_CALLS,
                handler=self.close,
                summary="Write down how a contact was dealt with",
                summary_zh="填写处理结果",
                tag="calls",
                body=Closing,
                answer=shapes.Disposition,
                problems=(404, 503),
            ),
        )

    def _command(
        self, name: str, act: Callable[[str, str], Awaitable[None]], summary: str, summary_zh: str
    ) -> Operation:
        return Operation(
            method="POST",
            path=f"/api/v1/calls/{CONTACT}/{name}",
            policy=Right.TAKE_CALLS,
            handler=_answering(act),
            summary=summary,
            summary_zh=summary_zh,
            tag="calls",
            body=Empty,
            status=204,
            problems=(404, 409, 503),
        )

    async def close(self, ask: Ask) -> web.StreamResponse:
        """处理结果."""
        sent = ask.sent(Closing)
        disposition = await self._desk.close(
            ask.operator, ask.part("contact_id"), sent.code, sent.note, sent.caller_name
        )
        return web.json_response(disposition_view(disposition))


def _answering(act: Callable[[str, str], Awaitable[None]]) -> Handler:
    async def command(ask: Ask) -> web.StreamResponse:
        await act(ask.operator.id, ask.part("contact_id"))
        return web.Response(status=204)

    return command

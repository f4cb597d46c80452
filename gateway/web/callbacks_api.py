"""待回拨: whom we owe a call back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from aiohttp import web

from gateway.core.dialling import First
from gateway.core.operator import Right
from gateway.intake.accounts import fingerprint
from gateway.intake.callbacks import NOTE_CHARACTERS
from gateway.intake.views import moment, voicemail_view
from gateway.web import shapes
from gateway.web.calls_api import CONTACT
from gateway.web.contacts_api import Reason
from gateway.web.operation import Ask, Operation
from gateway.web.shape import Text
from gateway.web.uses import WebParts

CALLBACK = "{callback_id:[A-Za-z0-9_-]{1,64}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What became of it."""

    note: Annotated[str, Text(0, NOTE_CHARACTERS)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoFirst:
    """Whose phone rings first."""

    first: First = First.SEAT


class CallbacksApi:
    """/api/v1/callbacks."""

    def __init__(self, parts: WebParts) -> None:
        self._dialler = parts.dialler
        self._callbacks = parts.callbacks
        self._voicemails = parts.voicemails

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        one = f"/api/v1/callbacks/{CALLBACK}"
        return (
            Operation(
                method="GET",
                path="/api/v1/callbacks",
                policy=Right.TAKE_CALLS,
                handler=self.open,
                summary="Who is to be called back, who waits longest first",
                summary_zh="待回拨名单（等得最久的在前）",
                tag="callbacks",
                answer=shapes.Callbacks,
            ),
            Operation(
                method="POST",
                path=f"{one}/reveal",
                policy=Right.REVEAL_NUMBER,
                handler=self.reveal,
                summary="The whole number, to call it; noted with the reason",
                summary_zh="查看完整号码以便回拨（记入审计）",
                tag="callbacks",
                body=Reason,
                answer=shapes.Revealed,
                problems=(404, 503),
            ),
            Operation(
                method="POST",
                path=f"{one}/done",
                policy=Right.TAKE_CALLS,
                handler=self.done,
                summary="Somebody has called back",
                summary_zh="标记为已回拨",
                tag="callbacks",
                body=Note,
                answer=shapes.Callback,
                problems=(404, 409, 503),
            ),
            Operation(
                method="POST",
                path=f"{one}/call",
                policy=Right.TAKE_CALLS,
                handler=self.call,
                summary="Call now, this seat's phone first or the citizen's; says yes to an offer",
                summary_zh="立即回拨：先接坐席或先接市民；接受派给本坐席的回拨也用它",
                tag="callbacks",
                body=WhoFirst,
                answer=shapes.CallbackTry,
                problems=(404, 409, 503),
            ),
            Operation(
                method="GET",
                path=f"{one}/voicemails",
                policy=Right.PLAY_RECORDING,
                handler=self.voicemails,
                summary="The messages of a callback and what was understood of them; noted",
                summary_zh="留言及其转写（记入审计）",
                tag="callbacks",
                answer=shapes.Voicemails,
                problems=(404, 503),
            ),
            Operation(
                method="GET",
                path=f"{one}/voicemails/{CONTACT}",
                policy=Right.PLAY_RECORDING,
                handler=self.voicemail,
                summary="The sound of one message, whole or a range of it; noted",
                summary_zh="留言的声音（支持 Range，记入审计）",
                tag="callbacks",
                media="audio/wav",
                also=(206,),
                problems=(404, 416, 503),
            ),
        )

    async def open(self, ask: Ask) -> web.StreamResponse:
        """待回拨名单."""
        return web.json_response({"items": self._dialler.listed(ask.operator)})

    async def call(self, ask: Ask) -> web.StreamResponse:
        """立即回拨."""
        tried = await self._dialler.call(
            ask.operator, ask.part("callback_id"), ask.sent(WhoFirst).first
        )
        return web.json_response(
            {
                "id": tried.id,
                "callback_id": tried.callback_id,
                "first": tried.first.value,
                "seat": tried.seat,
                "at": moment(tried.at),
            }
        )

    async def voicemails(self, ask: Ask) -> web.StreamResponse:
        """留言."""
        found = await self._voicemails.of(
            ask.operator, ask.part("callback_id"), fingerprint(ask.token)
        )
        items = [voicemail_view(one, said, waiting=waiting) for one, said, waiting in found]
        return web.json_response({"items": items})

    async def voicemail(self, ask: Ask) -> web.StreamResponse:
        """The sound."""
        path = await self._voicemails.sound(
            ask.operator, ask.part("callback_id"), ask.part("contact_id"), fingerprint(ask.token)
        )
        headers = {"Content-Type": "audio/wav", "Content-Disposition": "inline"}
        return web.FileResponse(path, headers=headers)

    async def reveal(self, ask: Ask) -> web.StreamResponse:
        """The whole number."""
        number = await self._callbacks.reveal(
            ask.operator, ask.part("callback_id"), ask.sent(Reason).reason
        )
        return web.json_response({"number": number})

    async def done(self, ask: Ask) -> web.StreamResponse:
        """已回拨."""
        finished = await self._callbacks.done(
            ask.operator, ask.part("callback_id"), ask.sent(Note).note
        )
        return web.json_response(self._dialler.places.view(finished))

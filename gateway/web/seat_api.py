"""What an operator does at their seat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from aiohttp import web

from gateway.core.line import PhoneKind
from gateway.core.operator import Right
from gateway.core.seat import Seat
from gateway.intake.views import seat_view
from gateway.web import shapes
from gateway.web.operation import Ask, Empty, Handler, Operation
from gateway.web.shape import Text
from gateway.web.uses import WebParts

SIP_HOST = "hotline"
SEAT_SOCKET = "/sip/seat"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Which seat, with which phone."""

    seat: Annotated[str, Text(1, 16)]
    phone: PhoneKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Why no calls for a while: the code of a break reason."""

    reason: Annotated[str, Text(1, 32)]


class SeatApi:
    """/api/v1/seat."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        desk = self._parts.desk
        return (
            Operation(
                method="POST",
                path="/api/v1/seat/sign-in",
                policy=Right.TAKE_CALLS,
                handler=self.sign_in,
                summary="Sit down at a seat",
                summary_zh="签入坐席",
                tag="seat",
                body=SignIn,
                answer=shapes.SignedIn,
                problems=(404, 409, 503),
            ),
            self._command("sign-out", desk.sign_out, "Leave the seat", "签出"),
            self._command("ready", desk.make_ready, "Take calls", "示闲"),
            self._command("finish-wrap-up", desk.finish_wrap_up, "End the wrap-up", "结束话后处理"),
            self._command(
                "extend-wrap-up", desk.extend_wrap_up, "A minute more of wrap-up", "延长话后处理"
            ),
            Operation(
                method="POST",
                path="/api/v1/seat/break",
                policy=Right.TAKE_CALLS,
                handler=self.take_break,
                summary="Take no calls; during a call, after it",
                summary_zh="小休（通话中则在通话后生效）",
                tag="seat",
                body=Break,
                answer=shapes.Seat,
                problems=(409, 503),
            ),
        )

    def _command(
        self, name: str, act: Callable[[str], Awaitable[Seat]], summary: str, summary_zh: str
    ) -> Operation:
        return Operation(
            method="POST",
            path=f"/api/v1/seat/{name}",
            policy=Right.TAKE_CALLS,
            handler=_answering(act),
            summary=summary,
            summary_zh=summary_zh,
            tag="seat",
            body=Empty,
            answer=shapes.Seat,
            problems=(409, 503),
        )

    async def sign_in(self, ask: Ask) -> web.StreamResponse:
        """The seat, and what the browser needs to be its phone."""
        sent = ask.sent(SignIn)
        seat = await self._parts.desk.sign_in(ask.operator, sent.seat, sent.phone)
        sip = None
        if seat.phone is PhoneKind.BROWSER:
            user = f"seat-{seat.number}"
            sip = {
                "user": user,
                "password": self._parts.phone_secrets.password(seat.number, seat.phone),
                "uri": f"sip:{user}@{SIP_HOST}",
                "ws": SEAT_SOCKET,
            }
        return web.json_response({"seat": seat_view(seat), "sip": sip})

    async def take_break(self, ask: Ask) -> web.StreamResponse:
        """小休."""
        seat = await self._parts.desk.take_break(ask.operator.id, ask.sent(Break).reason)
        return web.json_response(seat_view(seat))


def _answering(act: Callable[[str], Awaitable[Seat]]) -> Handler:
    async def command(ask: Ask) -> web.StreamResponse:
        return web.json_response(seat_view(await act(ask.operator.id)))

    return command

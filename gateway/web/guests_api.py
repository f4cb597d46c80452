"""Others in a call: asked in, moved, muted, handed over to; parked calls; supervision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from gateway.core.operator import Right
from gateway.intake.guests_desk import Wish
from gateway.intake.views import reach_view, seat_view
from gateway.web import guests_shapes as shapes
from gateway.web import shapes as seat_shapes
from gateway.web.calls_api import CONTACT
from gateway.web.operation import Ask, Empty, Operation, Policy
from gateway.web.uses import GuestParts

CALL = f"/api/v1/calls/{CONTACT}"
GUEST = "{guest_id:[A-Za-z0-9_-]{1,64}}"
SEAT = "{number:[A-Za-z0-9_-]{1,16}}"

Act = Callable[[Ask, str, str], Awaitable[None]]
"""Given the request, who asks and the contact."""


class GuestsApi:
    """/api/v1/directory, what follows /api/v1/calls/{id}, /api/v1/parked and supervision."""

    def __init__(self, parts: GuestParts) -> None:
        self._parts = parts

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (*self._asking(), *self._moving(), *self._parked(), *self._supervising())

    def _asking(self) -> tuple[Operation, ...]:
        desk = self._parts.guests
        return (
            Operation(
                method="GET",
                path="/api/v1/directory",
                policy=Right.TAKE_CALLS,
                handler=self.directory,
                summary="Everybody who can be called into a call",
                summary_zh="可接入通话的专家、专线、队列和坐席",
                tag="guests",
                answer=shapes.DirectoryView,
            ),
            Operation(
                method="POST",
                path=f"{CALL}/reach",
                policy=Right.TAKE_CALLS,
                handler=self.reach,
                summary="Bring somebody into one's call",
                summary_zh="请第三方接入通话",
                tag="guests",
                body=shapes.AskedReach,
                answer=shapes.ReachView,
                status=201,
                problems=(404, 409, 503),
            ),
            _command(
                f"{CALL}/reach/undo",
                lambda _ask, who, call: desk.undo(who, call),
                ("Undo it before anybody is dialled", "撤销接入请求"),
            ),
            _command(
                f"{CALL}/reach/withdraw",
                lambda _ask, who, call: desk.withdraw(who, call),
                ("Take it back while somebody is tried", "取消接入请求"),
            ),
            _command(
                f"{CALL}/reach/verified",
                lambda ask, who, call: desk.verified(
                    who, call, ask.sent(shapes.AskedVerified).reach
                ),
                ("The other side has understood", "对方已核实接收"),
                body=shapes.AskedVerified,
            ),
        )

    def _moving(self) -> tuple[Operation, ...]:
        desk = self._parts.guests
        return (
            _command(
                f"{CALL}/guests/{GUEST}/mode",
                lambda ask, who, call: desk.let(
                    who, call, ask.part("guest_id"), ask.sent(shapes.AskedMode).mode
                ),
                ("Let a guest take part in another way", "切换第三方的参与方式"),
                body=shapes.AskedMode,
            ),
            _command(
                f"{CALL}/guests/{GUEST}/drop",
                lambda ask, who, call: desk.drop(who, call, ask.part("guest_id")),
                ("Take a guest out", "挂断第三方"),
            ),
            _command(
                f"{CALL}/mute",
                self._mute,
                ("Nobody hears one party, or everybody again", "静音某一方"),
                body=shapes.AskedMute,
            ),
            _command(
                f"{CALL}/leave",
                lambda _ask, who, call: desk.leave(who, call),
                ("Hand the citizen over to who is in, and leave", "转交后离开"),
            ),
            _command(
                f"{CALL}/transfer",
                lambda ask, who, call: desk.transfer(who, call, ask.sent(shapes.AskedQueue).queue),
                ("Give the citizen to another queue", "转到其他队列"),
                body=shapes.AskedQueue,
            ),
            _command(
                f"{CALL}/recording",
                lambda ask, who, call: desk.record(
                    who, call, paused=ask.sent(shapes.AskedPause).paused
                ),
                ("Pause the recording, or let it go on", "暂停或继续录音"),
                body=shapes.AskedPause,
            ),
            _command(
                f"{CALL}/hang-up",
                lambda _ask, who, call: desk.hang_up(who, call),
                ("End the call or one's part in it, or refuse its ring", "挂机"),
                tag="calls",
            ),
        )

    def _parked(self) -> tuple[Operation, ...]:
        desk, parking = self._parts.guests, self._parts.parking
        return (
            _command(
                f"{CALL}/park",
                lambda _ask, who, call: desk.park(who, call),
                ("Music until somebody picks the call up", "驻留"),
            ),
            Operation(
                method="GET",
                path="/api/v1/parked",
                policy=Right.TAKE_CALLS,
                handler=self.parked,
                summary="Who waits to be picked up",
                summary_zh="驻留中的通话",
                tag="guests",
                answer=list[shapes.ParkedCall],
            ),
            _command(
                f"/api/v1/parked/{CONTACT}/pick-up",
                lambda _ask, who, call: parking.pick_up(who, call),
                ("Pick a parked call up", "取回驻留的通话"),
            ),
        )

    def _supervising(self) -> tuple[Operation, ...]:
        supervision = self._parts.supervision
        return (
            _command(
                f"/api/v1/watch/{CONTACT}/hear",
                lambda ask, _who, call: supervision.hear(
                    ask.operator, call, ask.sent(shapes.AskedMode).mode
                ),
                ("Hear a talk, whisper to its operator, or join it; noted", "旁听、耳语或加入通话"),
                body=shapes.AskedMode,
                policy=Right.SUPERVISE,
            ),
            Operation(
                method="DELETE",
                path=f"/api/v1/watch/{CONTACT}/hear",
                policy=Right.SUPERVISE,
                handler=_acting(lambda ask, _who, call: supervision.leave(ask.operator, call)),
                summary="Hear it no more",
                summary_zh="结束旁听",
                tag="guests",
                status=204,
                problems=(404, 503),
            ),
            _command(
                f"/api/v1/watch/{CONTACT}/take-over",
                lambda ask, _who, call: supervision.take_over(ask.operator, call),
                ("Be the call's seat", "接管通话"),
                policy=Right.SUPERVISE,
            ),
            Operation(
                method="POST",
                path=f"/api/v1/seats/{SEAT}/force",
                policy=Right.SUPERVISE,
                handler=self.force,
                summary="Set another seat's state, with a reason that is noted and told",
                summary_zh="强制改变坐席状态",
                tag="guests",
                body=shapes.AskedState,
                answer=seat_shapes.Seat,
                problems=(404, 409, 503),
            ),
        )

    async def directory(self, ask: Ask) -> web.StreamResponse:
        """Who can be called in."""
        del ask
        return web.json_response(self._parts.directory.view())

    async def reach(self, ask: Ask) -> web.StreamResponse:
        """Ask for somebody."""
        sent = ask.sent(shapes.AskedReach)
        wish = Wish(
            role=sent.role,
            target=sent.target,
            region=sent.region,
            mode=sent.mode,
            leaves=sent.leaves,
            consent=sent.consent,
            reason=sent.reason,
        )
        reach = await self._parts.guests.ask(ask.operator.id, ask.part("contact_id"), wish)
        return web.json_response(reach_view(reach), status=201)

    async def _mute(self, ask: Ask, who: str, call: str) -> None:
        sent = ask.sent(shapes.AskedMute)
        await self._parts.guests.mute(who, call, sent.who, muted=sent.muted)

    async def parked(self, ask: Ask) -> web.StreamResponse:
        """Who waits to be picked up."""
        return web.json_response(self._parts.parking.parked(ask.operator.id))

    async def force(self, ask: Ask) -> web.StreamResponse:
        """Set a seat's state."""
        sent = ask.sent(shapes.AskedState)
        seat = await self._parts.supervision.force(
            ask.operator, ask.part("number"), sent.state, sent.reason
        )
        return web.json_response(seat_view(seat))


def _command(
    path: str,
    act: Act,
    summary: tuple[str, str],
    *,
    body: type[Any] = Empty,
    policy: Policy = Right.TAKE_CALLS,
    tag: str = "guests",
) -> Operation:
    return Operation(
        method="POST",
        path=path,
        policy=policy,
        handler=_acting(act),
        summary=summary[0],
        summary_zh=summary[1],
        tag=tag,
        body=body,
        status=204,
        problems=(404, 409, 503),
    )


def _acting(act: Act) -> Callable[[Ask], Awaitable[web.StreamResponse]]:
    async def command(ask: Ask) -> web.StreamResponse:
        await act(ask, ask.operator.id, ask.part("contact_id"))
        return web.Response(status=204)

    return command

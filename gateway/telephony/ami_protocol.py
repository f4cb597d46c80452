"""One AMI connection: answers go to who asked, events to one listener, in order.

This stands where panoramisk's own ``AMIProtocol`` stands (``Manager``'s config
``protocol_factory``). That one drops characters split over TCP segments, lets CR LF through, keeps
unanswered actions to send them again after a reconnect, and ends the connection when a callback
raises; none of that is acceptable on a hotline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gateway.core.errors import Invalid, PhonesUnavailable
from gateway.telephony.ami_codec import AmiDecoder, AmiMessage, Value, encode

MAX_PENDING_ACTIONS = 1_000
MAX_LIST_MESSAGES = 20_000

UNREAD_EVENTS = (
    "VarSet",
    "Newexten",
    "TestEvent",
    "AGIExecStart",
    "AGIExecEnd",
    "RTCPSent",
    "RTCPReceived",
    "MusicOnHoldStart",
    "MusicOnHoldStop",
    "NewConnectedLine",
    "NewCallerid",
    "NewAccountCode",
    "SuccessfulAuth",
    "ChallengeSent",
    "DTMFBegin",
    "DTMFEnd",
    "LocalBridge",
    "BridgeCreate",
    "BridgeDestroy",
    "BridgeEnter",
    "BridgeLeave",
    "BridgeMerge",
    "DialState",
    "MixMonitorStart",
    "MixMonitorStop",
    "Cdr",
    "CEL",
)


@dataclass(slots=True)
class LinkCounters:
    """What happened so far; only ever grows."""

    messages: int = 0
    faults: int = 0
    """The listener raised; the message was left, the connection kept."""
    late_answers: int = 0
    """An answer nobody waits for any more."""
    overflows: int = 0
    logins: int = 0
    losses: int = 0
    refusals: int = 0


@dataclass(slots=True)
class _Pending:
    answer: asyncio.Future[list[AmiMessage]]
    gathers: bool
    messages: list[AmiMessage] = field(default_factory=list)
    is_list: bool = False


class AmiProtocol(asyncio.Protocol):
    """Bytes of one connection. ``heard`` gets every event, ``lost`` the reason of the end, once.

    ``name`` begins the ids of its actions. Asterisk tells an OriginateResponse to everybody with
    the id of whoever asked, so two connections must not use the same ids.
    """

    def __init__(
        self,
        name: str,
        heard: Callable[[AmiMessage], None],
        lost: Callable[[str], None],
        counters: LinkCounters,
    ) -> None:
        self._name, self._heard, self._lost, self._counters = name, heard, lost, counters
        self._decoder = AmiDecoder(UNREAD_EVENTS)
        self._pending: dict[str, _Pending] = {}
        self._transport: asyncio.Transport | None = None
        self._writable = True
        self._reason = ""
        self._number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio hands over the connection."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError(type(transport).__name__)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Asyncio hands over bytes; a fault of ours with one message does not touch the next."""
        try:
            for message in self._decoder.feed(data):
                self._counters.messages += 1
                try:
                    self._take(message)
                except Exception:  # noqa: BLE001 - one odd message must not end the link; counted
                    self._counters.faults += 1
        except PhonesUnavailable as fault:
            self.abort(fault.reason)

    def pause_writing(self) -> None:
        """Asterisk does not read; the next action is refused instead of buffered."""
        self._writable = False

    def resume_writing(self) -> None:
        """Asterisk reads again."""
        self._writable = True

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing pending is ever sent again: an old Redirect is worse than none."""
        reason = self._reason or ("connection closed" if exc is None else "connection broken")
        self._transport = None
        pending, self._pending = self._pending, {}
        for each in pending.values():
            if not each.answer.done():
                each.answer.set_exception(PhonesUnavailable(reason))
        self._lost(reason)

    def abort(self, reason: str) -> None:
        """End the connection now, without waiting for what is still to be written."""
        if self._transport is not None:
            self._reason = self._reason or reason
            self._transport.abort()

    def close(self) -> None:
        """End the connection; panoramisk's Manager calls this."""
        self.abort("closed")

    def send(
        self, action: Mapping[str, Value], *, as_list: bool | None = False
    ) -> asyncio.Future[list[AmiMessage]]:
        """Write one action; the future gets its response, or the items of its list.

        ``as_list`` gathers until the list is complete. Raises Invalid for what must not go over the
        wire and PhonesUnavailable when nothing can be sent. The caller sets the deadline; a
        future that is cancelled is forgotten.
        """
        if self._transport is None or self._transport.is_closing():
            raise PhonesUnavailable("down")
        if not self._writable or len(self._pending) >= MAX_PENDING_ACTIONS:
            raise PhonesUnavailable("too many actions wait for an answer")
        self._number += 1
        action_id = f"{self._name}-{self._number}"
        headers = dict(action)
        name = headers.pop("Action")
        data = encode(str(name), action_id, headers)
        answer: asyncio.Future[list[AmiMessage]] = asyncio.get_running_loop().create_future()
        self._pending[action_id] = _Pending(answer, gathers=bool(as_list))
        answer.add_done_callback(lambda _: self._pending.pop(action_id, None))
        self._transport.write(data)
        return answer

    def _take(self, message: AmiMessage) -> None:
        pending = self._pending.get(message.get("ActionID"))
        if pending is None or pending.answer.done():
            if message.event:
                self._heard(message)
            else:
                self._counters.late_answers += 1
            return
        if not message.event:
            self._answered(pending, message)
            return
        if pending.gathers:
            self._gather(pending, message)
        if not pending.is_list:
            # OriginateResponse and its like carry the action's id and are news for everybody
            self._heard(message)

    def _answered(self, pending: _Pending, message: AmiMessage) -> None:
        if pending.gathers and message.ok:
            pending.is_list = True
            if message.get("EventList").lower() == "start":
                return
            pending.answer.set_result([])
        elif pending.gathers:
            pending.answer.set_exception(ActionRefused(message.get("Message")))
        else:
            pending.answer.set_result([message])

    def _gather(self, pending: _Pending, message: AmiMessage) -> None:
        if message.get("EventList").lower() in ("complete", "cancelled"):
            pending.answer.set_result(pending.messages)
        elif len(pending.messages) >= MAX_LIST_MESSAGES:
            pending.answer.set_exception(PhonesUnavailable("answer too long"))
        else:
            pending.messages.append(message)


class ActionRefused(Invalid):
    """The telephone system refused an action."""

    code = "action-refused"

    def __init__(self, message: str) -> None:
        super().__init__()
        self.message = message

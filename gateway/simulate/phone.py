"""A SIP telephone made of software: registers, calls, is called. UDP, G.711 A-law, nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

from gateway.simulate.call import Call
from gateway.simulate.errors import NobodyAnswered, NotSip, PhoneError
from gateway.simulate.policy import AT_ONCE, Answer, Policy, Reject, Silent
from gateway.simulate.registration import Registration
from gateway.simulate.rtp import Sound
from gateway.simulate.sip_message import Headers, Request, Response, build, parse
from gateway.simulate.transactions import Transactions

INCOMING_CALLS = 32  # calls kept for next_call(); later ones are answered all the same
ENDED_CALLS = 64  # dialogs remembered, to answer what comes late
GOODBYE_SECONDS = 2.0
METHODS = "INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, INFO"


class SipPhone:
    """One line: ``user`` at ``server`` (host, port), with a password where one is asked for.

    ``on_invite`` says what to do with calls that come in, and may be changed at any time.
    ``headers`` go with every request (``X-Hotline-Web`` for instance). Use as a context; everything
    it started ends with it, and a registration is taken back.
    """

    def __init__(
        self,
        user: str,
        server: tuple[str, int],
        password: str | None = None,
        *,
        on_invite: Policy | Callable[[Call], Policy] = AT_ONCE,
        headers: Headers = (),
        host: str = "",
        port: int = 0,
    ) -> None:
        self.user, self.server = user, server
        self.on_invite = on_invite
        self._headers = headers
        self.host = host or _address_towards(server)
        self.contact = ""
        self.transactions = Transactions(self.send)
        self.incoming: asyncio.Queue[Call] = asyncio.Queue(INCOMING_CALLS)
        self._calls: dict[str, Call] = {}
        self._coming: set[str] = set()
        self._ended: OrderedDict[str, Call] = OrderedDict()
        self._tasks = asyncio.TaskGroup()
        self._working: set[asyncio.Task[None]] = set()
        self._transport: asyncio.DatagramTransport | None = None
        self._port = port
        self._registration = Registration(self, user, server, password)

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: _Socket(self._received), local_addr=(self.host, self._port)
        )
        self._port = self._transport.get_extra_info("sockname")[1]
        self.contact = f"<sip:{self.user}@{self.host}:{self._port}>"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                for call in tuple(self._calls.values()):
                    await call.hang_up()
                if self._registration.seconds:
                    with contextlib.suppress(PhoneError):
                        await self._registration.register(0, GOODBYE_SECONDS)
        finally:
            for call in tuple(self._calls.values()):
                call.over()
            for task in self._working:
                task.cancel()
            if self._transport is not None:
                self._transport.close()
            await close_tasks(self._tasks, kind, error, trace)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls that have not ended."""
        return tuple(self._calls.values())

    async def register(self, seconds: int = 120) -> None:
        """Tell the server where we are, now and again in time. Raises Refused or NobodyAnswered."""
        await self._registration.register(seconds)
        self.spawn(self._registration.stay())

    async def call(
        self,
        number: str,
        *,
        from_number: str = "",
        from_header: str = "",
        headers: Headers = (),
    ) -> Call:
        """Start a call; wait for ``answered()``. ``from_header`` replaces the whole From."""
        host, port = self.server
        uri = f"sip:{number}@{host}:{port}"
        ours = from_header or f"<sip:{from_number or self.user}@{self.host}>"
        sound = await Sound.open(self.host)
        call = Call(
            self, sound, secrets.token_hex(12), f"{ours};tag={secrets.token_hex(6)}", f"<{uri}>"
        )
        self._calls[call.call_id] = call
        make = call.first_invite(uri, headers)

        async def start() -> None:
            try:
                response = await self._registration.ask(make, lambda _: call.ringing.set())
            except NobodyAnswered:
                call.refused(408)
                return
            if response.code >= 300:
                call.refused(response.code, int(response.get("Retry-After") or 0))
            else:
                call.accepted(response)

        self.spawn(start())
        return call

    async def next_call(self, within_seconds: float = 10) -> Call:
        """The next call that came in, in order; TimeoutError after the limit."""
        async with asyncio.timeout(within_seconds):
            return await self.incoming.get()

    async def options(self) -> Response:
        """Ask the server what it can do; its answer, whatever it is."""
        return await self._registration.options()

    # -- what a call needs ------------------------------------------------------------------

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run until done, at the latest until the phone closes."""
        task = self._tasks.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return task

    def request(self, method: str, uri: str, headers: Headers, body: str = "") -> Request:
        """A request with a new branch (RFC 3261 section 8.1.1)."""
        branch = f"z9hG4bK{secrets.token_hex(8)}"
        first: Headers = (
            ("Via", f"SIP/2.0/UDP {self.host}:{self._port};branch={branch};rport"),
            ("Max-Forwards", "70"),
        )
        last: Headers = (("Contact", self.contact), ("Allow", METHODS), *self._headers)
        return Request((*first, *headers, *last), body, method, uri)

    def send(self, message: Request | Response) -> None:
        """Send one datagram to the server."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(build(message), self.server)

    def forget(self, call: Call) -> None:
        """Keep an ended dialog for a while: a repeated 200 or BYE still wants its answer."""
        self._calls.pop(call.call_id, None)
        self._ended[call.call_id] = call
        while len(self._ended) > ENDED_CALLS:
            self._ended.popitem(last=False)

    # -- inside -----------------------------------------------------------------------------

    def _received(self, data: bytes) -> None:
        try:
            message = parse(data)
        except NotSip:
            return  # keep-alives and noise
        call = self._calls.get(message.call_id) or self._ended.get(message.call_id)
        if call is not None and call.vanished:
            return
        if isinstance(message, Request):
            self._asked(message, call)
        elif self.transactions.received(message) or call is None:
            return
        elif message.cseq[1] == "INVITE" and 200 <= message.code < 300:
            call.accepted(message)  # our ACK was lost

    def _asked(self, request: Request, call: Call | None) -> None:
        if request.method == "ACK":
            if call is not None:
                call.acknowledged.set()
        elif self.transactions.repeated(request):
            return
        elif request.method == "INVITE":
            if request.branch not in self._coming:  # sent again, it is the same one
                self._coming.add(request.branch)
                self.spawn(self._reinvited(request, call) if call else self._invited(request))
        elif request.method in {"OPTIONS", "UPDATE", "INFO", "NOTIFY"}:
            self._reply(request, 200, "OK")
        elif request.method in {"BYE", "CANCEL"} and call is not None:
            self._reply(request, 200, "OK")
            if request.method == "CANCEL" and call.invite is not None and not call.is_answered:
                self._reply(call.invite, 487, "Request Terminated")
            if request.method == "BYE" or not call.is_answered:
                call.heard_end(request)
        else:
            self._reply(request, 481, "Call Does Not Exist")

    def _reply(self, request: Request, code: int, reason: str, tag: str = "") -> None:
        tag = tag or self._registration.tag
        self.transactions.answer(
            request, request.reply(code, reason, tag=tag, more=(("Contact", self.contact),))
        )

    async def _reinvited(self, request: Request, call: Call) -> None:
        self._coming.discard(request.branch)
        if call.has_ended:
            self._reply(request, 481, "Call Does Not Exist")
        else:
            await call.accept(request)

    async def _invited(self, request: Request) -> None:
        tag = secrets.token_hex(6)
        try:
            sound = await Sound.open(self.host)
        finally:
            self._coming.discard(request.branch)
        ours = f"{request.get('To')};tag={tag}"
        call = Call(self, sound, request.call_id, ours, request.get("From"))
        call.invite, call.outgoing = request, False
        policy = self.on_invite if not callable(self.on_invite) else self.on_invite(call)
        if isinstance(policy, Silent):
            call.vanish()
            return
        self._calls[call.call_id] = call
        if not self.incoming.full():
            self.incoming.put_nowait(call)
        if isinstance(policy, Reject):
            self._reply(request, policy.code, policy.reason, tag)
            call.refused(policy.code)
            return
        self._reply(request, 180, "Ringing", tag)
        call.ringing.set()
        if isinstance(policy, Answer):
            with contextlib.suppress(TimeoutError):
                await call.ended(policy.after_seconds)
            if not call.has_ended:
                await call.accept(request)


class _Socket(asyncio.DatagramProtocol):
    def __init__(self, received: Callable[[bytes], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:  # noqa: ARG002 - asyncio's
        self._received(data)


async def close_tasks(
    tasks: asyncio.TaskGroup,
    kind: type[BaseException] | None,
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    """End a group whose tasks are cancelled; the body's own error stays what it is."""
    if kind is asyncio.CancelledError:
        await tasks.__aexit__(kind, error, trace)
    else:
        await tasks.__aexit__(None, None, None)


def _address_towards(server: tuple[str, int]) -> str:
    """Our own address as that server sees it; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(server)
        return str(probe.getsockname()[0])

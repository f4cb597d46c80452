"""One call of a simulated phone: the SIP dialog (RFC 3261 section 12) and its sound."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from gateway.simulate.errors import CallOver, NobodyAnswered, Refused
from gateway.simulate.rtp import Ear, Sound
from gateway.simulate.sdp import describe, destination
from gateway.simulate.sip_message import Headers, Request, Response, tag_of, uri_of, user_of
from gateway.simulate.transactions import T1_SECONDS, T2_SECONDS, TIMER_B_SECONDS, Transactions

CANCEL_SECONDS = 5.0
_CAUSE = re.compile(r"Q\.850\s*;\s*cause=(\d+)", re.IGNORECASE)


class Wire(Protocol):
    """What a call needs of its phone."""

    host: str
    contact: str
    transactions: Transactions

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run until the phone closes."""
        ...

    def request(
        self,
        method: str,
        uri: str,
        headers: Headers,
        body: str = "",
    ) -> Request:
        """A request with a new branch, our contact and user agent."""
        ...

    def send(self, message: Request | Response) -> None:
        """Send once."""
        ...

    def forget(self, call: Call) -> None:
        """The call is over."""
        ...


class Call:
    """``heard`` is what came out of the receiver; the rest is what a person can do with a call.

    ``invite`` is the request that started it, ``outgoing`` whether it was ours.
    ``status`` is the SIP code that ended it before it was answered (0: none), ``retry_after`` the
    seconds that came with it; ``cause`` the Q.850
    number that the far side gave with its BYE or CANCEL (RFC 3326), 0 for none.
    """

    def __init__(self, wire: Wire, sound: Sound, call_id: str, ours: str, theirs: str) -> None:
        self._wire = wire
        self.sound = sound
        self.call_id = call_id
        self._ours, self._theirs = ours, theirs
        self._target = uri_of(theirs)
        self._cseq = secrets.randbelow(1000) + 1
        self._description = 0
        self._pace: asyncio.Task[None] | None = None
        self._answered, self._ended = asyncio.Event(), asyncio.Event()
        self.ringing, self.acknowledged = asyncio.Event(), asyncio.Event()
        self.invite: Request | None = None
        self.outgoing = True
        self.status = 0
        self.retry_after = 0
        self._route: tuple[str, ...] = ()
        self.cause = 0
        self.vanished = False
        loop = asyncio.get_running_loop()
        self.started_at = loop.time()
        self.answered_at = 0.0

    @property
    def heard(self) -> Ear:
        """What we hear."""
        return self.sound.ear

    @property
    def is_answered(self) -> bool:
        """Whether both sides are connected, or were."""
        return self._answered.is_set()

    @property
    def has_ended(self) -> bool:
        """Whether it is over."""
        return self._ended.is_set()

    @property
    def far_user(self) -> str:
        """The number or name of the other side, from its From or To."""
        return user_of(self._theirs)

    async def answered(self, within_seconds: float = 10) -> None:
        """Wait until connected; raises Refused when it ends before, else TimeoutError."""
        async with asyncio.timeout(within_seconds):
            while not self._answered.is_set():
                if self._ended.is_set():
                    raise Refused("INVITE", self.status, "not answered")
                await _either(self._answered, self._ended)

    async def ended(self, within_seconds: float | None = 10) -> None:
        """Wait until it is over; TimeoutError after the limit, None for none."""
        async with asyncio.timeout(within_seconds):
            await self._ended.wait()

    def play_tone(self, hertz: int) -> None:
        """Send this tone until something else is played."""
        self.sound.play_tone(hertz)

    def press(self, digits: str) -> None:
        """Press keys (RFC 4733)."""
        self.sound.send_digits(digits)

    async def hang_up(self) -> None:
        """End it: BYE; before the answer CANCEL or 603; no error when it is over."""
        if self.has_ended:
            return
        if self.is_answered:
            bye = self._in_dialog("BYE")
            self.over()
            try:
                await self._wire.transactions.request(bye)
            except NobodyAnswered:
                return
        elif self.invite is not None and self.outgoing:
            self._wire.send(cancel_of(self.invite))
            try:
                await self.ended(CANCEL_SECONDS)
            except TimeoutError:
                self.over()
        elif self.invite is not None:
            response = self.invite.reply(603, "Decline", tag=tag_of(self._ours))
            self._wire.transactions.answer(self.invite, response)
            self.refused(603)

    def vanish(self) -> None:
        """Lose power: no sound, no BYE, no answer to anything, for ever."""
        self.vanished = True
        self.over()

    async def reinvite(self, direction: str = "sendrecv") -> None:
        """Describe our sound anew; ``sendonly`` puts the other side on hold. Raises Refused."""
        if not self.is_answered or self.has_ended:
            raise CallOver
        invite = self._in_dialog("INVITE", self.offer(direction))
        response = await self._wire.transactions.request(invite)
        if response.code >= 300:
            raise Refused("INVITE", response.code, response.reason)
        self.accepted(response)

    def offer(self, direction: str = "sendrecv") -> str:
        """Our sound's description, newer than the last."""
        self._description += 1
        return describe(self._wire.host, self.sound.port, self._description, direction)

    def accepted(self, response: Response) -> None:
        """The far side answered our INVITE: acknowledge, learn where it is, start the sound."""
        self._theirs = response.get("To")
        if not self.is_answered:
            self._route = response.every("Record-Route")[::-1]
        self._learn(response.get("Contact"), response.body)
        number, _ = response.cseq
        self._wire.send(self._in_dialog("ACK", number=number))
        if self.has_ended and not self.is_answered:
            self._wire.send(self._in_dialog("BYE"))  # refused before: section 13.2.2.4
            return
        self._connected()

    def refused(self, code: int, retry_after: int = 0) -> None:
        """The far side did not want our INVITE."""
        self.status, self.retry_after = code, retry_after
        self.over()

    async def accept(self, request: Request) -> None:
        """Answer an INVITE with 200 and repeat that until it is acknowledged (section 13.3.1.4)."""
        self._learn(request.get("Contact"), request.body)
        self.acknowledged.clear()
        more: Headers = (("Contact", self._wire.contact),)
        response = request.reply(200, "OK", tag=tag_of(self._ours), more=more, body=self.offer())
        self._wire.transactions.answer(request, response)
        self._connected()
        pause, left = T1_SECONDS, TIMER_B_SECONDS
        while left > 0 and not self.has_ended:
            try:
                async with asyncio.timeout(pause):
                    await _either(self.acknowledged, self._ended)
                    return
            except TimeoutError:
                left -= pause
                pause = min(pause * 2, T2_SECONDS)
                self._wire.send(response)

    def heard_end(self, request: Request) -> None:
        """The far side sent BYE or CANCEL."""
        found = _CAUSE.search(request.get("Reason"))
        self.cause = int(found[1]) if found else 0
        self.over()

    def over(self) -> None:
        """Stop the sound and tell who waits."""
        if self.has_ended:
            return
        self._ended.set()
        if self._pace is not None:
            self._pace.cancel()
        self.sound.close()
        self._wire.forget(self)

    def _connected(self) -> None:
        if self.is_answered:
            return
        self.answered_at = asyncio.get_running_loop().time()
        self._answered.set()
        self._pace = self._wire.spawn(self.sound.run())

    def _learn(self, contact: str, body: str) -> None:
        if contact:
            self._target = uri_of(contact)
        if body:
            self.sound.send_to(destination(body))

    def _in_dialog(self, method: str, body: str = "", *, number: int = 0) -> Request:
        if not number:
            self._cseq += 1
            number = self._cseq
        headers = (
            *(("Route", proxy) for proxy in self._route),
            ("From", self._ours),
            ("To", self._theirs),
            ("Call-ID", self.call_id),
            ("CSeq", f"{number} {method}"),
        )
        return self._wire.request(method, self._target, headers, body)

    def first_invite(self, uri: str, more: Headers) -> Callable[[str], Request]:
        """Makes the INVITE that starts the call, with or without an Authorization."""
        body = self.offer()

        def make(authorization: str) -> Request:
            self._cseq += 1
            headers: Headers = (
                ("From", self._ours),
                ("To", self._theirs),
                ("Call-ID", self.call_id),
                ("CSeq", f"{self._cseq} INVITE"),
                *more,
            )
            if authorization:
                headers = (*headers, ("Authorization", authorization))
            self.invite = self._wire.request("INVITE", uri, headers, body)
            return self.invite

        return make


def cancel_of(invite: Request) -> Request:
    """The CANCEL of an INVITE: same transaction, other method (section 9.1)."""
    number, _ = invite.cseq
    headers = (
        ("Via", invite.get("Via")),
        ("Max-Forwards", "70"),
        ("From", invite.get("From")),
        ("To", invite.get("To")),
        ("Call-ID", invite.call_id),
        ("CSeq", f"{number} CANCEL"),
    )
    return Request(headers, "", "CANCEL", invite.uri)


async def _either(first: asyncio.Event, second: asyncio.Event) -> None:
    """Wait for one of two events."""
    async with asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(event.wait()) for event in (first, second)]
        for task in waiting:
            task.add_done_callback(lambda _: [one.cancel() for one in waiting])

"""What a phone asks its server about itself: REGISTER and OPTIONS, with the password when asked."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from typing import Protocol

from gateway.simulate import sip_digest
from gateway.simulate.errors import PhoneError, Refused
from gateway.simulate.sip_message import Headers, Request, Response
from gateway.simulate.transactions import TIMER_B_SECONDS, Transactions


class Wire(Protocol):
    """What is needed of the phone."""

    transactions: Transactions

    def request(self, method: str, uri: str, headers: Headers, body: str = "") -> Request:
        """A request with a new branch and our contact."""
        ...


class Registration:
    """``user`` at ``server`` (host, port); ``password`` None answers no challenge.

    ``seconds`` is how long we asked to be known, 0 when we are not registered. ``tag`` is ours in
    everything that belongs to no call.
    """

    def __init__(
        self, wire: Wire, user: str, server: tuple[str, int], password: str | None
    ) -> None:
        self._wire = wire
        self._user, self._server, self._password = user, server, password
        self._call_id = secrets.token_hex(12)
        self._count = 0
        self.tag = secrets.token_hex(6)
        self.seconds = 0

    async def ask(
        self,
        make: Callable[[str], Request],
        on_provisional: Callable[[Response], None] | None = None,
        limit_seconds: float = TIMER_B_SECONDS,
    ) -> Response:
        """Send what ``make`` gives, once more with an Authorization when challenged."""
        request = make("")
        response = await self._wire.transactions.request(
            request, on_provisional=on_provisional, limit_seconds=limit_seconds
        )
        challenge = sip_digest.choose(response.every("WWW-Authenticate"))
        if response.code != 401 or self._password is None or challenge is None:
            return response
        authorization = sip_digest.answer(
            challenge,
            user=self._user,
            password=self._password,
            method=request.method,
            uri=request.uri,
            cnonce=secrets.token_hex(8),
        )
        return await self._wire.transactions.request(
            make(authorization), on_provisional=on_provisional, limit_seconds=limit_seconds
        )

    async def register(self, seconds: int, limit_seconds: float = TIMER_B_SECONDS) -> None:
        """Be known for so long; 0 takes it back. Raises Refused or NobodyAnswered."""
        expires: Headers = (("Expires", str(seconds)),)
        response = await self.ask(
            lambda proof: self._standing("REGISTER", proof, expires), limit_seconds=limit_seconds
        )
        if response.code != 200:
            raise Refused("REGISTER", response.code, response.reason)
        self.seconds = seconds

    async def stay(self) -> None:
        """Register again at half time, for ever."""
        while True:
            await asyncio.sleep(self.seconds / 2)
            with contextlib.suppress(PhoneError):
                await self.register(self.seconds)

    async def options(self) -> Response:
        """Whatever the server says to OPTIONS."""
        return await self.ask(lambda proof: self._standing("OPTIONS", proof))

    def _standing(self, method: str, authorization: str, more: Headers = ()) -> Request:
        host, port = self._server
        self._count += 1
        headers: Headers = (
            ("From", f"<sip:{self._user}@{host}>;tag={self.tag}"),
            ("To", f"<sip:{self._user}@{host}>"),
            ("Call-ID", self._call_id),
            ("CSeq", f"{self._count} {method}"),
            *more,
        )
        if authorization:
            headers = (*headers, ("Authorization", authorization))
        return self._wire.request(method, f"sip:{host}:{port}", headers)

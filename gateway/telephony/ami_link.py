"""The link to the telephone system: always trying to be up, honest when it is not.

The only module that knows panoramisk. Its ``Manager`` opens the connection with our protocol
(config ``protocol_factory``); connecting again, logging in, pings and deadlines are done here,
because the Manager's own would send old actions again, never notice a frozen peer, stay silent
about a refused login and go on after ``close``.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

import panoramisk

from gateway.core.errors import PhonesUnavailable
from gateway.telephony.ami_codec import AmiMessage, Value
from gateway.telephony.ami_limits import LinkLimits, retry_pause
from gateway.telephony.ami_protocol import AmiProtocol, LinkCounters


class LinkState(StrEnum):
    """Where the link stands."""

    DOWN = "down"
    UP = "up"
    REFUSED = "refused"
    """Asterisk does not accept our name and secret: somebody has to look."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class LinkUp:
    """Logged in and Asterisk is fully booted; what was known before is stale."""


@dataclass(frozen=True, slots=True)
class LinkDown:
    """Nothing is heard; ``reason`` is one of a few fixed English phrases."""

    reason: str


LOGIN_REFUSED = "login refused"


class _Connection(panoramisk.Manager):  # type: ignore[misc]  # panoramisk has no types
    """panoramisk's Manager for one connection: it never connects again by itself."""

    def connection_made(self, f: asyncio.Future[Any]) -> None:
        if not f.cancelled() and f.exception() is None:
            super().connection_made(f)

    def ping(self) -> None:
        """AmiLink pings, with a deadline."""


class AmiLink:
    """Use as ``async with``; one consumer reads ``messages()``.

    ``act`` and ``act_list`` may be used by many at once. Nothing is ever sent twice. Without
    ``listens`` there are no events, and Asterisk may not be fully booted when the link is up: a
    user that may hear nothing is not told.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        user: str,
        secret: str,
        limits: LinkLimits | None = None,
        listens: bool = True,
    ) -> None:
        self._address, self.user, self._secret = (host, port), user, secret
        self._listens = listens
        self._limits = limits or LinkLimits()
        self.state = LinkState.DOWN
        self.counters = LinkCounters()
        self._heard: deque[AmiMessage | LinkUp | LinkDown] = deque()
        self._ready = asyncio.Event()
        self._booted = asyncio.Event()
        self._listening = False
        self._told = ""
        self._connection: _Connection | None = None
        self._tasks = asyncio.TaskGroup()
        self._runner: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        self._runner = self._tasks.create_task(self._run(), name="ami-link")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            self._runner.cancel()
        ours = kind is not None and issubclass(kind, asyncio.CancelledError)
        try:
            # what the body raised goes on as it is; a group would wrap it
            await self._tasks.__aexit__(*((kind, error, trace) if ours else (None, None, None)))
        finally:
            self.state = LinkState.CLOSED
            self._ready.set()

    async def messages(self) -> AsyncIterator[AmiMessage | LinkUp | LinkDown]:
        """Everything heard, in order; ends when the link is closed.

        One reader at a time. One that comes later begins with LinkUp, too, when the link is up:
        what the reader before it left unread is older than the snapshot that follows.
        """
        if self.state is LinkState.UP and LinkUp() not in self._heard:
            self._heard.clear()
            self._heard.append(LinkUp())
        while True:
            while self._heard:
                yield self._heard.popleft()
            if self.state is LinkState.CLOSED:
                return
            self._ready.clear()
            await self._ready.wait()

    async def act(self, action: str, **headers: Value) -> AmiMessage:
        """Do one thing and return the answer, which may say no (``ok``).

        Raises PhonesUnavailable at once when the link is down, after the deadline without an answer
        (it may have been done all the same) and when the link breaks; Invalid for unsafe values.
        """
        return (await self._ask(action, headers, as_list=False))[0]

    async def act_list(self, action: str, **headers: Value) -> list[AmiMessage]:
        """The items of a list; raises ActionRefused when Asterisk says no, else as ``act``."""
        return await self._ask(action, headers, as_list=True)

    def tell(self, action: str, **headers: Value) -> None:
        """Send without waiting for the answer; silently nothing when the link is down."""
        if self.state is not LinkState.UP or self._connection is None:
            return
        try:
            answer = self._connection.send_action({"Action": action, **headers}, as_list=False)
        except PhonesUnavailable:
            return
        answer.add_done_callback(_ignore)

    def drop(self, reason: str) -> None:
        """End this connection and make a new one, with everything that follows from it."""
        if self._connection is not None and self._connection.protocol is not None:
            self._connection.protocol.abort(reason)

    async def _ask(
        self, action: str, headers: dict[str, Value], *, as_list: bool
    ) -> list[AmiMessage]:
        if self.state is not LinkState.UP or self._connection is None:
            raise PhonesUnavailable("down")
        return await _ask(
            self._connection, {"Action": action, **headers}, self._limits.action_seconds, as_list
        )

    async def _run(self) -> None:
        attempt = 0
        while True:
            logins = self.counters.logins
            reason = await self._connect_once()
            attempt = 0 if self.counters.logins > logins else attempt + 1
            self._tell_down(reason)
            refused = reason == LOGIN_REFUSED
            self.state = LinkState.REFUSED if refused else LinkState.DOWN
            chance = random.random()  # noqa: S311 - spreads retries, guards nothing
            pause = retry_pause(attempt, self._limits, chance)
            await asyncio.sleep(self._limits.refused_retry_seconds if refused else pause)

    async def _connect_once(self) -> str:
        """One connection from the first packet to the end; why it ended."""
        loop = asyncio.get_running_loop()
        lost: asyncio.Future[str] = loop.create_future()

        def factory() -> AmiProtocol:
            name = self.user  # another link's OriginateResponse comes to us with its own id
            return AmiProtocol(name, self._hear, lambda why: _settle(lost, why), self.counters)

        host, port = self._address
        connection = _Connection(loop=loop, host=host, port=port, protocol_factory=factory)
        self._connection = connection
        self._booted.clear()
        try:
            async with asyncio.timeout(self._limits.connect_seconds):
                await connection.connect()
            if refusal := await self._log_in(connection):
                return refusal
            self.counters.logins += 1
            self._tell_up()
            await self._keep_alive(connection, lost)
            self.counters.losses += 1
            return await lost
        except PhonesUnavailable as fault:
            return fault.reason
        except (OSError, TimeoutError):
            return "cannot connect"
        finally:
            self._listening = False
            self._connection = None
            connection.close()

    async def _log_in(self, connection: _Connection) -> str:
        login: dict[str, Value] = {"Action": "Login", "Username": self.user}
        login |= {"Secret": self._secret, "Events": "on" if self._listens else "off"}
        answer = (await _ask(connection, login, self._limits.action_seconds))[0]
        if not answer.ok:
            self.counters.refusals += 1
            return LOGIN_REFUSED
        if not self._listens:
            return ""
        try:
            async with asyncio.timeout(self._limits.boot_seconds):
                await self._booted.wait()
        except TimeoutError:
            return "not booted"
        return ""

    async def _keep_alive(self, connection: _Connection, lost: asyncio.Future[str]) -> None:
        while True:
            await asyncio.wait({lost}, timeout=self._limits.ping_every_seconds)
            if lost.done():
                return
            try:
                await _ask(connection, {"Action": "Ping"}, self._limits.pong_seconds)
            except PhonesUnavailable:
                connection.protocol.abort("no pong")

    def _hear(self, message: AmiMessage) -> None:
        if message.event == "FullyBooted":
            self._booted.set()
        if not self._listening:
            return  # older than the snapshot that follows LinkUp
        if len(self._heard) >= self._limits.heard_messages:
            # a consumer this slow is better off with a fresh snapshot than with old news
            self.counters.overflows += 1
            self._heard.clear()
            self._listening = False
            self.drop("too slow")
            return
        self._heard.append(message)
        self._ready.set()

    def _tell_up(self) -> None:
        self.state = LinkState.UP
        self._told = ""
        self._listening = True
        self._heard.append(LinkUp())
        self._ready.set()

    def _tell_down(self, reason: str) -> None:
        if reason == self._told:
            return
        self._told = reason
        if self._heard and isinstance(self._heard[-1], LinkDown):
            self._heard.pop()
        self._heard.append(LinkDown(reason))
        self._ready.set()


async def _ask(
    connection: _Connection, action: dict[str, Value], seconds: float, as_list: bool = False
) -> list[AmiMessage]:
    answer = connection.send_action(action, as_list=as_list)
    try:
        async with asyncio.timeout(seconds):
            messages: list[AmiMessage] = await answer
            return messages
    except TimeoutError:
        raise PhonesUnavailable("no answer in time") from None


def _ignore(answer: asyncio.Future[list[AmiMessage]]) -> None:
    if not answer.cancelled():
        answer.exception()


def _settle(future: asyncio.Future[str], value: str) -> None:
    if not future.done():
        future.set_result(value)

"""Where Asterisk brings sound: TCP on loopback, and nobody who was not expected.

It always reads, so that it is never the reason why Asterisk waits; what is too much for who listens
is theirs to leave out. A connection says who it is first (a UUID that was told to us a moment
before, 122 bits of chance: nothing to guess), else it is closed and counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, cast

from asr.audiosocket import Frame, Kind, NotAudioSocket, Parser, frame_bytes

HELLO_SECONDS = 5.0
SILENT_SECONDS = 600.0
"""A leg may be on hold for long; one that sends nothing for so long is no leg any more."""
FAREWELL_SECONDS = 2.0
LATE_SECONDS = 1.0
"""Two ways lead here, and on a busy machine who is expected may come before we are told of them."""
MOST_LATE = 32
MOST_CONNECTIONS = 512
MOST_UNSENT_BYTES = 16_000
"""A second of sound that the other side does not take; more is left out."""


class Line(Protocol):
    """What a guest may do with its connection. Nothing of it waits."""

    def send(self, frame: Frame) -> None:
        """Left out when the other side does not take it."""
        ...

    def farewell(self) -> None:
        """Send the hangup frame: the dialplan goes on. What still comes is not told."""
        ...

    def close(self) -> None:
        """At once."""
        ...


class Guest(Protocol):
    """Who was expected, and what becomes of their connection. Must not wait and must not raise."""

    def came(self, line: Line) -> None:
        """It is here."""
        ...

    def took(self, frame: Frame) -> None:
        """It sent this: sound, a key, an error."""
        ...

    def gone(self) -> None:
        """It is not here any more. Comes once, after ``came``."""
        ...


class TapServer:
    """Listens while the context lasts, on a port of the kernel's choice.

    ``admit`` gives the guest of an id, once; None: nobody expects it.
    """

    def __init__(
        self,
        admit: Callable[[str], Guest | None],
        *,
        most_connections: int = MOST_CONNECTIONS,
        hello_seconds: float = HELLO_SECONDS,
        silent_seconds: float = SILENT_SECONDS,
    ) -> None:
        self.admit = admit
        self.most_connections = most_connections
        self.hello_seconds, self.silent_seconds = hello_seconds, silent_seconds
        self.connections: set[Connection] = set()
        self._early: dict[str, Connection] = {}
        self.refused = 0
        """Connections that were closed: too many, unknown, silent, or not AudioSocket."""
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """Where it listens; 0 before and after."""
        sockets = self._server.sockets if self._server else ()
        return int(sockets[0].getsockname()[1]) if sockets else 0

    def expected(self, name: str) -> None:
        """``admit`` knows this name from now on: who came early is let in."""
        early = self._early.pop(name, None)
        if early and (guest := self.admit(name)):
            early.enter(guest)

    def early(self, name: str, connection: Connection) -> bool:
        """Whether this one may wait a moment for its name to be known."""
        if name in self._early or len(self._early) >= MOST_LATE:
            return False
        self._early[name] = connection
        return True

    def late(self, name: str, connection: Connection) -> None:
        """It waits no longer."""
        if self._early.get(name) is connection:
            del self._early[name]

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection(self), "127.0.0.1", 0, backlog=self.most_connections
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server:
            self._server.close()
            for one in tuple(self.connections):
                one.close()
            await self._server.wait_closed()


class Connection(asyncio.Protocol):
    """One connection: a Line for its guest."""

    def __init__(self, server: TapServer) -> None:
        self._server = server
        self._parser = Parser()
        self._guest: Guest | None = None
        self._name = ""
        self._deaf = False
        self._heard = 0.0
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let in as long as there is room; it has a moment to say who it is."""
        self._transport = cast("asyncio.Transport", transport)
        self._server.connections.add(self)
        if len(self._server.connections) > self._server.most_connections:
            self._refuse()
            return
        self._wait(self._server.hello_seconds)

    def data_received(self, data: bytes) -> None:
        """Whole frames go to the guest."""
        self._heard = asyncio.get_running_loop().time()
        if self._deaf:
            return
        try:
            frames = self._parser.feed(data)
        except NotAudioSocket:
            self._refuse()
            return
        for frame in frames:
            if self._deaf:
                return
            self._take(frame)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """By whoever."""
        self._deaf = True
        self._server.connections.discard(self)
        if self._timer:
            self._timer.cancel()
        if self._guest:
            self._guest.gone()
        elif self._name:
            self._server.late(self._name, self)

    def enter(self, guest: Guest) -> None:
        """It is the connection of this guest."""
        self._guest = guest
        self._wait_for_sound()
        guest.came(self)

    def send(self, frame: Frame) -> None:
        """As Line says."""
        out = self._transport
        if out and not out.is_closing() and out.get_write_buffer_size() <= MOST_UNSENT_BYTES:
            out.write(frame_bytes(frame))

    def farewell(self) -> None:
        """As Line says: the other side closes; read until then, lest it never sees our frame."""
        self.send(Frame(Kind.HANGUP))
        self._deaf = True
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(FAREWELL_SECONDS, self.close)

    def close(self) -> None:
        """As Line says."""
        self._deaf = True
        if self._transport:
            self._transport.abort()

    def _take(self, frame: Frame) -> None:
        if not self._name or frame.kind is Kind.ID:
            self._take_name(frame)
        elif self._guest is None:
            return  # early: nothing is kept of what it says until it is known
        elif frame.kind is Kind.HANGUP:
            self.close()
        else:
            self._guest.took(frame)

    def _take_name(self, frame: Frame) -> None:
        """It says its name first, and once."""
        if self._name or frame.kind is not Kind.ID:
            self._refuse()
            return
        self._name = frame.id
        if guest := self._server.admit(self._name):
            self.enter(guest)
        elif self._server.early(self._name, self):
            self._wait(LATE_SECONDS)
        else:
            self._refuse()

    def _wait(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._is_silent)

    def _wait_for_sound(self) -> None:
        now = asyncio.get_running_loop().time()
        self._wait(self._heard + self._server.silent_seconds - now)

    def _is_silent(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._guest and now < self._heard + self._server.silent_seconds:
            self._wait_for_sound()
        else:
            self._refuse()

    def _refuse(self) -> None:
        self._server.refused += 1
        self.close()

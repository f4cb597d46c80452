"""A manager interface for tests: speaks the bytes, keeps what it was asked, misbehaves on demand.

async with ami_peer() as peer:
    peer.port, peer.secret
    peer.secrets                 one for each user instead of the one for everybody
    peer.deaf                    the users that asked for no events
    peer.actions                 every action after the login, as a dict, in order
    peer.answers["QueueStatus"]  raw bytes instead of the usual answer; ``%s`` is the ActionID
    peer.mute.add("QueueAdd")    no answer at all
    peer.frozen = True           reads nothing, answers nothing, closes nothing
    await peer.say(b"...")       raw bytes to everyone
    peer.drop()                  cut every connection
    await peer.stop(); await peer.start()
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.eventually import eventually

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
BOOTED = b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"


class AmiPeer:
    """See the module's own words."""

    def __init__(self) -> None:
        self.secret = "peer-secret"
        self.secrets: dict[str, str] = {}
        self.deaf: set[str] = set()
        self.port = 0
        self.actions: list[dict[str, str]] = []
        self.pings = 0
        self.logins = 0
        self.connections = 0
        self.answers: dict[str, bytes] = {}
        self.mute: set[str] = set()
        self.thawed = asyncio.Event()
        self.thawed.set()
        self.booted = True
        self.banner = BANNER
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse connections and cut those there are."""
        assert self._server is not None
        self._server.close()
        self.drop()
        await self._server.wait_closed()
        await eventually(lambda: not self._writers)

    def drop(self) -> None:
        """Cut every connection."""
        for writer in self._writers:
            writer.transport.abort()

    async def say(self, data: bytes) -> None:
        """Raw bytes to everyone."""
        for writer in self._writers:
            writer.write(data)
            await writer.drain()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        writer.write(self.banner)
        try:
            while True:
                raw = await reader.readuntil(b"\r\n\r\n")
                await self.thawed.wait()
                lines = [line.partition(": ") for line in raw.decode().split("\r\n") if line]
                writer.write(self._answer({key: value for key, _, value in lines}))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    def _answer(self, action: dict[str, str]) -> bytes:
        name, id_ = action["Action"], action["ActionID"].encode()
        success = b"Response: Success\r\nActionID: %s\r\nMessage: ok\r\n\r\n" % id_
        if name == "Login":
            if action["Secret"] != self.secrets.get(action["Username"], self.secret):
                return (
                    b"Response: Error\r\nActionID: %s\r\nMessage: Authentication failed\r\n\r\n"
                    % id_
                )
            self.logins += 1
            deaf = action["Events"] == "off"
            self.deaf |= {action["Username"]} if deaf else set()
            return success + (BOOTED if self.booted and not deaf else b"")
        if name == "Ping":
            self.pings += 1
            if "Ping" not in self.mute:
                return (
                    b"Response: Success\r\nActionID: %s\r\nPing: Pong\r\nTimestamp: 1.5\r\n\r\n"
                    % id_
                )
            return b""
        self.actions.append(action)
        if name in self.mute:
            return b""
        answer = self.answers.get(name)
        return success if answer is None else answer.replace(b"%s", id_)


@asynccontextmanager
async def ami_peer() -> AsyncIterator[AmiPeer]:
    """A peer that listens, and is gone afterwards."""
    peer = AmiPeer()
    await peer.start()
    try:
        yield peer
    finally:
        peer.thawed.set()
        await peer.stop()

"""One connection: a fault with one message is that message's alone, and nothing grows for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from gateway.core.errors import PhonesUnavailable
from gateway.telephony import ami_protocol
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_protocol import AmiProtocol, LinkCounters
from tests.eventually import eventually, others_run
from tests.peers.ami_peer import AmiPeer, ami_peer


class Connection:
    """A protocol connected to the peer, and what it said."""

    def __init__(self, heard: Callable[[AmiMessage], None] | None = None) -> None:
        self.events: list[str] = []
        self.lost: list[str] = []
        self.counters = LinkCounters()
        self._heard = heard
        self.protocol = AmiProtocol("test", self._hear, self.lost.append, self.counters)

    def _hear(self, message: AmiMessage) -> None:
        if self._heard is not None:
            self._heard(message)
        self.events.append(message.event)


@asynccontextmanager
async def connected(peer: AmiPeer, connection: Connection) -> AsyncIterator[Connection]:
    """Connected, and closed afterwards."""
    loop = asyncio.get_running_loop()
    await loop.create_connection(lambda: connection.protocol, "127.0.0.1", peer.port)
    await eventually(lambda: peer.connections)
    try:
        yield connection
    finally:
        connection.protocol.close()
        await eventually(lambda: connection.lost)


async def test_a_listener_that_raises_loses_one_message() -> None:
    """The poison is counted; the connection and all that follows stay."""

    def poisoned(message: AmiMessage) -> None:
        if message.event == "Poison":
            raise ZeroDivisionError

    async with ami_peer() as peer, connected(peer, Connection(poisoned)) as connection:
        await peer.say(b"Event: A\r\n\r\nEvent: Poison\r\n\r\nEvent: B\r\n\r\n")
        await eventually(lambda: connection.events == ["A", "B"])
        assert connection.counters.faults == 1
        assert (await connection.protocol.send({"Action": "Ping"}))[0].ok


async def test_a_peer_that_reads_nothing_gets_no_more() -> None:
    """When the socket is full an action is refused instead of buffered."""
    async with ami_peer() as peer, connected(peer, Connection()) as connection:
        connection.protocol.pause_writing()
        with pytest.raises(PhonesUnavailable):
            connection.protocol.send({"Action": "Ping"})
        connection.protocol.resume_writing()
        assert (await connection.protocol.send({"Action": "Ping"}))[0].ok


async def test_pending_actions_have_a_limit_and_leave_nothing() -> None:
    """The one over the limit is refused; given-up ones make room again."""
    async with ami_peer() as peer, connected(peer, Connection()) as connection:
        peer.mute.add("Quiet")
        limit = ami_protocol.MAX_PENDING_ACTIONS
        asked = [connection.protocol.send({"Action": "Quiet"}) for _ in range(limit)]
        with pytest.raises(PhonesUnavailable):
            connection.protocol.send({"Action": "Quiet"})
        for each in asked:
            each.cancel()
        await others_run()
        assert (await connection.protocol.send({"Action": "Loud"}))[0].ok


async def test_a_list_has_a_limit() -> None:
    """A list over MAX_LIST_MESSAGES fails; the connection stays."""
    async with ami_peer() as peer, connected(peer, Connection()) as connection:
        item = b"Event: I\r\nActionID: %s\r\n\r\n"
        start = b"Response: Success\r\nActionID: %s\r\nEventList: start\r\n\r\n"
        peer.answers["Endless"] = start + item * (ami_protocol.MAX_LIST_MESSAGES + 1)
        with pytest.raises(PhonesUnavailable, match="too long"):
            await connection.protocol.send({"Action": "Endless"}, as_list=True)
        assert (await connection.protocol.send({"Action": "Ping"}))[0].ok


async def test_after_the_end_nothing_is_sent() -> None:
    """The reason of the end is told once, and every pending action fails with it."""
    async with ami_peer() as peer, connected(peer, Connection()) as connection:
        peer.mute.add("Quiet")
        pending = connection.protocol.send({"Action": "Quiet"})
        connection.protocol.abort("no pong")
        with pytest.raises(PhonesUnavailable, match="no pong"):
            await pending
        with pytest.raises(PhonesUnavailable, match="down"):
            connection.protocol.send({"Action": "Ping"})
        assert connection.lost == ["no pong"]

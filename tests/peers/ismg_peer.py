"""A CMPP gateway (ISMG) on a socket, for both versions, which can be as bad as real ones are.

It speaks by tests.peers.ismg_wire alone. What is delivered waits until it is acknowledged, and is
delivered again over the next connection, in order; at most ``WINDOW`` are without an answer.
"""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.peers import ismg_wire as wire

WINDOW = 16
Judge = Callable[[wire.Submitted], int | None]


@dataclass(eq=False)
class Connection:
    """One provider's connection, after the handshake of TCP."""

    peer: IsmgPeer
    writer: asyncio.StreamWriter
    logged_in: bool = False
    sequence: int = 1000
    unanswered: dict[int, wire.Delivery] = field(default_factory=dict)

    def say(self, frame: bytes) -> None:
        """Unless it stalls."""
        if not self.peer.stalls:
            self.writer.write(frame)
            self.peer.capture.append((False, frame))

    def deliver(self) -> None:
        """As much as the window lets."""
        while self.logged_in and self.peer.backlog and len(self.unanswered) < WINDOW:
            one = self.peer.backlog.popleft()
            self.sequence += 1
            self.unanswered[self.sequence] = one
            self.again(self.sequence)

    def again(self, sequence: int) -> None:
        """What was not answered, as it was."""
        body = self.unanswered[sequence].body(three=self.peer.three)
        self.say(wire.frame(wire.DELIVER, sequence, body))


class IsmgPeer:
    """``async with`` it; ``port`` is where it listens.

    ``judge`` says the Result of a submit, None is no answer. ``shift`` is added to the Sequence_Id
    of SUBMIT_RESP. ``stalls``: it reads and says nothing. ``early``: a report comes before its
    SUBMIT_RESP.
    """

    def __init__(self, *, three: bool, secret: bytes = b"swordfish", limit: int = 8) -> None:
        self.three, self.secret, self.limit = three, secret, limit
        self.judge: Judge = lambda _: 0
        self.shift = 0
        self.stalls = self.early = False
        self.port = 0
        self.connections: list[Connection] = []
        self.logins: list[int] = []
        self.submits: list[tuple[int, wire.Submitted]] = []
        self.backlog: deque[wire.Delivery] = deque()
        self.acknowledged: list[tuple[int, int]] = []
        self.refused: list[tuple[int, int]] = []
        self.tests = 0
        self.goodbyes = 0
        self.capture: list[tuple[bool, bytes]] = []
        """Every frame, and whether it came from the provider."""
        self._msg_id = 0x5C1F_0F00_0001_0000
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self.opens()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.closes()

    async def opens(self) -> None:
        """Listen, where it listened before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def closes(self) -> None:
        """Away, with every connection."""
        if self._server:
            self._server.close()
            self.vanishes()
            await self._server.wait_closed()
            self._server = None

    def vanishes(self) -> None:
        """Every connection is cut, without a word."""
        for one in self.connections:
            one.writer.transport.abort()

    def delivers(self, *deliveries: wire.Delivery) -> None:
        """In this order, over the connections that there are."""
        self.backlog += deliveries
        for one in self.connections:
            one.deliver()

    def delivers_over(self, connection: int, delivery: wire.Delivery) -> None:
        """Over this connection."""
        self.backlog.append(delivery)
        self.connections[connection].deliver()

    def reports(self, msg_id: int, stat: bytes = b"DELIVRD", *, long: bool = False) -> None:
        """What became of a submit."""
        to = next((one.to[0] for id_, one in self.submits if id_ == msg_id), b"13800000001")
        content = wire.report(msg_id, stat, to, long=long)
        self.delivers(
            wire.Delivery(msg_id=self.next_id(), src=to, content=content, fmt=0, report=True)
        )

    def next_id(self) -> int:
        """A Msg_Id of its own."""
        self._msg_id += 1
        return self._msg_id

    # ---- inside ----

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        one = Connection(peer=self, writer=writer)
        try:
            while True:
                head = await reader.readexactly(12)
                size, command, number = wire.HEADER.unpack(head)
                body = await reader.readexactly(size - 12)
                self.capture.append((True, head + body))
                if not self._heard(one, command, number, body):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if one in self.connections:
                self.connections.remove(one)
            self.backlog.extendleft(reversed(one.unanswered.values()))
            writer.close()

    def _heard(self, one: Connection, command: int, number: int, body: bytes) -> bool:
        """False: the connection ends."""
        if command == wire.CONNECT:
            return self._log_in(one, number, body)
        assert one.logged_in
        if command == wire.SUBMIT:
            self._submit(one, number, body)
        elif command == wire.DELIVER | wire.RESP:
            msg_id, result = struct.unpack(">QI" if self.three else ">QB", body)
            assert one.unanswered.pop(number).msg_id == msg_id
            (self.refused if result else self.acknowledged).append((msg_id, result))
            one.deliver()
        elif command == wire.ACTIVE_TEST:
            self.tests += 1
            one.say(wire.frame(wire.ACTIVE_TEST | wire.RESP, number, b"\0"))
        elif command == wire.TERMINATE:
            self.goodbyes += 1
            one.say(wire.frame(wire.TERMINATE | wire.RESP, number))
        return True

    def _log_in(self, one: Connection, number: int, body: bytes) -> bool:
        addr, proof, version, stamp = struct.unpack(">6s16sBI", body)
        status = 0
        if version != (0x30 if self.three else 0x20):
            status = 4
        elif proof != wire.connect_proof(addr.rstrip(b"\0"), self.secret, stamp):
            status = 3
        elif len(self.connections) >= self.limit:
            status = 5
        self.logins.append(status)
        one.say(
            wire.connect_resp(
                number, three=self.three, status=status, source=proof, secret=self.secret
            )
        )
        if status:
            return False
        one.logged_in = True
        self.connections.append(one)
        one.deliver()
        return True

    def _submit(self, one: Connection, number: int, body: bytes) -> None:
        said = wire.submitted(body, three=self.three)
        msg_id = self.next_id()
        result = self.judge(said)
        if result == 0:
            self.submits.append((msg_id, said))
            if self.early:
                self.reports(msg_id)
        if result is not None:
            number = (number + self.shift) % 2**32
            one.say(wire.result(wire.SUBMIT, number, msg_id, result, three=self.three))

"""A whole SMSC of SMPP 3.4 on loopback, after the specification's own tables.

It knows its ESME by password, keeps what is submitted, gives ids, delivers and waits for the
answer; it can be told to refuse, to fall silent and to cut the line. ``NodeSmsc`` is the same with
npm's ``smpp`` inside, which was written by others.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.peers.node import NODE, PEERS

SYSTEM_ID, PASSWORD = "hotline", "s3cret!!"
NUMBERS = {"sar_msg_ref_num": (0x020C, 2), "sar_total_segments": (0x020E, 1),
           "sar_segment_seqnum": (0x020F, 1), "message_state": (0x0427, 1)}  # fmt: skip
WORDS = {"receipted_message_id": 0x001E}
LIMIT_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A submit_sm."""

    source: str
    to: str
    coding: int
    udhi: bool
    receipt: int
    data: bytes
    id: str


class Smsc(Protocol):
    """What the tests ask of one."""

    port: int
    submitted: asyncio.Queue[Submitted]
    bound: asyncio.Event

    async def deliver(self, data: bytes, **fields: Any) -> int:
        """A deliver_sm; the command_status that it was answered with."""
        ...

    async def says(self, status: int) -> None:
        """What every submit_sm is answered from now on."""
        ...

    async def drop(self) -> None:
        """Cut the line."""
        ...


def delivered(fields: Mapping[str, Any]) -> dict[str, Any]:
    """With the fields that nobody named."""
    return {
        "source_addr": "8613800138000",
        "destination_addr": "10612345",
        "data_coding": 8,
        "esm_class": 0,
        **fields,
    }


BINDS = {0x01: "receiver", 0x02: "transmitter", 0x09: "transceiver"}


@dataclass(eq=False)
class Line:
    """One ESME that is bound; ``role`` is how."""

    writer: asyncio.StreamWriter
    role: str
    answers: dict[int, asyncio.Future[int]] = field(default_factory=dict)


@dataclass(eq=False)
class OwnSmsc:
    """See above."""

    port: int = 0
    submitted: asyncio.Queue[Submitted] = field(default_factory=asyncio.Queue)
    bound: asyncio.Event = field(default_factory=asyncio.Event)
    binds: int = 0
    refusals: int = 0
    enquiries: int = 0
    unbinds: int = 0
    status: int = 0
    judge: Callable[[Submitted], int | None] | None = None
    """What a submit_sm is answered instead; None is no answer."""
    silent: bool = False
    """Takes everything and answers nothing."""
    shift: int = 0
    """Added to the sequence number of a submit_sm_resp."""
    wrong: int = 0
    """Added to the command_id of a submit_sm_resp."""
    early: bool = False
    """Says what became of a submit_sm before it answers it."""
    lines: list[Line] = field(default_factory=list)
    taken: list[Submitted] = field(default_factory=list)
    unanswered: list[tuple[Line, int, Submitted]] = field(default_factory=list)
    ids: int = 0
    _sequence: int = 0

    @property
    def hearing(self) -> list[Line]:
        """Those that take a deliver_sm."""
        return [one for one in self.lines if one.role != "transmitter"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One ESME."""
        line = Line(writer, "")
        try:
            while True:
                head = await reader.readexactly(16)
                length, command, status, sequence = struct.unpack("!4I", head)
                body = await reader.readexactly(length - 16)
                self._came(line, command, status, sequence, body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._gone(line)
            writer.close()

    def _gone(self, line: Line) -> None:
        if line in self.lines:
            self.lines.remove(line)
        if not self.lines:
            self.bound.clear()
        for waiting in line.answers.values():
            waiting.cancel()

    def _came(self, line: Line, command: int, status: int, sequence: int, body: bytes) -> None:
        if command & 0x80000000:
            waiting = line.answers.pop(sequence, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(status if command == 0x80000005 else 0x80000000 | status)
            return
        if command == 0x04:
            self._submitted(line, sequence, body)
            return
        self.enquiries += command == 0x15
        self.unbinds += command == 0x06
        said = self._bind(line, BINDS[command], body) if command in BINDS else 0
        if not self.silent:
            self.answers(line, command, said, sequence, b"smsc\0" if command in BINDS else b"")

    def _bind(self, line: Line, role: str, body: bytes) -> int:
        system_id, password = body.split(b"\0")[:2]
        if (system_id, password) != (SYSTEM_ID.encode(), PASSWORD.encode()):
            self.refusals += 1
            return 0x0E
        if not self.silent:
            line.role = role
            self.lines.append(line)
            self.binds += 1
            self.bound.set()
        return 0

    def _submitted(self, line: Line, sequence: int, body: bytes) -> None:
        assert line.role != "receiver"
        one = self._submit(body)
        said = self.status if self.judge is None else self.judge(one)
        if said == 0:
            self.submitted.put_nowait(one)
            self.taken.append(one)
            if self.early:
                self._write(self.hearing[0], 0x05, receipt_body(one.id, "DELIVRD"))
        if said is None or self.silent:
            self.unanswered.append((line, sequence, one))
            return
        id_ = b"" if said else one.id.encode() + b"\0"
        self.answers(line, 0x04 + self.wrong, said, sequence + self.shift, id_)

    def answers(self, line: Line, command: int, said: int, sequence: int, body: bytes) -> None:
        """The response to a request."""
        head = struct.pack("!4I", 16 + len(body), command | 0x80000000, said, sequence)
        line.writer.write(head + body)

    def _submit(self, body: bytes) -> Submitted:
        rest = body[body.index(b"\0") + 3 :]
        source, _, rest = rest.partition(b"\0")
        to, _, rest = rest[2:].partition(b"\0")
        esm_class, rest = rest[0], rest[3:]
        for _ in range(2):
            rest = rest.partition(b"\0")[2]
        receipt, coding, length = rest[0], rest[2], rest[4]
        data, more = rest[5 : 5 + length], rest[5 + length :]
        while more:  # optional parameters: whole, or it is no submit_sm
            size = 4 + int.from_bytes(more[2:4], "big")
            assert len(more) >= size
            more = more[size:]
        self.ids += 1
        return Submitted(
            source=source.decode(),
            to=to.decode(),
            coding=coding,
            udhi=bool(esm_class & 0x40),
            receipt=receipt,
            data=data,
            id=f"m{self.ids}",
        )

    async def deliver(self, data: bytes, **fields: Any) -> int:
        """See ``Smsc``."""
        return await self.send(0x05, deliver_body(data, **fields))

    async def send(self, command: int, body: bytes, over: int = 0) -> int:
        """Any PDU; the status of its answer (with its highest bit set: a generic_nack)."""
        waiting = self._write(self.hearing[over], command, body)
        async with asyncio.timeout(LIMIT_SECONDS):
            return await waiting

    def _write(self, line: Line, command: int, body: bytes) -> asyncio.Future[int]:
        self._sequence += 1
        waiting: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        line.answers[self._sequence] = waiting
        line.writer.write(struct.pack("!4I", 16 + len(body), command, 0, self._sequence) + body)
        return waiting

    def write(self, octets: bytes) -> None:
        """Whatever it is."""
        self.lines[0].writer.write(octets)

    async def says(self, status: int) -> None:
        """See ``Smsc``."""
        self.status = status

    async def drop(self) -> None:
        """See ``Smsc``."""
        self.cut(*self.lines)

    def cut(self, *lines: Line) -> None:
        """These, without a word."""
        for line in lines:
            line.writer.transport.abort()
            self._gone(line)


def receipt_body(id_: str, stat: str) -> bytes:
    """A deliver_sm of appendix B of SMPP 3.4."""
    said = f"id:{id_} sub:001 dlvrd:001 submit date:2603020800 done date:2603020801 stat:{stat} "
    return deliver_body(f"{said}err:000 text:".encode(), esm_class=4, data_coding=0)


def deliver_body(data: bytes, **fields: Any) -> bytes:
    """A deliver_sm; what is named beyond its own fields is an optional parameter."""
    told = delivered(fields)
    payload = told.pop("message_payload", None)
    words = [told.pop("source_addr"), told.pop("destination_addr")]
    esm_class, coding = told.pop("esm_class"), told.pop("data_coding")
    body: bytes = b"\0\1\1" + words[0].encode() + b"\0\1\1" + words[1].encode() + b"\0"
    body += bytes((esm_class, 0, 0)) + b"\0\0" + bytes((0, 0, coding, 0, len(data))) + data
    if payload is not None:
        octets = bytes.fromhex(payload)
        body += struct.pack("!HH", 0x0424, len(octets)) + octets
    for name, value in told.items():
        if name in NUMBERS:
            tag, size = NUMBERS[name]
            body += struct.pack("!HH", tag, size) + value.to_bytes(size, "big")
        else:
            body += struct.pack("!HH", WORDS[name], len(value) + 1) + value.encode() + b"\0"
    return body


@asynccontextmanager
async def own_smsc(port: int = 0) -> AsyncIterator[OwnSmsc]:
    """On a free port, or on this one."""
    smsc = OwnSmsc()
    server = await asyncio.start_server(smsc.serve, "127.0.0.1", port)
    smsc.port = server.sockets[0].getsockname()[1]
    try:
        yield smsc
    finally:
        server.close()
        for line in smsc.lines:
            line.writer.close()
        await server.wait_closed()


@dataclass(eq=False)
class NodeSmsc:
    """See above."""

    process: asyncio.subprocess.Process
    port: int = 0
    submitted: asyncio.Queue[Submitted] = field(default_factory=asyncio.Queue)
    bound: asyncio.Event = field(default_factory=asyncio.Event)
    _answers: asyncio.Queue[int] = field(default_factory=asyncio.Queue)
    _listening: asyncio.Event = field(default_factory=asyncio.Event)
    _set: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self) -> None:
        """What it says, until it ends."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            said = json.loads(line)
            did = said.pop("did")
            if did == "listening":
                self.port = said["port"]
                self._listening.set()
            elif did == "bound":
                self.bound.set()
            elif did == "closed":
                self.bound.clear()
            elif did == "answered":
                self._answers.put_nowait(said["status"])
            elif did == "set":
                self._set.set()
            elif did == "submitted":
                said["data"] = bytes.fromhex(said["data"])
                self.submitted.put_nowait(Submitted(**said))

    async def tell(self, **what: Any) -> None:
        """One line."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what).encode() + b"\n")
        await self.process.stdin.drain()

    async def deliver(self, data: bytes, **fields: Any) -> int:
        """See ``Smsc``."""
        await self.tell(do="deliver", fields={"data": data.hex(), **delivered(fields)})
        async with asyncio.timeout(LIMIT_SECONDS):
            return await self._answers.get()

    async def says(self, status: int) -> None:
        """See ``Smsc``."""
        self._set.clear()
        await self.tell(do="status", status=status)
        await self._set.wait()

    async def drop(self) -> None:
        """See ``Smsc``."""
        self.bound.clear()
        await self.tell(do="drop")


@asynccontextmanager
async def node_smsc() -> AsyncIterator[NodeSmsc]:
    """On a port that it chooses."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        NODE, PEERS / "smpp_peer.mjs", SYSTEM_ID, PASSWORD, stdin=pipe, stdout=pipe
    )
    smsc = NodeSmsc(process)
    hearing = asyncio.create_task(smsc.hear())
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            await smsc._listening.wait()
        yield smsc
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await hearing

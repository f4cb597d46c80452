"""A whole SMSC of SMPP 3.4 on loopback, after the specification's own tables.

It knows its ESME by password, keeps what is submitted, gives ids, delivers and waits for the
answer; it can be told to refuse, to fall silent and to cut the line. ``NodeSmsc`` is the same with
npm's ``smpp`` inside, which was written by others.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Mapping
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


@dataclass(eq=False)
class OwnSmsc:
    """See above."""

    port: int = 0
    submitted: asyncio.Queue[Submitted] = field(default_factory=asyncio.Queue)
    bound: asyncio.Event = field(default_factory=asyncio.Event)
    binds: int = 0
    enquiries: int = 0
    status: int = 0
    silent: bool = False
    """Takes everything and answers nothing."""
    late: bool = False
    """Answers under a sequence number that nobody used."""
    _writer: asyncio.StreamWriter | None = None
    _answers: dict[int, asyncio.Future[int]] = field(default_factory=dict)
    _sequence: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One ESME."""
        try:
            while True:
                head = await reader.readexactly(16)
                length, command, status, sequence = struct.unpack("!4I", head)
                body = await reader.readexactly(length - 16)
                self._came(writer, command, status, sequence, body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if self._writer is writer:
                self._writer = None
                self.bound.clear()
                for waiting in self._answers.values():
                    waiting.cancel()
            writer.close()

    def _came(
        self, writer: asyncio.StreamWriter, command: int, status: int, sequence: int, body: bytes
    ) -> None:
        if command & 0x80000000:
            waiting = self._answers.pop(sequence, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(status if command == 0x80000005 else 0x80000000 | status)
            return
        if self.silent:
            return
        said, answer = 0, b""
        if command == 0x09:
            system_id, password = body.split(b"\0")[:2]
            said = 0 if (system_id, password) == (SYSTEM_ID.encode(), PASSWORD.encode()) else 0x0E
            answer = b"smsc\0"
            if not said:
                self._writer = writer
                self.binds += 1
                self.bound.set()
        elif command == 0x04:
            said = self.status
            answer = b"" if said else self._submit(body).id.encode() + b"\0"
            sequence += 1000 if self.late else 0
        elif command == 0x15:
            self.enquiries += 1
        writer.write(struct.pack("!4I", 16 + len(answer), command | 0x80000000, said, sequence))
        writer.write(answer)

    def _submit(self, body: bytes) -> Submitted:
        rest = body[body.index(b"\0") + 3 :]
        source, _, rest = rest.partition(b"\0")
        to, _, rest = rest[2:].partition(b"\0")
        esm_class, rest = rest[0], rest[3:]
        for _ in range(2):
            rest = rest.partition(b"\0")[2]
        receipt, coding, length = rest[0], rest[2], rest[4]
        one = Submitted(
            source=source.decode(),
            to=to.decode(),
            coding=coding,
            udhi=bool(esm_class & 0x40),
            receipt=receipt,
            data=rest[5 : 5 + length],
            id=f"m{self.submitted.qsize() + 1}",
        )
        assert len(rest) == 5 + length
        self.submitted.put_nowait(one)
        return one

    async def deliver(self, data: bytes, **fields: Any) -> int:
        """See ``Smsc``."""
        told = delivered(fields)
        payload = told.pop("message_payload", None)
        words = [told.pop("source_addr"), told.pop("destination_addr")]
        esm_class, coding = told.pop("esm_class"), told.pop("data_coding")
        body = b"\0\1\1" + words[0].encode() + b"\0\1\1" + words[1].encode() + b"\0"
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
        return await self.send(0x05, body)

    async def send(self, command: int, body: bytes) -> int:
        """Any PDU; the status of its answer (with its highest bit set: a generic_nack)."""
        assert self._writer is not None
        self._sequence += 1
        waiting: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._answers[self._sequence] = waiting
        self._writer.write(struct.pack("!4I", 16 + len(body), command, 0, self._sequence) + body)
        async with asyncio.timeout(LIMIT_SECONDS):
            return await waiting

    def write(self, octets: bytes) -> None:
        """Whatever it is."""
        assert self._writer is not None
        self._writer.write(octets)

    async def says(self, status: int) -> None:
        """See ``Smsc``."""
        self.status = status

    async def drop(self) -> None:
        """See ``Smsc``."""
        assert self._writer is not None
        self._writer.transport.abort()
        self.bound.clear()


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
        if smsc._writer is not None:
            smsc._writer.close()
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

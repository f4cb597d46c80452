"""A stream of events that a real Asterisk once sent, and a manager interface that sends it again.

The capture is of 500 generated calls (callers c1 to c100, no person's data) into a menu and a
queue, all classes of events on, nothing filtered.
"""

from __future__ import annotations

import asyncio
import lzma
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

CAPTURE = "captures/ami_500_calls.txt.xz"
BEGIN, END = b"BenchStart", b"BenchEnd"
QUIET_SECONDS = 0.3
"""Before the begin and after it: each is heard by itself."""
CHUNK_BYTES = 65_536
_ID = re.compile(rb"(?im)^ActionID: *([^\r\n]*)")
_ACTION = re.compile(rb"(?im)^Action: *([^\r\n]*)")


def read_capture(events: int | None = None) -> bytes:
    """The capture's first ``events`` messages (all when None), each with its empty line."""
    text = lzma.decompress((files("gateway.bench") / CAPTURE).read_bytes())
    body = text[text.index(b"Event: ") :].replace(b"Event: FullyBooted", b"Event: Booted")
    messages = [each for each in re.split(rb"(?:\r\n){2,}", body) if each.startswith(b"Event: ")]
    return b"".join(each + b"\r\n\r\n" for each in messages[:events])


def count(stream: bytes) -> int:
    """How many messages it holds."""
    return stream.count(b"\r\n\r\n")


def renamed(stream: bytes, names: tuple[str, ...]) -> bytes:
    """The same stream with these events under names that nobody filters."""
    alternatives = b"|".join(name.encode() for name in names)
    return re.sub(rb"(?m)^Event: (%s)\r$" % alternatives, rb"Event: \1x\r", stream)


@asynccontextmanager
async def replaying(stream: bytes) -> AsyncIterator[int]:
    """The port of a manager interface that lets anybody in and then says ``stream`` once."""
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            serving.add(task)
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        try:
            while True:
                asked = await reader.readuntil(b"\r\n\r\n")
                writer.write(_answer(asked))
                if b"login" in asked[:64].lower():
                    await _blast(writer, stream)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


async def _blast(writer: asyncio.StreamWriter, stream: bytes) -> None:
    writer.write(b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n")
    await writer.drain()
    await asyncio.sleep(QUIET_SECONDS)  # a link counts as up only a moment after this
    writer.write(b"Event: %s\r\nPrivilege: call,all\r\n\r\n" % BEGIN)
    await writer.drain()
    await asyncio.sleep(QUIET_SECONDS)
    for start in range(0, len(stream), CHUNK_BYTES):
        writer.write(stream[start : start + CHUNK_BYTES])
        await writer.drain()
    writer.write(b"Event: %s\r\nPrivilege: call,all\r\n\r\n" % END)
    await writer.drain()


def _answer(asked: bytes) -> bytes:
    id_, action = _ID.search(asked), _ACTION.search(asked)
    answer = b"Response: Success\r\n"
    answer += b"ActionID: %s\r\n" % id_[1] if id_ else b""
    answer += b"Ping: Pong\r\n" if action and action[1].lower() == b"ping" else b""
    return answer + b"Message: ok\r\n\r\n"

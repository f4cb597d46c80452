"""Three ways from the manager interface's bytes to a callback that hears the events in order.

Run in a process of its own: ``python -m gateway.bench.listeners WHO PORT``. Says one JSON object:
the events that the callback heard and the CPU seconds between the stream's begin and its end.

``minimal``     what one writes first: split, decode, a dict, the callback
``panoramisk``  plain panoramisk with one synchronous callback for everything
``ours``        the gateway's link and reader, as ``telephony.phones`` runs them: bounded, ordered,
                isolated faults, repeated headers kept, GB18030, deadlines, and every event read for
                what it means to a call
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import panoramisk

from gateway.bench.capture import BEGIN, END
from gateway.clock import SystemClock
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_events import LineReader
from gateway.telephony.ami_link import AmiLink

LIMIT_SECONDS = 120.0
_END_OF_MESSAGE = b"\r\n\r\n"


class Meter:
    """The callback."""

    def __init__(self) -> None:
        self.events = 0
        self.cpu_seconds = 0.0
        self.done = asyncio.Event()
        self._begun: float | None = None

    def hear(self, event: str) -> None:
        """Called once for each event, in order."""
        if event == BEGIN.decode():
            self.events, self._begun = 0, time.process_time()
        elif event == END.decode():
            if self._begun is None:
                raise RuntimeError("the begin was not heard")
            self.cpu_seconds = time.process_time() - self._begun
            self.done.set()
        else:
            self.events += 1


class Minimal(asyncio.Protocol):
    """An honest peer: no filter, no limits, a list for a header that comes twice."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Log in."""
        if isinstance(transport, asyncio.Transport):
            transport.write(b"Action: Login\r\nActionID: 1\r\nUsername: u\r\nSecret: s\r\n\r\n")

    def data_received(self, data: bytes) -> None:
        """Split, decode, a dict, the callback."""
        *messages, self._buffer = (self._buffer + data).split(_END_OF_MESSAGE)
        for raw in messages:
            headers: dict[str, str | list[str]] = {}
            for line in raw.decode("utf-8", "surrogateescape").split("\r\n"):
                key, colon, value = line.partition(":")
                if not colon:
                    continue
                value = value.lstrip(" ")
                known = headers.get(key)
                if known is None:
                    headers[key] = value
                elif isinstance(known, list):
                    known.append(value)
                else:
                    headers[key] = [known, value]
            event = headers.get("Event")
            if isinstance(event, str):
                self._meter.hear(event)


async def minimal(port: int, meter: Meter) -> None:
    """Listen until the end."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_connection(lambda: Minimal(meter), "127.0.0.1", port)
    await meter.done.wait()
    transport.close()


async def plain_panoramisk(port: int, meter: Meter) -> None:
    """Listen until the end."""
    manager = panoramisk.Manager(
        loop=asyncio.get_running_loop(), host="127.0.0.1", port=port, username="u", secret=""
    )

    def hear(_: Any, event: Any) -> None:
        meter.hear(event.event)

    manager.register_event("*", hear)
    await manager.connect()
    await meter.done.wait()
    manager.close()


async def ours(port: int, meter: Meter) -> None:
    """Listen until the end."""
    reader, clock = LineReader(), SystemClock()
    async with AmiLink(host="127.0.0.1", port=port, user="u", secret="") as link:
        async for heard in link.messages():
            if isinstance(heard, AmiMessage):
                reader.feed(heard, clock.now())
                meter.hear(heard.event)
                if meter.done.is_set():
                    return


WHO = {"minimal": minimal, "panoramisk": plain_panoramisk, "ours": ours}


async def main(who: str, port: int) -> None:
    """Measure one."""
    meter = Meter()
    async with asyncio.timeout(LIMIT_SECONDS):
        await WHO[who](port, meter)
    found = {"heard": meter.events, "cpu_seconds": meter.cpu_seconds}
    print(json.dumps(found), flush=True)  # noqa: T201 - its standard output is its answer


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))

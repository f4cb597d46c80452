"""Slow peers in hundreds: they are cut, and the console beside them goes on."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientWebSocketResponse as Socket

from gateway.web.limits import Limits
from tests.eventually import eventually, takes
from tests.gateway.web.web_world import LIVE, Browser, WebWorld, web_world

EACH = 105
IMPATIENT = Limits(
    header_seconds=3,
    body_seconds=3,
    keep_alive_seconds=30,
    stall_seconds=3,
    transfer_seconds=5,
    live_silence_seconds=120,
    connections_per_address=400,
    connections=1000,
)
HEADERS = b"GET /api/v1/session HTTP/1.1\r\nHost: x\r\nX-Slow: "
BODY = (
    b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n"
    b'Content-Type: application/json\r\nContent-Length: 400\r\n\r\n{"login":"'
)

pytestmark = pytest.mark.alone
READER = b"GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 10
PUSH_SECONDS = 10.0
"""Far more than a push takes beside hundreds of slow peers on a slow machine."""


@dataclass
class Peer:
    """One that takes its time: dribbles what it has, or never reads."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    dribbles: bool

    async def live(self) -> None:
        """A byte now and then, until it is cut."""
        while not self.writer.transport.is_closing():
            if self.dribbles:
                self.writer.write(b"a")
                if self.reader.at_eof():
                    break
            await takes(0.25)


@asynccontextmanager
async def slow_peers(world: WebWorld) -> AsyncIterator[list[Peer]]:
    """EACH of every kind."""
    peers = []
    async with asyncio.TaskGroup() as tasks:
        for sent in (HEADERS, BODY, READER):
            for _ in range(EACH):
                sock = socket.create_connection(("127.0.0.1", world.server.port))
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                reader, writer = await asyncio.open_connection(sock=sock, limit=4096)
                writer.write(sent)
                peers.append(Peer(reader, writer, dribbles=sent is not READER))
        running = [tasks.create_task(peer.live()) for peer in peers]
        yield peers
        for task in running:
            task.cancel()
    for peer in peers:
        peer.writer.transport.abort()


async def test_hundreds_of_slow_peers_are_cut_and_the_push_goes_on(tmp_path: Path) -> None:
    """315 slow headers, bodies and readers: every seat move is pushed in time, they are cut."""
    async with (
        web_world(tmp_path, limits=IMPATIENT) as world,
        world.browser("li") as browser,
        browser.socket(LIVE) as console,
    ):
        assert (await console.receive_json(timeout=5))["type"] == "snapshot"
        body = {"seat": "8001", "phone": "desk"}
        assert (await browser.ask("POST", "/api/v1/seat/sign-in", body)).status == 200
        mine = world.server.door.total
        async with slow_peers(world) as peers:
            assert len(peers) == 3 * EACH
            for reason in ("rest", "meal", "rest", "meal", "rest"):
                await moves(browser, console, reason)
            await eventually(lambda: world.server.door.total <= mine, 60)
            await moves(browser, console, "meal")


async def moves(browser: Browser, console: Socket, reason: str) -> None:
    """A command of the seat, and its push."""
    moved = await browser.ask("POST", "/api/v1/seat/break", {"reason": reason})
    assert moved.status == 200
    while (await console.receive_json(timeout=PUSH_SECONDS))["type"] != "seat":
        pass

"""The telephone system's WebSocket for tests: keeps what it hears, says what the test says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web


@dataclass
class SipSocketPeer:
    """Subprotocol ``sip``; every connection and every frame in order."""

    heard: list[str] = field(default_factory=list)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    url: str = ""

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection."""
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        assert socket.ws_protocol == "sip"
        self.sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.heard.append(message.data)
        self.sockets.remove(socket)
        return socket


@asynccontextmanager
async def sip_socket_peer() -> AsyncIterator[SipSocketPeer]:
    """Listening on a free port of loopback."""
    peer = SipSocketPeer()
    app = web.Application()
    app.router.add_get("/ws", peer.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        peer.url = f"ws://127.0.0.1:{site.port}/ws"
        yield peer
    finally:
        for socket in tuple(peer.sockets):
            await socket.close()
        await runner.cleanup()

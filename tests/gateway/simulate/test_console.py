"""A simulated console speaks as the real one does; the far side here is a server made by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from gateway.simulate.console import Console, ConsoleRefused, open_console


class Desk:
    """What a gateway would be told, and what it says."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.lives: list[dict[str, str]] = []
        self.heard: list[dict[str, str]] = []

    async def session(self, request: web.Request) -> web.Response:
        """Log in and out."""
        said = f"{request.headers.get('Origin')} {request.cookies.get('hotline_session')}"
        self.asked.append((request.method, request.path, said))
        response = web.json_response({"login": "sim-01"})
        response.set_cookie("hotline_session", "t", httponly=True, samesite="Strict")
        return response

    async def refuse(self, _: web.Request) -> web.Response:
        """A problem (RFC 9457)."""
        return web.json_response(
            {"code": "already-taken"}, status=409, content_type="application/problem+json"
        )

    async def ticket(self, _: web.Request) -> web.Response:
        """A ticket for the push."""
        return web.json_response({"ticket": f"t{len(self.lives)}", "seconds": 60})

    async def live(self, request: web.Request) -> web.WebSocketResponse:
        """Two messages, then the line is cut."""
        self.lives.append(dict(request.query))
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self.lives) == 1:
            await socket.send_json({"type": "snapshot", "epoch": "e1", "seq": 4, "data": {}})
            await socket.send_json({"type": "ping", "server_time": "x"})
            self.heard.append(await socket.receive_json())
            await socket.send_json({"type": "call", "seq": 5, "data": {"contact_id": "c"}})
            self.heard.append(await socket.receive_json())
        else:
            await socket.send_json({"type": "resumed", "epoch": "e1", "seq": 5})
        await socket.close()
        return socket


@asynccontextmanager
async def desk() -> AsyncIterator[tuple[Desk, str]]:
    """Served on a free port."""
    peer = Desk()
    app = web.Application()
    app.router.add_route("*", "/api/v1/session", peer.session)
    app.router.add_post("/api/v1/seat/sign-in", peer.refuse)
    app.router.add_post("/api/v1/live/ticket", peer.ticket)
    app.router.add_get("/api/v1/live", peer.live)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield peer, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_it_logs_in_from_our_origin_and_logs_out() -> None:
    """Cookie and Origin on every request."""
    async with desk() as (peer, url):
        async with open_console(url + "/", "sim-01", "pw"):
            pass
        path = "/api/v1/session"
        assert peer.asked == [("POST", path, f"{url} None"), ("DELETE", path, f"{url} t")]


async def test_a_refusal_carries_its_code() -> None:
    """So that a person sees why."""
    async with desk() as (_, url), open_console(url, "sim-01", "pw") as console:
        with pytest.raises(ConsoleRefused) as refused:
            await console.ask("POST", "/api/v1/seat/sign-in", {})
        assert (refused.value.status, refused.value.code) == (409, "already-taken")


async def test_a_cut_line_is_resumed_where_it_ended() -> None:
    """Epoch and last number go back; pings are answered and not passed on."""
    async with desk() as (peer, url), open_console(url, "sim-01", "pw") as console:
        kinds: list[str] = []
        async for message in console.events():
            kinds.append(message["type"])
            if message["type"] == "call":
                await console.pop_shown("c")
            if message["type"] == "resumed":
                break
        assert kinds == ["snapshot", "call", "resumed"]
        assert peer.heard == [{"t": "pong"}, {"t": "pop_shown", "contact_id": "c"}]
        assert peer.lives == [{"ticket": "t0"}, {"ticket": "t1", "epoch": "e1", "last": "5"}]
        assert console.connections == 2


async def test_saying_something_without_a_line_is_no_error() -> None:
    """The gateway resends what was not acknowledged."""
    async with aiohttp.ClientSession() as session:
        await Console(session, "http://127.0.0.1:1").pop_shown("c")

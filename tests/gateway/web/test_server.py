"""Opening and closing."""

import asyncio
import contextlib
import socket
import ssl
from pathlib import Path

import aiohttp
import pytest

from config.settings import Settings, Web
from gateway.web.server import PortTaken, open_server
from tests.gateway.web.web_world import WebWorld, web_world


async def test_a_taken_port_is_said_so(world: WebWorld) -> None:
    """Before anything else goes on."""
    settings = Settings(web=Web(port=world.server.port))
    with pytest.raises(PortTaken):
        async with open_server(settings, world.parts):
            pass


async def test_the_port_is_free_again_after_the_end(tmp_path: Path) -> None:
    """Nothing is left listening."""
    async with web_world(tmp_path) as world:
        port = world.server.port
        async with world.browser("li"):
            pass
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


async def test_whoever_comes_while_it_closes_is_told_to_come_again(tmp_path: Path) -> None:
    """503 with Retry-After, on the connection they have; a console hears 1012 (restart) first."""
    async with contextlib.AsyncExitStack() as stack:
        async with web_world(tmp_path) as world:
            browser = await stack.enter_async_context(world.browser("li"))
            live = await stack.enter_async_context(browser.socket("/api/v1/live"))
            assert (await live.receive_json())["type"] == "snapshot"
            kept = aiohttp.TCPConnector(limit=1)
            http = await stack.enter_async_context(aiohttp.ClientSession(connector=kept))
            async with http.get(world.url + "/health/live") as answer:
                assert answer.status == 200

            async def late() -> tuple[int, str, str]:
                farewell = await live.receive()
                assert (farewell.type, farewell.data) == (aiohttp.WSMsgType.CLOSE, 1012)
                async with http.get(world.url + "/health/live") as answer:
                    body = await answer.json(content_type=None)
                    return answer.status, answer.headers["Retry-After"], body["code"]

            answered = asyncio.create_task(late())
        assert await answered == (503, "2", "restarting")


async def test_it_speaks_tls_itself(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    """With a certificate the address is https, the cookie is Secure and HSTS is sent."""
    web = Web(port=0, tls_cert_file=certificate[0], tls_key_file=certificate[1])
    trust = ssl.create_default_context(cafile=str(certificate[0]))
    async with (
        web_world(tmp_path, web=web) as world,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust)) as http,
    ):
        assert world.url.startswith("https://127.0.0.1:")
        body = {"login": "li", "password": "correct horse 42"}
        headers = {"Origin": world.url}
        async with http.post(world.url + "/api/v1/session", json=body, headers=headers) as answer:
            assert answer.status == 200
            assert answer.headers["Set-Cookie"].startswith("__Host-hotline_session=")
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"

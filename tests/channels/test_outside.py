"""Addresses that somebody else chose: none leads into our own network."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from inspect import isawaitable
from ipaddress import ip_address
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from channels.errors import FetchFailed
from channels.outside import PublicResolver, fetching, is_public, pieces_of

INWARD = (
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0177.0.0.1/", "http://0/", "http://0.0.0.0/", "http://localhost/",
    "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
    "http://[fe80::1]/", "http://[fc00::1]/", "http://[fd12:3456::1]/", "http://10.0.0.1/",
    "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data",
    "http://100.64.0.1/", "http://224.0.0.1/", "http://255.255.255.255/", "http://198.18.0.1/",
    "http://user@127.0.0.1/", "http://8.8.8.8@127.0.0.1/", "http://8.8.8.8:22/",
    "https://8.8.8.8:6379/", "http:///etc/passwd", "file:///etc/passwd", "gopher://127.0.0.1/x",
    "ftp://8.8.8.8/", "//8.8.8.8/", "", "http://8.8.8.8/\r\nX: y", "http://8.8.8.8/ x",
    "http://" + "a" * 3000, "http://[::1", "http://user:pw@8.8.8.8/",
)  # fmt: skip


@asynccontextmanager
async def server(handler: Callable[[web.Request], Any]) -> AsyncIterator[tuple[str, list[str]]]:
    """A server on loopback and the paths it was asked for."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        made = handler(request)
        answered: web.StreamResponse = await made if isawaitable(made) else made
        return answered

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}", asked
    finally:
        await runner.cleanup()


async def got(url: str, most: int = 1000, *, private: bool = False) -> bytes:
    """Everything at ``url``."""
    async with fetching(private=private) as session:
        return b"".join([one async for one in pieces_of(session, url, most, private=private)])


@pytest.mark.parametrize("url", INWARD)
async def test_an_address_that_leads_inward_is_refused(url: str) -> None:
    """However it is written; and nothing of it is in the reason."""
    with pytest.raises(FetchFailed) as raised:
        await got(url)
    assert not raised.value.again
    assert raised.value.reason == "not-public"


class Turning(AbstractResolver):
    """A name that leads to loopback at first, and elsewhere when it is asked again."""

    def __init__(self) -> None:
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The second answer is another."""
        del family
        self.asked += 1
        address = "127.0.0.1" if self.asked == 1 else "198.51.100.7"
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        """Nothing is held."""


async def test_a_name_is_resolved_once_and_refused_by_its_address() -> None:
    """One address that is not public refuses the name."""
    resolver = PublicResolver()
    with pytest.raises(OSError, match="localhost"):
        await resolver.resolve("localhost", 80)
    await resolver.close()


async def test_a_redirect_is_not_followed() -> None:
    """Wherever it leads."""

    def redirect(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/inside"})

    async with server(redirect) as (url, asked):
        with pytest.raises(FetchFailed) as raised:
            await got(url + "/x", private=True)
    assert asked == ["/x"]
    assert raised.value.reason == "http-302"


async def test_what_is_larger_than_allowed_is_cut() -> None:
    """Said beforehand or found while reading."""

    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(1000):
            await answer.write(b"x" * 1000)
        return answer

    def large(_request: web.Request) -> web.Response:
        return web.Response(body=b"x" * 2000)

    for handler in (endless, large):
        async with server(handler) as (url, _):
            with pytest.raises(FetchFailed) as raised:
                await got(url, 1500, private=True)
        assert raised.value.reason == "too-large"
        assert not raised.value.again


async def test_a_file_comes_whole_and_a_fault_of_theirs_is_tried_again() -> None:
    """500 and a closed port may pass; 404 does not."""
    async with server(lambda _: web.Response(body=b"x" * 900)) as (url, _):
        assert await got(url, private=True) == b"x" * 900
    closed = url
    for status, again in ((500, True), (503, True), (404, False), (403, False)):

        def answer(_request: web.Request, status: int = status) -> web.Response:
            return web.Response(status=status)

        async with server(answer) as (url, _):
            with pytest.raises(FetchFailed) as raised:
                await got(url, private=True)
            assert raised.value.again is again
    with pytest.raises(FetchFailed) as raised:
        await got(closed, private=True)
    assert raised.value.again


def test_public_addresses_are_public() -> None:
    """The rule refuses nothing that is on the internet."""
    for one in ("8.8.8.8", "1.1.1.1", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"):
        assert is_public(ip_address(one)), one


async def test_the_connection_goes_to_the_address_that_was_looked_at() -> None:
    """The resolver is asked once a connection: a name cannot change between look and leap."""
    resolver = Turning()
    async with server(lambda _: web.Response(text="here")) as (url, _):
        connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False)
        async with aiohttp.ClientSession(connector=connector) as session:
            asked = url.replace("127.0.0.1", "turns.example")
            async with session.get(asked) as answer:
                assert await answer.text() == "here"
    assert resolver.asked == 1

"""Slow, large and many: real sockets against the server's limits."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import Web
from gateway.web.limits import Limits
from tests.eventually import eventually
from tests.gateway.web.web_world import PASSWORD, WebWorld, web_world

QUICK = Limits(
    header_seconds=0.4,
    body_seconds=0.4,
    keep_alive_seconds=30,
    stall_seconds=0.4,
    connections_per_address=220,
    connections=1000,
)
HEAD = b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n"
JSON = b"Content-Type: application/json\r\n"


@pytest.fixture
async def quick(tmp_path: Path) -> AsyncIterator[WebWorld]:
    """A server with little patience."""
    async with web_world(tmp_path, limits=QUICK) as world:
        yield world


@asynccontextmanager
async def raw(world: WebWorld) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A socket without manners."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.server.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def until_closed(reader: asyncio.StreamReader, within_seconds: float = 3) -> bytes:
    """Everything until the other side closes; fails when it does not."""
    async with asyncio.timeout(within_seconds):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"\x16\x03\x01\x02"]
)
async def test_half_sent_headers_are_cut(quick: WebWorld, sent: bytes) -> None:
    """Silence, a broken-off line, a broken-off header: none holds a place for long."""
    async with raw(quick) as (reader, writer):
        writer.write(sent)
        await until_closed(reader)
    await eventually(lambda: quick.server.door.total == 0)


async def test_headers_that_dribble_are_cut(quick: WebWorld) -> None:
    """A byte now and then does not move the deadline (slowloris)."""
    async with raw(quick) as (reader, writer):
        began = asyncio.get_running_loop().time()
        dribble = iter(
            b"GET / HTTP/1.1\r\nX-Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        )
        while not reader.at_eof():
            writer.write(bytes([next(dribble)]))
            try:
                async with asyncio.timeout(0.05):
                    assert await reader.read(100) == b""
            except TimeoutError:
                continue
            except ConnectionError:
                break
        assert asyncio.get_running_loop().time() - began < 2


async def test_a_second_request_on_the_same_connection_has_a_deadline_too(
    quick: WebWorld,
) -> None:
    """Kept alive is not let off."""
    async with raw(quick) as (reader, writer):
        writer.write(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(2):
            assert b"200 OK" in await reader.readuntil(b"}")
        writer.write(b"GET /health/live HT")
        await until_closed(reader)


async def test_an_idle_connection_is_closed(tmp_path: Path) -> None:
    """After the keep-alive time."""
    limits = Limits(keep_alive_seconds=0.4)
    async with web_world(tmp_path, limits=limits) as world, raw(world) as (reader, writer):
        writer.write(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(2):
            await reader.readuntil(b"}}")
        assert await until_closed(reader) == b""


async def test_there_is_a_cap_for_all_together(tmp_path: Path) -> None:
    """Whatever the address."""
    limits = Limits(connections=2)
    async with web_world(tmp_path, limits=limits) as world, raw(world), raw(world):
        await eventually(lambda: world.server.door.total == 2)
        async with raw(world) as (reader, _):
            assert await until_closed(reader) == b""


async def test_a_dribbled_body_is_answered_408_and_cut(quick: WebWorld) -> None:
    """The body has its own deadline."""
    async with raw(quick) as (reader, writer):
        writer.write(HEAD + JSON + b'Content-Length: 60\r\n\r\n{"login"')
        answer = await until_closed(reader, 5)
    assert b" 408 " in answer.splitlines()[0]
    assert b'"code": "body-too-slow"' in answer


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_of_a_megabyte_is_answered_413(quick: WebWorld, chunked: bool) -> None:
    """Without holding it in memory, announced or not."""
    size = 1_000_000
    length = b"Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}".encode()
    async with raw(quick) as (reader, writer):
        writer.write(HEAD + JSON + length + b"\r\n\r\n")
        if chunked:
            writer.write(f"{size:x}\r\n".encode())
        writer.write(b"x" * size)
        async with asyncio.timeout(5):
            assert b" 413 " in await reader.readline()


async def test_a_zipped_body_is_not_unpacked(quick: WebWorld) -> None:
    """A zip bomb is a few bytes to us: 415."""
    async with raw(quick) as (reader, writer):
        body = b"\x1f\x8b" + b"\x00" * 50
        writer.write(HEAD + JSON + b"Content-Encoding: gzip\r\nContent-Length: 52\r\n\r\n" + body)
        async with asyncio.timeout(5):
            assert b" 415 " in await reader.readline()


async def test_what_is_no_http_is_answered_as_a_problem(quick: WebWorld) -> None:
    """400, the same headers as elsewhere, nothing of what was sent."""
    async with raw(quick) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nEvil\x00Header: canary\r\n\r\n")
        answer = await until_closed(reader)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 400 " in head.splitlines()[0]
    assert b"Server: hotline" in head
    assert json.loads(body)["code"] == "bad-request"
    assert b"canary" not in answer


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[WebWorld]:
    """A server on which two hundred connections are open before the first is cut."""
    async with web_world(tmp_path, limits=replace(QUICK, header_seconds=4.0)) as world:
        yield world


async def test_two_hundred_idle_connections_hurt_nobody_and_the_rest_is_turned_away(
    patient: WebWorld,
) -> None:
    """People still log in; over the cap of an address a connection ends at once; then all go."""
    idle = [await asyncio.open_connection("127.0.0.1", patient.server.port) for _ in range(200)]
    try:
        async with patient.browser() as browser:
            assert (await browser.log_in("li")).status == 200
        more = [await asyncio.open_connection("127.0.0.1", patient.server.port) for _ in range(40)]
        assert await eventually(lambda: patient.server.door.turned_away) >= 1
        idle += more
        for reader, _ in idle:
            await until_closed(reader, 20)
        await eventually(lambda: patient.server.door.total == 0)
    finally:
        for _, writer in idle:
            writer.transport.abort()


async def test_a_reader_that_does_not_read_is_cut(quick: WebWorld) -> None:
    """Many answers asked for and never read: the connection ends, its memory with it."""
    async with raw(quick) as (_, writer):
        sock = writer.transport.get_extra_info("socket")
        assert sock
        ask = b"GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
        writer.write(ask * 400)
        await eventually(lambda: quick.server.door.total == 0, 10)


async def test_an_answer_in_https_binds_the_cookie_to_the_host(tmp_path: Path) -> None:
    """With a public https address the cookie is Secure and __Host-; the Origin must be that one."""
    web = Web(port=0, public_url="https://12345.example.gov.cn/")
    async with web_world(tmp_path, web=web) as world, world.browser() as browser:
        url = f"http://127.0.0.1:{world.server.port}/api/v1/session"
        body = {"login": "li", "password": PASSWORD}
        ours, other = "https://12345.example.gov.cn", f"http://127.0.0.1:{world.server.port}"
        async with browser.http.post(url, json=body, headers={"Origin": other}) as refused:
            assert refused.status == 403
        async with browser.http.post(url, json=body, headers={"Origin": ours}) as answer:
            assert answer.status == 200
            cookie = answer.headers["Set-Cookie"]
            assert cookie.startswith("__Host-hotline_session=")
            assert "Secure" in cookie


async def test_a_file_that_is_read_too_slowly_is_cut(tmp_path: Path) -> None:
    """Files are sent by the kernel, past the other limits: an answer has an end of its own."""
    assets = tmp_path / "static" / "assets"
    assets.mkdir(parents=True)
    (assets / "large.bin").write_bytes(bytes(30_000_000))
    limits = Limits(transfer_seconds=0.5)
    async with web_world(tmp_path, limits=limits) as world, raw(world) as (_, writer):
        writer.write(b"GET /assets/large.bin HTTP/1.1\r\nHost: x\r\n\r\n")
        await eventually(lambda: world.server.door.total == 1)
        await eventually(lambda: world.server.door.total == 0, 5)

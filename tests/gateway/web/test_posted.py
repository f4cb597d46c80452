"""Bodies of HTML forms: counted byte by byte, from the first."""

import asyncio
import resource
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Settings
from gateway.web.limits import Limits
from gateway.web.pages import Pages
from gateway.web.posted import NotAForm, _parts
from tests.eventually import eventually
from tests.gateway.web.web_world import WebWorld, web_world

HEAD = (
    b"POST /form HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n"
    b"Content-Type: multipart/form-data; boundary=XX\r\n"
)
MEGABYTE = 1024 * 1024


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[WebWorld]:
    """A server with the real pages and little patience."""
    pages, limits = Pages(Settings(), writes=True), Limits(form_seconds=2.0)
    async with web_world(tmp_path, pages=pages, limits=limits) as world:
        yield world


async def sent(world: WebWorld, head: bytes, pieces: list[bytes]) -> tuple[bytes, int]:
    """The status line, and how many bytes were taken before the connection ended or answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.server.port)
    writer.write(head + b"\r\n")
    taken = 0
    try:
        async with asyncio.timeout(20):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                taken += len(piece)
            line = await reader.readline()
    except ConnectionError:
        line = b""
    finally:
        writer.transport.abort()
    return line, taken


async def test_twenty_megabytes_of_preamble_are_cut_at_the_first_bytes(world: WebWorld) -> None:
    """Aiohttp's own reader takes them all (its issue 13652); here the answer is 400 at once."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    chunk = b"%x\r\n" % MEGABYTE + b"p" * MEGABYTE + b"\r\n"
    line, _ = await sent(world, HEAD + b"Transfer-Encoding: chunked\r\n", [chunk] * 20)
    assert line == b"" or b" 400 " in line
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 15 * 1024, "kilobytes; the body is not held"
    assert not world.citizens.talks


async def test_an_announced_length_over_the_limit_is_refused_unread(world: WebWorld) -> None:
    """413 before a byte of it."""
    line, _ = await sent(world, HEAD + b"Content-Length: 999999999\r\n", [])
    assert b" 413 " in line


async def test_a_body_that_grows_over_the_limit_is_refused(world: WebWorld) -> None:
    """Chunked, unannounced, beginning as a form does."""
    part = b'--XX\r\nContent-Disposition: form-data; name="photos"; filename="a"\r\n\r\n'
    chunk = b"%x\r\n" % MEGABYTE + b"p" * MEGABYTE + b"\r\n"
    first = b"%x\r\n" % len(part) + part + b"\r\n"
    head = HEAD + b"Transfer-Encoding: chunked\r\n"
    line, _ = await sent(world, head, [first, *[chunk] * 20])
    assert line == b"" or b" 413 " in line


async def test_a_dribbled_form_is_cut(world: WebWorld) -> None:
    """408 when the time of the whole is over, however alive it looks."""
    line, _ = await sent(world, HEAD + b"Content-Length: 5000\r\n", [b"--XX\r\n"])
    assert b" 408 " in line
    await eventually(lambda: world.server.door.total == 0)


@pytest.mark.parametrize(
    ("media", "body", "status"),
    [
        ("text/plain", b"x", 415),
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=" + "x" * 100, b"x", 400),
        ("multipart/form-data; boundary=XX", b"", 400),
        ("multipart/form-data; boundary=XX", b"--XX--\r\n", 400),
        ("multipart/form-data; boundary=XX", b"--XX\r\n" * 100 + b"--XX--", 400),
        ("multipart/form-data; boundary=XX", b"--XX\r\nA: b\r\n\r\nx\r\n--XX--", 400),
        (
            "multipart/form-data; boundary=XX",
            b'--XX\r\nContent-Disposition: form-data; name="matter"\r\n\r\n\xff\xfe\r\n--XX--',
            400,
        ),
        (
            "multipart/form-data; boundary=XX",
            b'--XX\r\nContent-Disposition: form-data; name="matter"\r\n\r\n'
            + b"x" * 20_000
            + b"\r\n--XX--",
            413,
        ),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 200), 400),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * 200_000, 413),
    ],
)
async def test_what_is_no_form_is_refused_as_a_problem(
    world: WebWorld, media: str, body: bytes, status: int
) -> None:
    """4xx, never a fault of ours."""
    headers = {"Content-Type": media, "Origin": world.url}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{world.url}/form", data=body, headers=headers) as answer,
    ):
        assert answer.status == status
        assert answer.content_type == "application/problem+json"


@given(st.binary(max_size=300), st.lists(st.sampled_from([
    b"--XX", b"--XX--", b"\r\n", b"\r\n\r\n", b'Content-Disposition: form-data; name="a"',
    b'; filename="b"', b"; filename*=utf-8''%ff", b"Content-Type: image/png", b'name="', b":",
]), max_size=12))  # fmt: skip
def test_whatever_stands_in_a_body_is_a_form_or_none(noise: bytes, pieces: list[bytes]) -> None:
    """Every body is read or refused by one of two words."""
    for body in (noise, b"--XX\r\n" + b"".join(pieces), b"--XX" + noise, b"".join(pieces) + noise):
        try:
            tuple(_parts(body, b"--XX"))
        except (NotAForm, web.HTTPRequestEntityTooLarge):
            continue

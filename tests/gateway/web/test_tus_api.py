"""Uploads by tus 1.0.0, driven by tus-js-client itself; what arrives is what was sent."""

import asyncio
import hashlib
import json
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from yarl import URL

from gateway.web.limits import Limits
from tests.eventually import eventually
from tests.gateway.web.web_world import APP_KEY, Browser, WebWorld, web_world
from tests.peers.cutting_proxy import cutting_proxy
from tests.peers.node import node

FILES = "/api/v1/chat/files"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"
MEGABYTE = 1024 * 1024


@pytest.fixture
async def visitor(world: WebWorld) -> AsyncIterator[Browser]:
    """A browser with a session."""
    async with world.browser() as browser:
        await browser.ask("POST", "/api/v1/chat/session", {})
        yield browser


async def begun(browser: Browser, size: int) -> str:
    """Where a new upload is."""
    answer = await browser.ask("POST", FILES, headers=TUS | {"Upload-Length": str(size)}, raw=b"")
    assert answer.status == 201, answer.raw
    return answer.headers["Location"]


async def appended(browser: Browser, where: str, offset: int, data: bytes) -> int:
    """The status of one PATCH."""
    headers = TUS | {"Upload-Offset": str(offset), "Content-Type": PIECE}
    return (await browser.ask("PATCH", where, headers=headers, raw=data)).status


async def test_tus_js_client_goes_on_after_its_connection_broke(
    world: WebWorld, tmp_path: Path
) -> None:
    """Torn in the middle of its PATCH, it asks how far it is and goes on; SHA-256 is the same."""
    content = random.Random(4).randbytes(24 * MEGABYTE)
    file = tmp_path / "video.mp4"
    await asyncio.to_thread(file.write_bytes, content)
    async with (
        world.browser() as browser,
        cutting_proxy(world.server.port, 9 * MEGABYTE) as network,
    ):
        begin = await browser.ask("POST", "/api/v1/chat/session", {"token": True})
        bearer = f"Bearer {begin.json['token']}"
        endpoint = f"http://127.0.0.1:{network.port}{FILES}"
        told = json.loads(await node("tus_peer.mjs", endpoint, bearer, str(file)))
        assert network.cuts == 1
        assert told["breaks"] >= 1
        resumed = [first for first in network.asked if first.startswith(b"PATCH")][-1].lower()
        assert b"upload-offset: 0\r\n" not in resumed, "what had come was not sent again"
    here = hashlib.sha256()
    id_ = told["url"].rpartition("/")[2]
    async for piece in world.parts.citizens.uploads.pieces(id_):  # type: ignore[union-attr]
        here.update(piece)
    assert here.hexdigest() == hashlib.sha256(content).hexdigest()


async def test_a_cut_patch_goes_on_where_head_says(world: WebWorld, visitor: Browser) -> None:
    """Half of an announced body, then nothing; what was not written yet is sent again."""
    where = await begun(visitor, 10)
    cookies = visitor.http.cookie_jar.filter_cookies(URL(world.url))
    cookie = "; ".join(f"{one.key}={one.value}" for one in cookies.values())
    _, writer = await asyncio.open_connection("127.0.0.1", world.server.port)
    head = (
        f"PATCH {where} HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n"
        f"Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: {PIECE}\r\n"
        "Content-Length: 10\r\n\r\n"
    )
    writer.write(head.encode() + b"01234")
    await writer.drain()
    writer.transport.abort()

    async def completed() -> bool:
        looked = await visitor.ask("HEAD", where, headers=TUS)
        at = int(looked.headers["Upload-Offset"])
        assert at in (0, 5)
        return await appended(visitor, where, at, b"0123456789"[at:]) == 204  # 409: still held

    await eventually(completed)
    looked = await visitor.ask("HEAD", where, headers=TUS)
    assert looked.headers["Upload-Offset"] == looked.headers["Upload-Length"] == "10"


async def test_the_protocols_refusals(world: WebWorld, visitor: Browser) -> None:
    """Another version, place, type, length; more than announced; what is not there."""
    where = await begun(visitor, 10)
    assert (await visitor.ask("HEAD", where)).status == 412
    assert await appended(visitor, where, 3, b"x") == 409
    headers = TUS | {"Upload-Offset": "0", "Content-Type": "text/plain"}
    assert (await visitor.ask("PATCH", where, headers=headers, raw=b"x")).status == 415
    assert await appended(visitor, where, 0, b"x" * 11) == 422
    for length in ("0", "-1", "x", str(Limits().upload_bytes + 1), "9" * 400):
        sent = TUS | {"Upload-Length": length}
        assert (await visitor.ask("POST", FILES, headers=sent, raw=b"")).status == 422
    assert (await visitor.ask("HEAD", f"{FILES}/{'0' * 32}", headers=TUS)).status == 404
    options = await visitor.ask("OPTIONS", FILES)
    assert options.headers["Tus-Extension"] == "creation,expiration,termination"
    assert (await visitor.ask("DELETE", where, headers=TUS)).status == 204
    assert (await visitor.ask("HEAD", where, headers=TUS)).status == 404
    assert not list(world.uploads_dir.glob("*"))


async def test_an_upload_is_its_visitors_alone(world: WebWorld, visitor: Browser) -> None:
    """Another session and an App do not find it, in the same words as one that never was."""
    where = await begun(visitor, 10)
    async with world.browser() as other:
        await other.ask("POST", "/api/v1/chat/session", {})
        assert (await other.ask("HEAD", where, headers=TUS)).status == 404
        assert await appended(other, where, 0, b"x") == 404
        app = TUS | {"Authorization": f"Bearer {APP_KEY}"}
        path = where.replace("/chat/files", "/app/uploads")
        assert (await other.ask("HEAD", path, headers=app)).status == 404
    assert (await visitor.ask("HEAD", where, headers=TUS)).status == 200


async def test_one_visitor_has_so_many_uploads(visitor: Browser) -> None:
    """Then 429, until some are dropped or sent."""
    for _ in range(20):
        await begun(visitor, 10)
    sent = TUS | {"Upload-Length": "10"}
    assert (await visitor.ask("POST", FILES, headers=sent, raw=b"")).status == 429


async def test_uploads_under_way_are_counted(tmp_path: Path) -> None:
    """A place is needed to write; who holds it gives it back when the connection is gone."""
    limits = Limits(uploads_under_way=0)
    async with web_world(tmp_path, limits=limits) as world, world.browser() as browser:
        await browser.ask("POST", "/api/v1/chat/session", {})
        where = await begun(browser, 10)
        assert await appended(browser, where, 0, b"x") == 429

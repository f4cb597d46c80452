"""The citizen's chat over a WebSocket, heard by another library's client."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from yarl import URL

from gateway.web.limits import Limits
from gateway.web.visits import VISIT_SECONDS
from tests.eventually import eventually
from tests.gateway.web.test_chat_api import CHAT, events, say
from tests.gateway.web.web_world import Browser, WebWorld, web_world


@pytest.fixture
async def visitor(world: WebWorld) -> AsyncIterator[Browser]:
    """A browser with a session and a conversation."""
    async with world.browser() as browser:
        await browser.ask("POST", f"{CHAT}/session", {})
        await say(browser, "路灯坏了")
        yield browser


@asynccontextmanager
async def listening(
    browser: Browser, query: str = "", origin: str | None = None
) -> AsyncIterator[ClientConnection]:
    """A socket of ``websockets`` with the browser's cookie."""
    url = browser.world.url
    cookies = browser.http.cookie_jar.filter_cookies(URL(url))
    cookie = "; ".join(f"{one.key}={one.value}" for one in cookies.values())
    headers = {"Cookie": cookie, "Origin": url if origin is None else origin}
    address = url.replace("http", "ws", 1) + f"{CHAT}/live{query}"
    async with connect(address, additional_headers=headers, proxy=None) as socket:
        yield socket


async def heard(socket: ClientConnection, kind: str) -> Any:
    """The next envelope of this kind."""
    while True:
        one = json.loads(await socket.recv())
        if one["type"] == kind:
            return one


async def ended(socket: ClientConnection) -> None:
    """Hear everything until the server ends it."""
    async with asyncio.timeout(10):
        with suppress(ConnectionClosed):
            while await socket.recv():
                continue


async def test_it_says_what_a_poll_would(world: WebWorld, visitor: Browser) -> None:
    """The same envelope by either way, in order, from where the page was."""
    conv = world.citizens.one().id
    async with listening(visitor) as socket:
        assert (await heard(socket, "message"))["body"]["text"] == "路灯坏了"
        assert (await heard(socket, "status"))["body"]["state"] == "waiting"
        world.citizens.answer(conv, "李", "哪条路？")
        by_socket = await heard(socket, "message")
        assert (await heard(socket, "status"))["body"]["operator_name"] == "李"
    assert by_socket == (await events(visitor, 1))["events"][0]
    async with listening(visitor, f"?after=1&conv={conv}") as socket:
        assert (await heard(socket, "message"))["seq"] == 2


async def test_what_the_screen_has_shown_is_noted(world: WebWorld, visitor: Browser) -> None:
    """And whatever else is said there is overheard."""
    async with listening(visitor) as socket:
        for said in ("[]", "{}", '{"type":"x"}', '{"type":"seen","seq":true}', '{"type":"seen"}'):
            await socket.send(said)
        await socket.send('{"type": "seen", "seq": 1}')
        await eventually(lambda: world.citizens.one().seen == 1)


@pytest.mark.parametrize(
    ("said", "code"), [("not json", 1003), (b"bytes", 1003), ("x" * 5000, 1009)]
)
async def test_what_is_no_word_of_ours_ends_it(
    visitor: Browser, said: str | bytes, code: int
) -> None:
    """Each with its close code."""
    async with listening(visitor) as socket:
        await socket.send(said)
        await ended(socket)
        assert socket.close_code == code


async def test_who_says_too_much_is_cut(visitor: Browser) -> None:
    """A page says a word now and then."""
    async with listening(visitor) as socket:
        with suppress(ConnectionClosed):
            for _ in range(200):
                await socket.send("{}")
        await ended(socket)
        assert socket.close_code == 1008


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1"])
async def test_another_sites_page_hears_nothing(visitor: Browser, origin: str) -> None:
    """Its browser would send our cookie along: the origin is the guard (CSWSH)."""
    with pytest.raises(InvalidStatus) as refused:
        async with listening(visitor, origin=origin):
            raise AssertionError
    assert refused.value.response.status_code == 403


async def test_nobody_hears_without_a_session(world: WebWorld) -> None:
    """401 before the handshake."""
    async with world.browser() as stranger:
        with pytest.raises(InvalidStatus) as refused:
            async with listening(stranger):
                raise AssertionError
    assert refused.value.response.status_code == 401


async def test_a_session_that_is_over_hears_no_more(world: WebWorld, visitor: Browser) -> None:
    """4001, and the page begins anew."""
    async with listening(visitor) as socket:
        await heard(socket, "status")
        world.floor.clock.turn(VISIT_SECONDS + 1)
        world.citizens.stir()
        await ended(socket)
        assert socket.close_code == 4001


async def test_sockets_of_a_visitor_are_counted(tmp_path: Path) -> None:
    """So many, then 429; a closed one gives its place back."""
    limits = Limits(chat_waits_per_visit=2)
    async with web_world(tmp_path, limits=limits) as world, world.browser() as browser:
        await browser.ask("POST", f"{CHAT}/session", {})
        async with listening(browser), listening(browser):
            with pytest.raises(InvalidStatus) as refused:
                async with listening(browser):
                    raise AssertionError
            assert refused.value.response.status_code == 429

        async def again() -> bool:
            try:
                async with listening(browser):
                    return True
            except InvalidStatus:
                return False

        await eventually(again)

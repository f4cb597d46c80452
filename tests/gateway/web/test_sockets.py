"""Open WebSockets: how many, and how they end."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.core.operator import Operator
from gateway.web.limits import Limits
from tests.eventually import eventually
from tests.gateway.web.test_live import LIVE, closed, said
from tests.gateway.web.web_world import WebWorld, web_world


@pytest.fixture
async def narrow(tmp_path: Path) -> AsyncIterator[WebWorld]:
    """Two sockets at most."""
    async with web_world(tmp_path, limits=Limits(sockets=2)) as world:
        yield world


async def test_there_are_only_so_many(narrow: WebWorld) -> None:
    """The next one is refused with 503 while the handshake can still say so; then there is room."""
    async with narrow.browser("li") as browser:
        async with browser.socket(LIVE) as one, browser.socket(LIVE) as two:
            await said(one)
            await said(two)
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                async with browser.socket(LIVE):
                    pass
            assert refused.value.status == 503

        async def room() -> bool:
            try:
                async with browser.socket(LIVE):
                    return True
            except aiohttp.WSServerHandshakeError:
                return False

        await eventually(room)


async def test_a_fault_behind_an_open_socket_ends_it_with_1011(
    world: WebWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    """The console comes again; the log has the kind of fault and none of its words."""

    def broken(operator: Operator) -> dict[str, Any]:
        raise TypeError("canary", operator.login)

    world.floor.floor.hub._picture = broken
    async with world.browser("li") as browser, browser.socket(LIVE) as socket:
        assert await closed(socket) == 1011
    logged = capsys.readouterr().out
    assert "TypeError" in logged
    assert "canary" not in logged


async def test_what_is_no_handshake_is_a_bad_request(world: WebWorld) -> None:
    """A plain GET of a socket's path."""
    async with world.browser("li") as browser:
        given = await browser.ask("POST", f"{LIVE}/ticket", {})
        path = f"{LIVE}?ticket={given.json['ticket']}"
        answer = await browser.ask("GET", path, headers={"Origin": world.url})
        assert answer.status == 400

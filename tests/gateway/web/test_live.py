"""Push over a real WebSocket."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from gateway.intake.hub import BUFFER_MESSAGES
from tests.eventually import eventually
from tests.gateway.web.web_world import Browser, WebWorld

LIVE = "/api/v1/live"


async def said(socket: aiohttp.ClientWebSocketResponse) -> Any:
    """The next message."""
    return await socket.receive_json(timeout=5)


async def closed(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    """The close code, whatever comes before it."""
    async with asyncio.timeout(5):
        while True:
            message = await socket.receive()
            if message.type is aiohttp.WSMsgType.CLOSE:
                return int(message.data)
            if message.type is aiohttp.WSMsgType.CLOSED:
                return socket.close_code


async def test_a_console_gets_a_snapshot_and_then_what_changes(world: WebWorld) -> None:
    """Who I am, my seat, my call, the queues, the link; then numbered events."""
    async with world.browser("li") as browser, browser.socket(LIVE) as socket:
        first = await said(socket)
        assert first["type"] == "snapshot"
        assert first["data"]["me"]["login"] == "li"
        body = {"seat": "8001", "phone": "browser"}
        assert (await browser.ask("POST", "/api/v1/seat/sign-in", body)).status == 200
        event = await said(socket)
        assert (event["type"], event["seq"]) == ("seat", first["seq"] + 1)
        assert event["data"]["number"] == "8001"


async def test_a_console_that_comes_back_gets_what_it_missed(world: WebWorld) -> None:
    """Same epoch, its last number: the events in between and no snapshot."""
    async with world.browser("li") as browser:
        async with browser.socket(LIVE) as socket:
            first = await said(socket)
        await world.floor.seated("li", "8001")
        path = f"{LIVE}?epoch={first['epoch']}&last={first['seq']}"
        async with browser.socket(path) as socket:
            assert (await said(socket))["type"] == "resumed"
            assert (await said(socket))["type"] == "seat"


async def test_a_painted_pop_is_told_to_the_desk(world: WebWorld) -> None:
    """The word over the socket is the command of the API; nonsense beside it does no harm."""
    await world.floor.seated("li", "8001")
    call = await world.floor.arrives()
    await world.floor.rings(call, "8001")
    words: tuple[Any, ...] = (
        {"t": "pop_shown", "contact_id": "someone-elses"},
        {"t": "pop_shown", "contact_id": 7},
        {"t": "dance"},
        [],
        {"t": "pop_shown", "contact_id": call.id},
    )
    async with world.browser("li") as browser, browser.socket(LIVE) as socket:
        await said(socket)
        for word in words:
            await socket.send_str(json.dumps(word))
        await eventually(lambda: call.id in world.floor.floor.shown)


async def test_whoever_is_not_logged_in_is_told_so_by_close_code_4001(world: WebWorld) -> None:
    """A browser cannot read the status of a refused handshake."""
    async with world.browser() as browser, browser.socket(LIVE) as socket:
        assert await closed(socket) == 4001


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
async def test_another_site_cannot_listen(world: WebWorld, origin: str) -> None:
    """Cross-site WebSocket hijacking: foreign, null and absent Origin are 403."""
    async with world.browser("li") as browser:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with browser.socket(LIVE, origin=origin):
                pass
        assert refused.value.status == 403


async def test_logging_out_ends_every_socket_of_that_login_at_once(world: WebWorld) -> None:
    """Other logins of the same person go on."""
    async with (
        world.browser("li") as one,
        world.browser("li") as two,
        one.socket(LIVE) as first,
        two.socket(LIVE) as second,
    ):
        await said(first)
        await said(second)
        await one.ask("DELETE", "/api/v1/session")
        assert await closed(first) == 4001
        await world.floor.seated("li", "8001")
        assert (await said(second))["type"] == "seat"


async def test_a_disabled_person_is_out_within_a_minute(world: WebWorld) -> None:
    """The session is looked at again while the socket is open."""
    async with world.browser("li") as browser, browser.socket(LIVE) as socket:
        await said(socket)
        await world.accounts.disable("li")
        await eventually(lambda: world.floor.clock.sleepers >= 2)
        world.floor.clock.turn(60)
        assert await closed(socket) == 4001


async def test_the_server_pings_with_its_time(world: WebWorld) -> None:
    """Every 15 s, without a number."""
    async with world.browser("li") as browser, browser.socket(LIVE) as socket:
        await said(socket)
        await eventually(lambda: world.floor.clock.sleepers >= 2)
        world.floor.clock.turn(15)
        ping = await said(socket)
        assert ping == {"type": "ping", "server_time": "2026-03-02T01:00:15.000Z"}


async def test_a_console_that_does_not_read_is_cut_with_4008(world: WebWorld) -> None:
    """The hub's buffer is bounded; whoever overflows it comes back for a snapshot."""
    async with world.browser("li") as browser, browser.socket(LIVE) as socket:
        await said(socket)
        for at in range(BUFFER_MESSAGES + 50):
            world.floor.floor.hub.tell("id-li", "notice", {"code": str(at)})
        assert await closed(socket) == 4008


@pytest.mark.parametrize(
    ("sent", "code"), [("x" * 5000, 1009), ("no json", 1003), ("[" * 4000, 1003)]
)
async def test_what_a_console_says_is_bounded(world: WebWorld, sent: str, code: int) -> None:
    """4 KiB, JSON."""
    async with world.browser("li") as browser, browser.socket(LIVE) as socket:
        await said(socket)
        await socket.send_str(sent)
        assert await closed(socket) == code


async def test_a_console_that_shouts_is_cut(world: WebWorld) -> None:
    """More words than anybody types."""
    async with world.browser("li") as browser, browser.socket(LIVE) as socket:
        await said(socket)
        for _ in range(60):
            await socket.send_str('{"t":"pong"}')
        assert await closed(socket) == 1008


async def ticket_of(browser: Browser) -> str:
    """A ticket of this browser's session."""
    given = await browser.ask("POST", f"{LIVE}/ticket", {})
    assert given.status == 200
    return str(given.json["ticket"])


async def refused(browser: Browser, ticket: str) -> int:
    """The status with which a push with this ticket is refused, 0 when it is served."""
    try:
        async with browser.socket(f"{LIVE}?ticket={ticket}"):
            return 0
    except aiohttp.WSServerHandshakeError as error:
        return error.status


async def test_a_push_needs_a_ticket_of_this_session_once_and_in_time(world: WebWorld) -> None:
    """The cookie alone opens nothing: none, a guess, another's, a used one, an old one are 404."""
    async with world.browser("li") as li, world.browser("wang") as wang:
        assert await refused(li, "") == 404
        assert await refused(li, "guess") == 404
        assert await refused(wang, await ticket_of(li)) == 404
        good, old = await ticket_of(li), await ticket_of(li)
        assert await refused(li, good) == 0
        assert await refused(li, good) == 404
        world.floor.clock.turn(61)
        assert await refused(li, old) == 404
        mine = await ticket_of(li)
        assert (await li.ask("DELETE", "/api/v1/session")).status == 204
        assert (await li.log_in("li")).status == 200
        assert await refused(li, mine) == 404

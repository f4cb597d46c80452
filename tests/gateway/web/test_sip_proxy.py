"""SIP through the gateway: real WebSockets on both sides."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from config.settings import Web
from gateway.core.line import PhoneKind
from gateway.web.limits import Limits
from gateway.web.sip_message import parse
from tests.eventually import eventually
from tests.gateway.web.test_live import closed
from tests.gateway.web.test_sip_guard import IN_CALL, response, sip
from tests.gateway.web.web_world import SECRET, Browser, WebWorld, web_world
from tests.peers.sip_socket_peer import SipSocketPeer, sip_socket_peer

SEAT = "<sip:seat-8001@hotline>"
LIMITS = Limits(sip_first_seconds=0.5, tickets_at_once=4)


@dataclass
class SipWorld:
    """The web, and the telephone system's socket behind it."""

    web: WebWorld
    peer: SipSocketPeer

    async def ticket(self, browser: Browser) -> str:
        """The address of one call."""
        answer = await browser.ask("POST", "/api/v1/call-ticket")
        assert answer.status == 200
        assert answer.json["target"] == "sip:12345@hotline"
        return str(answer.json["ws"])


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[SipWorld]:
    """Two calls at once, four tickets in a row."""
    async with (
        sip_socket_peer() as peer,
        web_world(
            tmp_path, sip_url=peer.url, limits=LIMITS, web=Web(port=0, max_web_calls=2)
        ) as world,
    ):
        yield SipWorld(world, peer)


async def test_a_citizen_calls_with_a_ticket(phone: SipWorld) -> None:
    """The INVITE arrives with our mark; the answer and the key presses pass; a BYE ends it all."""
    async with phone.web.browser() as browser:
        path = await phone.ticket(browser)
        async with browser.socket(path, protocols=("sip",)) as socket:
            assert socket.protocol == "sip"
            await socket.send_str(sip("INVITE", body="v=0"))
            await eventually(lambda: phone.peer.heard)
            sent = parse(phone.peer.heard[0])
            assert sent.one("x-hotline-web") == SECRET
            assert len(sent.one("x-hotline-visit")) == 16
            assert sent.caller.user == "web"
            (back,) = phone.peer.sockets
            await back.send_str(response(200, To=IN_CALL["To"]))
            assert (await socket.receive_str(timeout=5)).startswith("SIP/2.0 200")
            await socket.send_str("\r\n\r\n")
            assert await socket.receive_str(timeout=5) == "\r\n"
            await socket.send_str(sip("BYE", **IN_CALL))
            await eventually(lambda: len(phone.peer.heard) == 2)
            await eventually(lambda: phone.web.floor.clock.sleepers)
            phone.web.floor.clock.turn(5)
            assert await closed(socket) == 1000
    await eventually(lambda: not phone.peer.sockets)


async def test_a_ticket_works_once_and_not_for_long(phone: SipWorld) -> None:
    """Used, old and made-up tickets are 404 alike."""
    async with phone.web.browser() as browser:
        path, late = await phone.ticket(browser), await phone.ticket(browser)
        async with browser.socket(path):
            pass
        phone.web.floor.clock.turn(61)
        for again in (path, late, "/sip/call?ticket=made-up"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                async with browser.socket(again):
                    pass
            assert refused.value.status == 404


async def test_an_address_gets_a_few_tickets_and_then_must_wait(phone: SipWorld) -> None:
    """429, and the seconds to wait; later there are more."""
    async with phone.web.browser() as browser:
        for _ in range(2):
            await phone.ticket(browser)
            phone.web.floor.clock.turn(0.1)
            await phone.ticket(browser)
            phone.web.floor.clock.turn(61)
        for _ in range(2):
            await phone.ticket(browser)
        busy = await browser.ask("POST", "/api/v1/call-ticket")
        assert busy.status == 503
        phone.web.floor.clock.turn(61)
        answers = [await browser.ask("POST", "/api/v1/call-ticket") for _ in range(20)]
        assert 429 in [answer.status for answer in answers]


async def test_no_more_calls_at_once_than_the_setting_says(phone: SipWorld) -> None:
    """Open tickets count: whoever has one gets through; a call that ends makes room."""
    async with phone.web.browser() as browser:
        one, two = await phone.ticket(browser), await phone.ticket(browser)
        async with browser.socket(one), browser.socket(two):
            full = await browser.ask("POST", "/api/v1/call-ticket")
            assert full.status == 503
            assert full.headers["Retry-After"]

        async def room() -> bool:
            return (await browser.ask("POST", "/api/v1/call-ticket")).status == 200

        await eventually(room)


async def test_what_may_not_pass_is_answered_and_not_sent_on(phone: SipWorld) -> None:
    """A 403 in SIP to the browser; after twenty the socket ends."""
    async with phone.web.browser() as browser:
        async with browser.socket(await phone.ticket(browser)) as socket:
            for _ in range(20):
                await socket.send_str(sip("REGISTER"))
                answer = await socket.receive_str(timeout=5)
                assert parse(answer).status == 481
            assert await closed(socket) == 1008
        assert phone.peer.heard == []


async def test_a_socket_that_never_calls_is_closed(phone: SipWorld) -> None:
    """It would hold a place that a citizen needs."""
    async with phone.web.browser() as browser:
        path = await phone.ticket(browser)
        async with browser.socket(path) as socket:
            await socket.send_str("\r\n\r\n")
            assert await closed(socket) == 1001


async def test_a_frame_that_is_too_large_ends_the_socket(phone: SipWorld) -> None:
    """16 KiB."""
    async with phone.web.browser() as browser:
        path = await phone.ticket(browser)
        async with browser.socket(path) as socket:
            await socket.send_str("x" * 17_000)
            assert await closed(socket) == 1009


async def test_a_browser_that_shouts_is_cut(phone: SipWorld) -> None:
    """More frames than any call needs."""
    async with phone.web.browser() as browser:
        path = await phone.ticket(browser)
        async with browser.socket(path) as socket:
            for _ in range(120):
                await socket.send_str("\r\n")
            assert await closed(socket) == 1008


async def test_when_the_telephone_system_goes_so_does_the_browsers_socket(
    phone: SipWorld,
) -> None:
    """The browser's SIP stack must know, and try again."""
    async with phone.web.browser() as browser:
        path = await phone.ticket(browser)
        async with browser.socket(path) as socket:
            await eventually(lambda: phone.peer.sockets)
            await phone.peer.sockets[0].close()
            assert await closed(socket) == 1011


async def test_a_telephone_system_that_is_away_is_a_503(tmp_path: Path) -> None:
    """Said before the handshake is over."""
    async with web_world(tmp_path) as world, world.browser() as browser:
        ws = (await browser.ask("POST", "/api/v1/call-ticket")).json["ws"]
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with browser.socket(ws):
                pass
        assert refused.value.status == 503


async def test_web_calls_can_be_switched_off(tmp_path: Path) -> None:
    """Then there are no tickets."""
    web = Web(port=0, web_calls=False)
    async with web_world(tmp_path, web=web) as world, world.browser() as browser:
        assert (await browser.ask("POST", "/api/v1/call-ticket")).status == 404


async def test_a_seats_phone_registers_as_that_seat(phone: SipWorld) -> None:
    """REGISTER and answers pass, a call of its own does not."""
    await phone.web.floor.seated("li", "8001")
    async with (
        phone.web.browser("li") as browser,
        browser.socket("/sip/seat", protocols=("sip",)) as socket,
    ):
        await socket.send_str(sip("REGISTER", From=SEAT + ";tag=1", To=SEAT))
        await eventually(lambda: phone.peer.heard)
        assert "X-Hotline" not in phone.peer.heard[0]
        await socket.send_str(sip("INVITE", "sip:10086@hotline"))
        assert (await socket.receive_str(timeout=5)).startswith("SIP/2.0 403")
        other = SEAT.replace("8001", "8002")
        await socket.send_str(sip("REGISTER", From=other + ";tag=1", To=other))
        assert (await socket.receive_str(timeout=5)).startswith("SIP/2.0 403")
        assert len(phone.peer.heard) == 1


async def test_only_whoever_sits_at_a_browser_seat_gets_its_socket(phone: SipWorld) -> None:
    """Not without a seat, not with a desk phone, not from another site, not without a login."""
    async with phone.web.browser("li") as browser:
        for origin in (None, "https://evil.example"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                async with browser.socket("/sip/seat", origin=origin):
                    pass
            assert refused.value.status == 403
        operator = phone.web.floor.operators["li"]
        await phone.web.floor.desk.sign_in(operator, "8001", PhoneKind.DESK)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with browser.socket("/sip/seat"):
                pass
        assert refused.value.status == 403
    async with phone.web.browser() as stranger, stranger.socket("/sip/seat") as socket:
        assert await closed(socket) == 4001


async def test_leaving_the_seat_takes_its_socket(phone: SipWorld) -> None:
    """The phone of a seat is nobody's once the operator has signed out."""
    await phone.web.floor.seated("li", "8001")
    async with phone.web.browser("li") as browser, browser.socket("/sip/seat") as socket:
        await eventually(lambda: phone.peer.sockets)
        assert (await browser.ask("POST", "/api/v1/seat/sign-out")).status == 200
        await eventually(lambda: phone.web.floor.clock.sleepers)
        phone.web.floor.clock.turn(5)
        assert await closed(socket) == 4001


async def test_the_sip_account_comes_with_the_seat(phone: SipWorld) -> None:
    """Derived, not stored; none for a desk phone."""
    async with phone.web.browser("li") as browser:
        body = {"seat": "8001", "phone": "browser"}
        signed = (await browser.ask("POST", "/api/v1/seat/sign-in", body)).json
        password = phone.web.parts.phone_secrets.password("8001", PhoneKind.BROWSER)
        assert signed["sip"] == {
            "user": "seat-8001",
            "password": password,
            "uri": "sip:seat-8001@hotline",
            "ws": "/sip/seat",
        }
        await browser.ask("POST", "/api/v1/seat/sign-out")
        body = {"seat": "8001", "phone": "desk"}
        assert (await browser.ask("POST", "/api/v1/seat/sign-in", body)).json["sip"] is None


async def test_the_server_stops_with_sockets_open(tmp_path: Path) -> None:
    """They are told to come back (1012), and the stop does not wait for them."""
    async with sip_socket_peer() as peer, aiohttp.ClientSession() as http:
        async with web_world(tmp_path, sip_url=peer.url) as world, world.browser() as browser:
            ws = (await browser.ask("POST", "/api/v1/call-ticket")).json["ws"]
            socket = await http.ws_connect(world.url + ws, headers={"Origin": world.url})
            ended = asyncio.create_task(closed(socket))
        assert await ended == 1012
        await socket.close()

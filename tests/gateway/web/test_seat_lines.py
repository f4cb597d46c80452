"""A seat's road to the telephone system outlives its page's socket, and has one page at a time."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from gateway.core.call import Call
from gateway.web.seat_lines import KEPT_SECONDS, LOOK_SECONDS
from tests.eventually import eventually
from tests.gateway.web.test_live import closed
from tests.gateway.web.test_sip_guard import response, sip
from tests.gateway.web.test_sip_proxy import SEAT, SipWorld
from tests.gateway.web.web_world import web_world
from tests.peers.sip_socket_peer import sip_socket_peer

REGISTER = sip("REGISTER", From=SEAT + ";tag=1", To=SEAT)
ONE, OTHER = "/sip/seat?page=one", "/sip/seat?page=other"
TAKEN_OVER = 4009


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[SipWorld]:
    """Li sits at 8001 with the browser's phone."""
    async with sip_socket_peer() as peer, web_world(tmp_path, sip_url=peer.url) as world:
        await world.floor.seated("li", "8001")
        yield SipWorld(world, peer)


async def talks(world: SipWorld) -> Call:
    """A citizen talks to 8001."""
    floor = world.web.floor
    call = await floor.arrives()
    await floor.rings(call, "8001")
    await floor.answers(call, "8001")
    return call


async def heard(world: SipWorld, frames: int) -> None:
    """The telephone system has got so many frames."""
    await eventually(lambda: len(world.peer.heard) >= frames)


async def kept(world: SipWorld) -> None:
    """The page's socket is gone, the road is kept."""
    await eventually(lambda: world.web.floor.clock.sleepers)


async def test_what_is_said_while_the_page_is_away_waits_for_it(phone: SipWorld) -> None:
    """The telephone system sees one connection; the talk is not touched while there is sound."""
    await talks(phone)
    async with phone.web.browser("li") as browser:
        async with browser.socket(ONE) as socket:
            await socket.send_str(REGISTER)
            await heard(phone, 1)
        await kept(phone)
        (road,) = phone.peer.sockets
        await road.send_str(response(200))
        async with browser.socket(ONE) as socket:
            assert (await socket.receive_str(timeout=5)).startswith("SIP/2.0 200")
            await socket.send_str(REGISTER)
            await heard(phone, 2)
            assert phone.peer.sockets == [road]
            assert phone.web.floor.phones.lost == []


async def test_a_page_loaded_again_has_lost_the_talk_of_the_one_before(phone: SipWorld) -> None:
    """At once, and over the same road: the phone stays registered."""
    call = await talks(phone)
    async with phone.web.browser("li") as browser:
        async with browser.socket(ONE):
            await eventually(lambda: phone.peer.sockets)
        async with browser.socket(OTHER) as socket:
            await socket.send_str(REGISTER)
            await heard(phone, 1)
            assert len(phone.peer.sockets) == 1
            assert phone.web.floor.phones.lost == [phone.web.floor.leg(call, "8001")]


async def test_a_page_that_crashed_has_lost_its_talk_by_its_silence(phone: SipWorld) -> None:
    """No word from the page is needed; the road is closed a while later."""
    call = await talks(phone)
    phone.web.floor.phones.sounds = False
    async with phone.web.browser("li") as browser:
        async with browser.socket(ONE):
            await eventually(lambda: phone.peer.sockets)
        clock = phone.web.floor.clock

        def lost() -> bool:
            clock.turn(LOOK_SECONDS)
            return phone.web.floor.phones.lost == [phone.web.floor.leg(call, "8001")]

        await eventually(lost)

        def gone() -> bool:
            clock.turn(LOOK_SECONDS)
            return phone.peer.sockets == []

        before = clock.monotonic()
        await eventually(gone)
        assert clock.monotonic() - before >= KEPT_SECONDS / 2


async def test_another_page_takes_the_phone_and_the_first_is_told(phone: SipWorld) -> None:
    """One phone, one page: 4009 tells the first not to come back by itself."""
    async with phone.web.browser("li") as browser, browser.socket(ONE) as first:
        await first.send_str(REGISTER)
        await heard(phone, 1)
        async with browser.socket(OTHER) as second:
            assert await closed(first) == TAKEN_OVER
            await second.send_str(REGISTER)
            await heard(phone, 2)
            assert len(phone.peer.sockets) == 1


async def test_many_pages_at_the_same_moment_end_with_one(phone: SipWorld) -> None:
    """However they interleave: the last one carries, every other has been told."""
    async with (
        phone.web.browser("li") as browser,
        browser.socket("/sip/seat?page=a") as a,
        browser.socket("/sip/seat?page=b") as b,
        browser.socket("/sip/seat?page=c") as c,
    ):
        assert [await closed(one) for one in (a, b)] == [TAKEN_OVER] * 2
        await c.send_str(REGISTER)
        await heard(phone, 1)
        assert len(phone.peer.sockets) == 1


async def test_whoever_signs_out_leaves_no_road_behind(phone: SipWorld) -> None:
    """Kept for a page that may come back; nobody comes back to a seat that was left."""
    async with phone.web.browser("li") as browser:
        async with browser.socket(ONE):
            await eventually(lambda: phone.peer.sockets)
        await kept(phone)
        assert (await browser.ask("POST", "/api/v1/seat/sign-out")).status == 200

        def gone() -> bool:
            phone.web.floor.clock.turn(LOOK_SECONDS)
            return not phone.peer.sockets

        await eventually(gone)


async def test_the_next_operator_has_a_road_of_their_own(phone: SipWorld) -> None:
    """What waited for the one before is not for them."""
    async with phone.web.browser("li") as li, phone.web.browser("wang") as wang:
        async with li.socket(ONE):
            await eventually(lambda: phone.peer.sockets)
        await kept(phone)
        (road,) = phone.peer.sockets
        await road.send_str(response(200))
        assert (await li.ask("POST", "/api/v1/seat/sign-out")).status == 200
        await phone.web.floor.seated("wang", "8001")
        async with wang.socket(ONE) as socket:
            await socket.send_str(REGISTER)
            await heard(phone, 1)
            assert road not in phone.peer.sockets
            with pytest.raises(TimeoutError):
                await socket.receive(timeout=0.3)


async def test_a_broken_telephone_system_ends_the_pages_socket(phone: SipWorld) -> None:
    """1011: the page tries again, and gets a new road."""
    async with phone.web.browser("li") as browser:
        async with browser.socket(ONE) as socket:
            await eventually(lambda: phone.peer.sockets)
            await phone.peer.sockets[0].close()
            assert await closed(socket) == 1011
        async with browser.socket(ONE) as socket:
            await socket.send_str(REGISTER)
            await heard(phone, 1)


async def test_a_page_has_a_short_name(phone: SipWorld) -> None:
    """422 for anything long."""
    async with phone.web.browser("li") as browser:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with browser.socket("/sip/seat?page=" + "x" * 65):
                pass
        assert refused.value.status == 422

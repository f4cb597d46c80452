"""The SIP proxy of ours between carriers and a real Asterisk: a real Kamailio. No gateway runs.

Carriers are told apart by their address: 127.0.0.1 is one, 127.0.0.2 another, 127.0.0.9 nobody's.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from config.edge_settings import EdgeSettings
from config.settings import Settings, Trunk
from gateway.app import OurAsterisk, opened_store
from gateway.app.keeper import invite
from gateway.app.telephone import open_edge
from gateway.core.line import PhoneKind
from gateway.simulate.call import Call
from gateway.simulate.errors import Refused
from gateway.simulate.phone import SipPhone
from gateway.telephony.edge_process import EdgeProcess
from gateway.telephony.free_port import free_port
from tests.asterisk_world import (
    EDGE_SECRET,
    MUSIC_HZ,
    AsteriskWorld,
    asterisk_world,
    test_program,
    tone,
)
from tests.eventually import eventually
from tests.kamailio import kamailio
from tests.worlds.talk import SEAT_HZ, registered, talk
from tests.worlds.unbroken import unbroken

pytestmark = pytest.mark.asterisk
FORBIDDEN, NO_SUCH_CALL, UNAVAILABLE = 403, 481, 503
HOLDS, RETRY_SECONDS = 3, 7
ONE, OTHER, EDGE, NOBODY = "127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.9"
NUMBER = b"13900007777"
NOISE = (
    NUMBER * 3,
    b"INVITE sip:%b SIP/9\r\n\r\n" % NUMBER,
    b"INVITE sip:%b@x SIP/2.0\r\nVia: %b\r\nFrom: <sip:%b\r\n\r\n" % ((NUMBER,) * 3),
    b"INVITE sip:%b@x SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\nCSeq: %b\r\n"
    b"Contact: <<%b\r\nFrom %b\r\nMax-Forwards: %b\r\n\r\n" % ((NUMBER,) * 5),
)
HOME_PORT = free_port(OTHER)
TRUNKS = (
    Trunk(name="wide", match=("127.0.0.0/29",)),
    Trunk(name="narrow", match=(f"{OTHER}/32",), host=f"{OTHER}:{HOME_PORT}"),
)


@dataclass(slots=True)
class Edged:
    """An Asterisk with the edge before it."""

    world: AsteriskWorld
    edge: EdgeProcess
    door: tuple[str, int]

    def caller(self, number: str = "13800001234", host: str = ONE) -> SipPhone:
        """Somebody behind a carrier."""
        return SipPhone(number, self.door, host=host)

    def channels(self) -> list[str]:
        """Every channel of a carrier that there was."""
        made = [event["Channel"] for event in self.world.ami.seen("Newchannel")]
        return [name for name in made if name.startswith("PJSIP/trunk-")]


@asynccontextmanager
async def edged(tmp_path: Path) -> AsyncIterator[Edged]:
    """Both run; whoever calls goes through the edge."""
    port = free_port()
    settings = EdgeSettings(enabled=True, host=EDGE, port=port, retry_after_seconds=RETRY_SECONDS)
    async with (
        asterisk_world(tmp_path, edge=settings, trunks=TRUNKS, max_calls=HOLDS) as world,
        open_edge(world.settings, kamailio(), EDGE_SECRET) as edge,
    ):
        yield Edged(world, edge, (EDGE, port))


async def outcome(call: Call) -> int:
    """How it was met: 200, or the code of the refusal."""
    try:
        await call.answered()
    except Refused as refused:
        return refused.code
    return 200


async def calls_out(here_: Edged) -> None:
    """By Asterisk itself, to a carrier that is behind the edge when it calls; they may end it."""
    home = SipPhone("110", here_.world.sip, host=OTHER, port=HOME_PORT)
    out = {"Channel": "PJSIP/110@trunk-narrow", "Application": "Wait", "Data": "60"}
    async with home:
        await here_.world.ami.action("Originate", **out, Async="true")
        call = await home.next_call()
        await eventually(call.acknowledged.is_set)
        await call.hang_up()
        await here_.world.ami.event("Hangup", Channel=here_.channels()[-1])


async def goes_nowhere_else(here_: Edged) -> None:
    """What names another host comes to Asterisk all the same; noise harms nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
        elsewhere.bind((ONE, 0))
        elsewhere.setblocking(False)
        there = f"sip:{ONE}:{elsewhere.getsockname()[1]}"
        async with here_.caller() as phone:
            mine = f"sip:{EDGE}:{here_.door[1]};lr"
            routes = (("Route", f"<{mine}>"), ("Route", f"<{there};lr>"))
            names = (("From", f"<{there}>;tag=a"), ("To", f"<{there}>;tag=b"))
            dialog = (*routes, *names, ("Call-ID", "none"), ("CSeq", "1 BYE"))
            answer = await phone.transactions.request(phone.request("BYE", there, dialog))
        assert answer.code == NO_SUCH_CALL
        with pytest.raises(BlockingIOError):
            elsewhere.recv(1)

        for noise in NOISE:
            elsewhere.sendto(noise, here_.door)
        async with here_.caller() as phone:
            assert (await phone.options()).code != UNAVAILABLE


async def test_calls_pass_the_edge_and_only_carriers_calls(tmp_path: Path) -> None:
    """Answered, heard both ways, ended by either side; known by the trunk whose network it is.

    Calls out leave by Asterisk itself.

    What a caller writes into the edge's own headers is thrown away, nobody else is let through,
    who passes the edge by is not known at all, nobody is sent on to anywhere but Asterisk, and no
    number of a caller stands in its log, whatever they send.
    """
    async with edged(tmp_path) as here_, registered(here_.world, "8001") as desk:
        async with here_.caller() as phone:
            call = await phone.call("12345")
            seat = await desk.next_call()
            await seat.answered()
            await talk(call, seat)
            await call.hang_up()
            await seat.ended()
        assert here_.channels()[-1].startswith("PJSIP/trunk-wide-")

        async with here_.caller(host=OTHER) as phone:
            call = await phone.call("12345")
            seat = await desk.next_call()
            await seat.answered()
            await talk(call, seat)
            await seat.hang_up()
            await call.ended()
        assert here_.channels()[-1].startswith("PJSIP/trunk-narrow-")

        await calls_out(here_)
        passed = len(here_.channels())

        forged = (
            ("x-hotline-edge", f"{EDGE_SECRET}/narrow"),
            ("X-Hotline-Web", here_.world.web_secret),
        )
        async with here_.caller() as phone:
            call = await phone.call("12345", headers=forged)
            await call.answered()
        assert here_.channels()[-1].startswith("PJSIP/trunk-wide-")
        passed += 1

        async with here_.caller(host=NOBODY) as phone:
            assert await outcome(await phone.call("12345")) == FORBIDDEN
        async with SipPhone("13800001234", here_.world.sip) as phone:
            assert await outcome(await phone.call("12345")) in {401, FORBIDDEN}
        assert len(here_.channels()) == passed

        await goes_nowhere_else(here_)
        log = (tmp_path / "edge" / "edge.log").read_bytes()
        assert not any(number in log for number in (b"13800001234", NUMBER))


async def test_beyond_the_cap_carriers_are_told_when_to_come_again(tmp_path: Path) -> None:
    """503 with Retry-After, also while Asterisk does not answer.

    Calls that run go on unharmed, and outlive the edge itself.
    """
    crowd = 10 * HOLDS
    async with (
        edged(tmp_path) as here_,
        registered(here_.world, "8001") as desk,
        here_.caller() as phone,
    ):
        calls = [await phone.call("12345", from_number="13800001000")]
        seat = await desk.next_call()
        await seat.answered()
        for number in range(1, HOLDS):
            calls.append(await phone.call("12345", from_number=f"1380000100{number}"))
            await calls[-1].answered()
        await talk(calls[0], seat)

        before = calls[0].heard.packets
        flood = [
            await phone.call("12345", from_number=f"1390000{number:04}") for number in range(crowd)
        ]
        codes = await asyncio.gather(*(outcome(call) for call in flood))
        assert set(codes) == {200, UNAVAILABLE}
        refused = [call for call in flood if call.status]
        assert {call.retry_after for call in refused} == {RETRY_SECONDS}
        for call in flood:
            await call.ended(15)
        assert not any(call.has_ended for call in calls)
        seconds = (calls[0].heard.packets - before) * 0.02
        assert unbroken(calls[0].heard.samples(seconds), SEAT_HZ).slips == 0

        first = here_.edge.pid
        assert first
        os.kill(first, signal.SIGKILL)
        await eventually(lambda: here_.edge.pid not in {first, None})
        await talk(calls[0], seat)
        await calls[0].hang_up()
        await seat.ended()

        pid = here_.world.process.pid
        assert pid
        os.kill(pid, signal.SIGSTOP)
        try:
            late = await phone.call("12345", from_number="13800003000")
            assert await outcome(late) == UNAVAILABLE
            assert late.retry_after == RETRY_SECONDS
        finally:
            os.kill(pid, signal.SIGCONT)


async def test_the_keeper_starts_it_and_no_gateway_is_needed(tmp_path: Path) -> None:
    """Whoever calls through the edge while there is no gateway reaches a person."""
    port = free_port()
    plain = Settings()
    settings = replace(
        plain,
        data_dir=tmp_path,
        asterisk=replace(plain.asterisk, sip_port=free_port()),
        edge=EdgeSettings(enabled=True, host=ONE, port=port),
    )
    prompts, music = tmp_path / "prompts", tmp_path / "moh"
    tone(music / "music.wav", MUSIC_HZ, 5)
    ours = OurAsterisk(program=test_program(), prompts=prompts, music=music, edge=kamailio())
    async with AsyncExitStack() as stack:
        await invite(stack, settings, ours, lambda *_: None)
        store = await stack.enter_async_context(opened_store(settings))
        password = store.passwords.password("8001", PhoneKind.DESK)
        server = ONE, settings.asterisk.sip_port
        desk = await stack.enter_async_context(SipPhone("desk-8001", server, password))
        await desk.register()
        phone = await stack.enter_async_context(SipPhone("13800001234", (ONE, port)))
        call = await phone.call("12345")
        seat = await desk.next_call()
        await seat.answered()
        await talk(call, seat)

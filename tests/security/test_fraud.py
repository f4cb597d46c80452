"""Toll fraud: whatever a phone or a citizen tries, the carrier is sent no call and nobody is moved.

The carrier is a SIP peer of our own that counts the INVITEs it gets.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from gateway.simulate.call import Call
from gateway.simulate.errors import NobodyAnswered, Refused
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import Reject
from gateway.simulate.sip_message import Headers, Request, tag_of
from tests.asterisk_world import MUSIC_HZ, AsteriskWorld, asterisk_world
from tests.eventually import eventually
from tests.security.guarded import CARRIER, TRUNKS
from tests.worlds.talk import registered, talk

pytestmark = pytest.mark.asterisk
EXPENSIVE = "9900861234567"
DIALLED = (
    EXPENSIVE, "00441234567", "*72", "*8", "**8002", "%231", "12345", "8002", "desk-8002",
    "PJSIP/desk-8002&PJSIP/trunk-city", "Local%2Fs@hotline-in", "s", "hold", "cust", "q_civil",
    f"{EXPENSIVE}%40{CARRIER}", f"trunk-city%2F{EXPENSIVE}",
)  # fmt: skip


async def in_dialog(call: Call, method: str, more: Headers) -> int:
    """What a request inside a call is answered with; 0 for silence."""
    made = call._in_dialog(method)
    request = Request((*made.headers, *more), "", method, made.uri)
    try:
        return (await call._wire.transactions.request(request, limit_seconds=0.5)).code
    except NobodyAnswered:
        return 0


def away(carrier: SipPhone) -> str:
    """Where fraud would lead: an expensive number at the carrier."""
    return carrier.contact.replace("sip:13800001234@", f"sip:{EXPENSIVE}@")


def legs(world: AsteriskWorld) -> set[str]:
    """Every channel there was so far."""
    return {event["Channel"] for event in world.ami.seen("Newchannel")}


async def test_a_transfer_by_sip_is_refused_to_both_sides(tmp_path: Path) -> None:
    """REFER, with and without Replaces, from both: the talk goes on, nobody is called."""
    async with (
        asterisk_world(tmp_path, trunks=TRUNKS) as world,
        registered(world, "8001") as desk,
        SipPhone("13800001234", world.sip, host=CARRIER) as carrier,
    ):
        call = await carrier.call("12345")
        seat = await desk.next_call()
        await talk(call, seat)
        before = legs(world)
        host, port = world.sip
        targets = [
            away(carrier),
            f"<sip:{EXPENSIVE}@{host}:{port}>",
            f"<sip:12345@{host}:{port}?Replaces={call.call_id}>",
            f"<sip:desk-8002@{host}:{port}>",
        ]
        for side in (seat, call):
            for target in targets:
                refer = (("Refer-To", target), ("Referred-By", "<sip:desk-8001@x>"))
                assert not 200 <= await in_dialog(side, "REFER", refer) < 400, target
        await talk(call, seat)
        assert legs(world) == before
        assert carrier.incoming.empty()


async def test_a_call_is_not_taken_over_by_replaces(tmp_path: Path) -> None:
    """INVITE with Replaces of a running dialog, by another caller: refused or a call of its own."""
    async with (
        asterisk_world(tmp_path, trunks=TRUNKS) as world,
        registered(world, "8001") as desk,
        SipPhone("13800001234", world.sip, host=CARRIER) as carrier,
    ):
        call = await carrier.call("12345")
        seat = await desk.next_call()
        await talk(call, seat)
        for side in (call, seat):
            ours, theirs = tag_of(side._ours), tag_of(side._theirs)
            for first, second in ((ours, theirs), (theirs, ours)):
                replaces = f"{side.call_id};to-tag={first};from-tag={second}"
                thief = await carrier.call("12345", headers=(("Replaces", replaces),))
                try:
                    await thief.answered()
                except Refused:
                    continue
                await eventually(partial(thief.heard.hears, MUSIC_HZ))
                await thief.hang_up()
        assert not seat.has_ended
        await talk(call, seat)


async def test_a_seats_phone_sends_the_call_nowhere_else(tmp_path: Path) -> None:
    """301 and 302 to the carrier or to a door of the dialplan: the citizen stays with us."""
    async with (
        asterisk_world(tmp_path, trunks=TRUNKS) as world,
        registered(world, "8001", Reject(302, "Moved Temporarily")) as desk,
        SipPhone("13800001234", world.sip, host=CARRIER) as carrier,
    ):
        host, port = world.sip
        elsewhere = [away(carrier), f"<sip:hold@{host}:{port}>", f"<sip:{EXPENSIVE}@{host}:{port}>"]
        for number, target in enumerate(elsewhere, 1):
            desk.contact = target
            call = await carrier.call("12345")
            await call.answered()
            await rung(world, number)
            await eventually(partial(call.heard.hears, MUSIC_HZ))
            await call.hang_up()
        assert not [leg for leg in legs(world) if leg.startswith("Local/")]
        assert carrier.incoming.empty()


async def rung(world: AsteriskWorld, times: int) -> None:
    """Wait until the queue has called the seat so often."""
    await eventually(lambda: len(world.ami.seen("AgentCalled")) >= times, 10)


async def test_keys_move_nobody(tmp_path: Path) -> None:
    """Both press what transfers, parks or records elsewhere; a seat's phone dials meanwhile."""
    async with (
        asterisk_world(tmp_path, trunks=TRUNKS) as world,
        registered(world, "8001") as desk,
        SipPhone("13800001234", world.sip, host=CARRIER) as carrier,
    ):
        call = await carrier.call("12345")
        seat = await desk.next_call()
        await talk(call, seat)
        before = legs(world)
        for side in (call, seat):
            side.press("##1*2#72*99")
        for number in DIALLED:
            other = await desk.call(number)
            with pytest.raises((Refused, TimeoutError)):
                await other.answered(1)
            await other.hang_up()
        await talk(call, seat)
        assert {leg for leg in legs(world) - before if "desk-8001" not in leg} == set()
        assert not world.ami.seen("BlindTransfer")
        assert carrier.incoming.empty()

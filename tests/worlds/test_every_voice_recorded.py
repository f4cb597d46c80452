"""Whoever talks with a citizen is in the recording, also who comes after somebody else. R25."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core import line
from gateway.simulate.call import Call
from gateway.simulate.policy import Answer
from tests.eventually import eventually
from tests.gateway.telephony.phones_world import PhonesWorld, phones_world
from tests.peers.tap_peer import tap_peer
from tests.worlds.dispatchers import far_ends
from tests.worlds.room import recorded
from tests.worlds.talk import talk
from tests.worlds.test_emergency_chain import DISPATCHER_HZ, route

pytestmark = pytest.mark.asterisk
STREAM = "7d9f3c1e-0000-4000-8000-000000000001"
BEHIND = 9_000
"""So many packets is the number of a later phone's stream behind that of an earlier one."""


def starts_behind(later: Call, earlier: Call) -> None:
    """RTP begins at a number of chance (RFC 3550, 5.1); here it is one that has been before."""
    later.sound.sequence = (earlier.sound.sequence - BEHIND) % 65_536


async def in_the_recording(world: PhonesWorld, call: Call, *tones: str) -> None:
    """Two seconds of that, and the end of the call: these tones are in its recordings."""
    packets = call.heard.packets
    await eventually(lambda: call.heard.packets > packets + 100, 10)
    await call.hang_up()
    gone = await world.said(line.CallGone)
    await world.nothing_left()
    for side in ("", "-seat"):
        heard, _ = recorded(world, f"{gone.hotline_id}{side}.wav")
        assert heard >= set(tones), (side, heard)


async def test_a_dispatcher_who_is_reached_out_of_a_talk_is_recorded(tmp_path: Path) -> None:
    """Redirected from the seat to 110: seat and dispatcher are both heard in the file."""
    async with (
        far_ends({"police": Answer(1.0)}) as ends,
        phones_world(tmp_path, emergency=route("police"), **ends.asterisk) as world,
    ):
        desk = await world.seat("8001")
        call = await (await world.citizen()).call("12345")
        seat = await desk.next_call(8)
        await talk(call, seat)
        arrived = await world.said(line.CallArrived)
        await world.phones.send_to_emergency(arrived.channel, "110")
        await seat.ended(5)
        dispatcher = await ends["police"].phone.next_call(15)
        starts_behind(dispatcher, seat)
        await talk(call, dispatcher, DISPATCHER_HZ)
        await in_the_recording(world, call, "seat", "expert")


async def test_a_second_seat_is_recorded_while_somebody_listens(tmp_path: Path) -> None:
    """Sent into another queue: the seat there is in the file, too; who listens is asked anew."""
    async with phones_world(tmp_path) as world, tap_peer(tmp_path) as ear:
        desk = await world.seat("8001")
        call = await (await world.citizen()).call("12345")
        seat = await desk.next_call(8)
        await talk(call, seat)
        arrived = await world.said(line.CallArrived)
        await world.phones.tap(arrived.channel, STREAM, ear.address)
        await eventually(lambda: ear.heard(STREAM) > 0.5, 10)
        other = await world.seat("8002", Answer(0.5), "enterprise")
        await world.phones.send_to_queue(arrived.channel, "enterprise", 0)
        assert (await world.said(line.TapEnded)).stream == STREAM
        second = await other.next_call(15)
        starts_behind(second, seat)
        await talk(call, second, DISPATCHER_HZ)
        await in_the_recording(world, call, "seat", "expert")

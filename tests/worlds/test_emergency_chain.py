"""The dialplan alone takes a citizen to an emergency line, with or without a gateway. R25-R28."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from config.city_settings import EmergencyLine, EmergencyRegion
from gateway.core import line, line_guests
from gateway.core.errors import Unknown
from gateway.simulate.hearing import loudness
from gateway.simulate.policy import AT_ONCE, BUSY, Answer, Ring
from tests.asterisk_world import MUSIC_HZ, PROMPT_HZ, AsteriskWorld, asterisk_world
from tests.eventually import eventually
from tests.gateway.telephony.phones_world import phones_world, story
from tests.peers.flow_peers import deciding, flow
from tests.worlds.dispatchers import far_ends
from tests.worlds.talk import OTHER_SEAT_HZ, citizen_phone, registered, talk

pytestmark = pytest.mark.asterisk
DISPATCHER_HZ = 950
VERDICT = {"GW_LINE": "110", "GW_VERDICT": "emergency"}


def route(*names: str, ring_seconds: int = 20) -> tuple[EmergencyLine, ...]:
    """110 over these trunks, by key 3 while waiting."""
    city = EmergencyRegion(id="city", title_zh="全市", trunks=names)
    line = EmergencyLine(
        code="110",
        title_zh="公安报警",
        title_en="Police",
        policy="transfer",
        key="3",
        ring_seconds=ring_seconds,
        regions=(city,),
    )
    return (line,)


def quiet_seconds(samples: Sequence[int]) -> float:
    """The longest stretch without a sound, in the sound itself: a busy machine adds nothing."""
    longest = now = 0
    for at in range(0, len(samples) - 160, 160):
        now = now + 1 if loudness(samples[at : at + 160]) < 100 else 0
        longest = max(longest, now)
    return longest / 50


def said(world: AsteriskWorld, name: str, *fields: str) -> list[tuple[str, ...]]:
    """What the dialplan told of the chain."""
    found = world.ami.seen("UserEvent", UserEvent=f"HotlineEmergency{name}")
    return [tuple(each[field] for field in fields) for each in found]


async def test_busy_and_dead_trunks_are_passed_and_nobody_is_dropped(tmp_path: Path) -> None:
    """Words, the next trunk, the dispatcher; who is left alone hears so and is served first."""
    async with (
        far_ends({"first": BUSY, "second": None, "third": Answer(1.0)}) as ends,
        asterisk_world(
            tmp_path, emergency=route("first", "second", "third"), **ends.asterisk
        ) as world,
        citizen_phone(world) as phone,
        citizen_phone(world, "13900005678") as other,
    ):
        waits = await other.call("12345")
        await eventually(lambda: waits.heard.hears(MUSIC_HZ), 10)
        call = await phone.call("12345")
        await eventually(lambda: call.heard.hears(MUSIC_HZ), 10)
        call.press("3")
        await eventually(lambda: call.heard.hears(PROMPT_HZ, 0.3))
        dispatcher = await ends["third"].phone.next_call(20)
        assert dispatcher.far_user == "12345"
        await eventually(lambda: call.heard.hears(MUSIC_HZ), 5)
        await talk(call, dispatcher, DISPATCHER_HZ)
        assert quiet_seconds(call.heard.samples(30)) < 0.5
        assert said(world, "Out", "Trunk", "Cause")[0] == ("first", "17")
        assert [trunk for (trunk,) in said(world, "Out", "Trunk")] == ["first", "second"]
        assert said(world, "In", "Code", "Trunk") == [("110", "third")]

        await dispatcher.hang_up()
        await eventually(lambda: call.heard.hears(PROMPT_HZ, 0.3))
        await eventually(lambda: call.heard.hears(MUSIC_HZ), 8)
        async with registered(world, "8001") as desk:
            await talk(call, await desk.next_call(10), OTHER_SEAT_HZ)
        assert not waits.has_ended


async def test_when_no_trunk_answers_the_citizen_is_served_first(tmp_path: Path) -> None:
    """By a key of the greeting; the head of the last queue after a word, never dropped."""
    async with (
        far_ends({"asleep": Ring()}) as ends,
        asterisk_world(
            tmp_path, emergency=route("asleep", ring_seconds=1), **ends.asterisk
        ) as world,
        flow(world.agi_port, deciding(VERDICT)),
        citizen_phone(world) as phone,
    ):
        call = await phone.call("12345")
        await world.ami.event("UserEvent", UserEvent="HotlineEmergencyOut", within_seconds=15)
        await eventually(lambda: call.heard.hears(PROMPT_HZ, 0.3))
        await world.ami.event("QueueCallerJoin", Queue="fallback")
        async with registered(world, "8001") as desk:
            await talk(call, await desk.next_call(10))
        entry = world.ami.seen("UserEvent", UserEvent="HotlineRecording")
        assert len(entry) == 1


async def test_who_is_turned_away_may_still_reach_an_emergency_line(tmp_path: Path) -> None:
    """The hotline is full: whoever is told so and presses the key passes, and is recorded."""
    async with (
        far_ends({"police": AT_ONCE}) as ends,
        asterisk_world(tmp_path, max_calls=1, emergency=route("police"), **ends.asterisk) as world,
        citizen_phone(world) as phone,
    ):
        await (await phone.call("12345")).answered()
        call = await phone.call("12345", from_number="13900005678")
        await eventually(lambda: call.heard.hears(PROMPT_HZ, 0.3))
        await world.ami.event("UserEvent", UserEvent="HotlineOverflow")
        call.press("3")
        await talk(call, await ends["police"].phone.next_call(15), DISPATCHER_HZ)
        assert len(world.ami.seen("UserEvent", UserEvent="HotlineRecording")) == 2


async def test_a_line_that_is_not_there_fails_open(tmp_path: Path) -> None:
    """A verdict that leads nowhere is no verdict."""
    async with (
        asterisk_world(tmp_path) as world,
        flow(world.agi_port, deciding(VERDICT)),
        citizen_phone(world) as phone,
    ):
        await phone.call("12345")
        failed = await world.ami.event("UserEvent", UserEvent="HotlineFailOpen")
        assert failed["Reason"] == "EMERGENCY"
        await world.ami.event("QueueCallerJoin", Queue="fallback")


@pytest.mark.parametrize("held", [False, True])
async def test_out_of_a_talk_the_seat_goes_and_the_citizen_arrives(
    tmp_path: Path, *, held: bool
) -> None:
    """Ordered by us: the seat goes, from the queue's bridge or the room, and we hear of all."""
    async with (
        far_ends({"police": Answer(1.0)}) as ends,
        phones_world(tmp_path, emergency=route("police"), **ends.asterisk) as world,
    ):
        desk = await world.seat("8001")
        call = await (await world.citizen()).call("12345")
        seat = await desk.next_call(8)
        await talk(call, seat)
        answered, arrived = await world.said(line.SeatAnswered), await world.said(line.CallArrived)
        if held:
            await world.phones.hold(arrived.channel, answered.leg)
            await eventually(lambda: call.heard.hears(MUSIC_HZ))
        await world.phones.send_to_emergency(arrived.channel, "110")
        await seat.ended(5)
        dispatcher = await ends["police"].phone.next_call(15)
        await talk(call, dispatcher, DISPATCHER_HZ)
        reached = await world.said(line_guests.EmergencyReached)
        assert (reached.code, reached.trunk) == ("110", "police")
        (live,) = (await world.phones.snapshot()).calls
        assert (live.seat, live.queue, live.held, live.reconnecting) == ("", "", False, False)
        if held:
            await world.phones.send_to_emergency(arrived.channel, "911")
            await dispatcher.ended(5)
            await talk(call, await desk.next_call(15))
            with pytest.raises(Unknown):
                await world.phones.send_to_emergency("PJSIP/trunk-local-0000ffff", "110")
            return
        await call.hang_up()
        await world.said(line.CallGone)
        said = story(world.news)
        begins = said.index("seat left 8001")
        assert said[begins:] == [
            "seat left 8001",
            "EmergencyTried",
            "EmergencyReached",
            "gone by citizen",
        ]
        await world.nothing_left()

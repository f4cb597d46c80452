"""Waiting: in order, not for ever, and never forgotten."""

from __future__ import annotations

import wave
from array import array
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from gateway.core.queue import Queue
from gateway.simulate.hearing import tone_level
from gateway.simulate.policy import BUSY, Answer, Reject, Ring
from tests.asterisk_world import MUSIC_HZ, PROMPT_HZ, asterisk_world
from tests.eventually import eventually
from tests.peers.flow_peers import deciding, flow
from tests.worlds.talk import (
    CITIZEN_HZ,
    NUMBER,
    OTHER_SEAT_HZ,
    SEAT_HZ,
    citizen_phone,
    conversation,
    enlist,
    registered,
    talk,
    told_in_no_log,
)

pytestmark = pytest.mark.asterisk
CIVIL = {"GW_QUEUE": "civil", "GW_PRIO": "0", "GW_VERDICT": "queue"}
SHORT = (Queue(name="civil", title_zh="综合", title_en="General", max_wait_seconds=2),)


async def test_a_caller_hears_music_while_nobody_is_free(tmp_path: Path) -> None:
    """Never silence."""
    async with asterisk_world(tmp_path) as world, citizen_phone(world) as phone:
        call = await phone.call("12345")
        await eventually(lambda: call.heard.hears(MUSIC_HZ))


async def test_who_waited_too_long_goes_to_everyone(tmp_path: Path) -> None:
    """After the queue's limit: a word, and the fallback queue without a limit."""
    async with (
        asterisk_world(tmp_path, queues=SHORT) as world,
        flow(world.agi_port, deciding(CIVIL)),
        citizen_phone(world) as phone,
    ):
        call = await phone.call("12345")
        left = await world.ami.event("UserEvent", UserEvent="HotlineQueueLeft")
        assert (left["Queue"], left["Status"]) == ("civil", "TIMEOUT")
        await eventually(lambda: call.heard.hears(PROMPT_HZ, 0.2))
        await world.ami.event("QueueCallerJoin", Queue="fallback")
        async with registered(world, "8001") as desk:
            await talk(call, await desk.next_call())
            assert told_in_no_log(world, NUMBER)


async def test_the_limit_holds_while_a_seat_rings(tmp_path: Path) -> None:
    """Three seconds are three seconds, though a seat would ring for fifteen."""
    queue = Queue(name="civil", title_zh="综合", title_en="General", max_wait_seconds=3)
    async with (
        asterisk_world(tmp_path, queues=(queue,)) as world,
        flow(world.agi_port, deciding(CIVIL)),
        registered(world, "8001", Ring()),
        citizen_phone(world) as phone,
    ):
        await enlist(world, "8001", "civil")
        await phone.call("12345")
        joined = await world.ami.event("QueueCallerJoin", Queue="civil")
        left = await world.ami.event("UserEvent", UserEvent="HotlineQueueLeft", within_seconds=20)
        assert 2 < float(left["Timestamp"]) - float(joined["Timestamp"]) < 4.5


@pytest.mark.parametrize("policy", [BUSY, Reject(), Ring(), Reject(480, "Away")])
async def test_a_seat_that_does_not_answer_passes_the_caller_on(
    tmp_path: Path, policy: Reject | Ring
) -> None:
    """Busy, declined, away or asleep: the next seat rings and talks."""
    queue = Queue(name="civil", title_zh="综合", title_en="General", ring_seconds=2)
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        world = await enter(asterisk_world(tmp_path, queues=(queue,)))
        await enter(flow(world.agi_port, deciding(CIVIL)))
        await enlist(world, "8001", "civil")
        await enlist(world, "8002", "civil", 1)
        await enter(registered(world, "8001", policy))
        phone = await enter(citizen_phone(world))
        call = await phone.call("12345")
        await world.ami.event("AgentRingNoAnswer", MemberName="8001")
        desk = await enter(registered(world, "8002", Answer(0.1)))
        paused = await world.ami.action("QueuePause", Interface="PJSIP/desk-8001", Paused="true")
        assert paused["Response"] == "Success"
        await talk(call, await desk.next_call(8))


async def test_a_forwarding_phone_sends_nobody_elsewhere(tmp_path: Path) -> None:
    """302 from a seat's phone is no way to make the hotline dial out."""
    async with (
        asterisk_world(tmp_path) as world,
        registered(world, "8001", Reject(302, "Moved Temporarily")),
        citizen_phone(world) as phone,
    ):
        await phone.call("12345")
        await eventually(lambda: len(world.ami.seen("AgentCalled")) > 1)
        legs = {one["Channel"].rpartition("-")[0] for one in world.ami.seen("Newchannel")}
        assert legs == {"PJSIP/trunk-local", "PJSIP/desk-8001"}


async def test_a_seat_is_rung_for_one_call_at_a_time(tmp_path: Path) -> None:
    """A second citizen waits while the only seat talks, and is served when it hangs up."""
    async with (
        asterisk_world(tmp_path) as world,
        conversation(world) as talking,
        citizen_phone(world, "13900005678") as second,
    ):
        waiting = await second.call("12345")
        await eventually(lambda: waiting.heard.hears(MUSIC_HZ))
        assert len(world.ami.seen("AgentCalled")) == 1
        await talking.seat.hang_up()
        await eventually(lambda: len(world.ami.seen("AgentConnect")) == 2, 12)


async def test_who_was_torn_from_a_seat_is_served_first(tmp_path: Path) -> None:
    """The lost caller heads the queue, before one who has waited longer."""
    async with (
        asterisk_world(tmp_path, rtp_timeout_seconds=2, reconnect_seconds=2) as world,
        conversation(world) as talking,
        citizen_phone(world, "13900005678") as second,
    ):
        waiting = await second.call("12345")
        await eventually(lambda: waiting.heard.hears(MUSIC_HZ))
        await talking.desk._registration.register(0, 2)  # else it may be rung meanwhile, in vain
        talking.seat.vanish()
        await eventually(lambda: len(world.ami.seen("QueueCallerJoin")) == 3, 20)
        async with registered(world, "8002") as other:
            first = await other.next_call(10)
            assert first.far_user == "13800001234"
            await talk(talking.citizen, first, OTHER_SEAT_HZ)


async def test_the_recording_holds_both_voices(tmp_path: Path) -> None:
    """One file, named by the call, as long as the call, with what both said."""
    async with asterisk_world(tmp_path) as world:
        async with conversation(world) as talking:
            told = await world.ami.event("UserEvent", UserEvent="HotlineRecording")
            assert told["File"] == f"{talking.hotline_id}.wav"
            await eventually(lambda: talking.citizen.heard.packets > 150)
            await talking.citizen.hang_up()
            await talking.seat.ended(2)
            heard = talking.citizen.heard.packets * 0.02
        file = world.dirs.recordings / told["File"]
        await world.ami.event("Hangup", Channel=talking.citizen_channel)
        await eventually(lambda: file.stat().st_size > 44 and _seconds(file) > 0)
        assert abs(_seconds(file) - heard) < 1
        assert file.stat().st_mode & 0o077 == 0
        assert file.parent.stat().st_mode & 0o077 == 0
        with wave.open(str(file)) as recording:
            assert recording.getframerate() == 8000
            samples = array("h", recording.readframes(recording.getnframes()))
        middle = samples[-16000:-8000]
        assert tone_level(middle, CITIZEN_HZ) > 1000
        assert tone_level(middle, SEAT_HZ) > 1000
        assert tone_level(middle, 1234) < 200


def _seconds(file: Path) -> float:
    with wave.open(str(file), "rb") as recording:
        return recording.getnframes() / recording.getframerate()

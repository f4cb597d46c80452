"""A seat's side of a talk is torn away: the citizen hears us at once, and is never hung up.

All of it by the dialplan alone: no gateway runs here.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.simulate.policy import AT_ONCE, Silent
from tests.asterisk_world import MUSIC_HZ, PROMPT_HZ, AsteriskWorld, asterisk_world
from tests.eventually import eventually
from tests.worlds.talk import Conversation, citizen_phone, conversation, registered, talk

pytestmark = pytest.mark.asterisk

LOST = "27"
"""Q.850 destination out of order: what the gateway ends a leg with whose browser is gone."""
SILENCE_SECONDS = 1.5


async def tear(world: AsteriskWorld, talking: Conversation) -> None:
    """What the gateway does when a seat's browser is gone."""
    answer = await world.ami.action("Hangup", Channel=talking.seat_channel, Cause=LOST)
    assert answer["Response"] == "Success", answer


async def test_the_citizen_hears_prompt_and_music_and_then_the_same_seat_again(
    tmp_path: Path,
) -> None:
    """The seat's phone is called again as this call, without the queue; then a BYE ends both."""
    async with asterisk_world(tmp_path) as world, conversation(world) as talking:
        desk = talking.desk
        desk.on_invite = Silent()
        began = asyncio.get_running_loop().time()
        await tear(world, talking)
        lost = await world.ami.event("UserEvent", UserEvent="HotlineSeatLost")
        assert (lost["HotlineId"], lost["Phone"]) == (talking.hotline_id, "PJSIP/desk-8001")
        await eventually(lambda: talking.citizen.heard.hears(PROMPT_HZ))
        await eventually(lambda: talking.citizen.heard.hears(MUSIC_HZ))
        desk.on_invite = AT_ONCE
        seat = await desk.next_call(20)
        assert seat.invite
        assert seat.invite.get("X-Hotline-Again") == talking.hotline_id
        assert seat.invite.get("Call-Info") == "<sip:hotline>;answer-after=0"
        back = await world.ami.event("UserEvent", UserEvent="HotlineSeatBack")
        assert back["HotlineId"] == talking.hotline_id
        quiet = talking.citizen.heard.longest_silence(since=began)
        await talk(talking.citizen, seat)
        assert quiet < SILENCE_SECONDS
        assert len(world.ami.seen("QueueCallerJoin")) == 1
        await seat.hang_up()
        await talking.citizen.ended(3)
        gone = await world.ami.event("Hangup", Channel=talking.citizen_channel)
        assert gone["Cause"] == "16"


async def test_nobody_outside_can_make_a_phone_answer_by_itself(tmp_path: Path) -> None:
    """What a caller's own INVITE says of that never reaches a seat: its phone rings."""
    hostile = (("X-Hotline-Again", "H1"), ("Call-Info", "<sip:x>;answer-after=0"))
    async with (
        asterisk_world(tmp_path) as world,
        registered(world, "8001") as desk,
        citizen_phone(world) as phone,
    ):
        call = await phone.call(
            "12345", headers=(*hostile, ("Alert-Info", "info=alert-autoanswer"))
        )
        ring = await desk.next_call(20)
        assert ring.invite
        for name in ("X-Hotline-Again", "Call-Info", "Alert-Info"):
            assert not ring.invite.get(name), name
        await call.hang_up()


async def test_a_seat_that_came_back_may_hold_and_be_lost_again(tmp_path: Path) -> None:
    """The second leg is as good as the first: hold, retrieve, and lost on hold."""
    async with asterisk_world(tmp_path) as world, conversation(world) as talking:
        for _ in range(2):
            await tear(world, talking)
            talking.seat = await talking.desk.next_call(20)
            back = await world.ami.event("UserEvent", UserEvent="HotlineSeatBack")
            world.ami.events.clear()
            talking.seat_channel = back["Channel"]
            await talk(talking.citizen, talking.seat)
            await talking.hold()
            await eventually(lambda: talking.citizen.heard.hears(MUSIC_HZ))
        await talking.retrieve()
        await talk(talking.citizen, talking.seat)
        await talking.citizen.hang_up()
        await talking.seat.ended(3)


async def test_a_seat_that_does_not_come_back_gives_the_citizen_to_the_next_first_of_all(
    tmp_path: Path,
) -> None:
    """Head of the queue: before one who has waited longer. The citizen is not hung up."""
    async with (
        asterisk_world(tmp_path, reconnect_seconds=3) as world,
        conversation(world) as talking,
        citizen_phone(world, "13900000002") as other_phone,
    ):
        talking.desk.on_invite = Silent()
        other = await other_phone.call("12345")
        await eventually(lambda: len(world.ami.seen("QueueCallerJoin")) == 2, 15)
        await tear(world, talking)
        await eventually(lambda: len(world.ami.seen("QueueCallerJoin")) == 3, 20)
        async with registered(world, "8002") as desk:
            first = await desk.next_call(20)
            await talk(talking.citizen, first, 950)
            assert not other.heard.hears(950)
            assert not world.ami.seen("Hangup", Channel=talking.citizen_channel)
            await first.hang_up()
            await talking.citizen.ended(3)


async def test_a_citizen_who_gives_up_leaves_nothing_behind(tmp_path: Path) -> None:
    """Hung up during the music, and while the seat is called again."""
    async with asterisk_world(tmp_path) as world, conversation(world) as talking:
        talking.desk.on_invite = Silent()
        await tear(world, talking)
        await world.ami.event("DialBegin", Channel=talking.citizen_channel, within_seconds=15)
        await talking.citizen.hang_up()
        await world.ami.event("Hangup", Channel=talking.citizen_channel)

        async def empty() -> bool:
            return await world.ami.listing("CoreShowChannels") == []

        await eventually(empty, 10)

"""On hold and back: music, never silence, never for ever, never alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk_world import MUSIC_HZ, asterisk_world
from tests.eventually import eventually
from tests.worlds.talk import CITIZEN_HZ, SEAT_HZ, conversation, registered, talk

pytestmark = pytest.mark.asterisk


async def test_a_citizen_on_hold_hears_music_and_is_not_heard(tmp_path: Path) -> None:
    """Held: music for the citizen, quiet for the seat. Retrieved: they talk again."""
    async with asterisk_world(tmp_path) as world, conversation(world) as talking:
        await talking.hold()
        held = await world.ami.event("UserEvent", UserEvent="HotlineHeld")
        assert held["HotlineId"] == talking.hotline_id
        assert held["Channel"] == talking.citizen_channel
        await eventually(lambda: talking.citizen.heard.hears(MUSIC_HZ))
        await eventually(lambda: not talking.citizen.heard.hears(SEAT_HZ))
        await eventually(lambda: not talking.seat.heard.hears(CITIZEN_HZ))
        await talking.retrieve()
        back = await world.ami.event("UserEvent", UserEvent="HotlineRetrieved")
        assert back["HotlineId"] == talking.hotline_id
        await talk(talking.citizen, talking.seat)
        await eventually(lambda: not talking.citizen.heard.hears(MUSIC_HZ))


async def test_hold_and_retrieve_again_and_again(tmp_path: Path) -> None:
    """The room is the same each time."""
    async with asterisk_world(tmp_path) as world, conversation(world) as talking:
        for _ in range(3):
            await talking.hold()
            await eventually(lambda: talking.citizen.heard.hears(MUSIC_HZ))
            await talking.retrieve()
            await talk(talking.citizen, talking.seat)


async def test_the_hold_limit_brings_them_together_by_itself(tmp_path: Path) -> None:
    """Nobody needs to press anything: no gateway, no forgotten citizen."""
    async with (
        asterisk_world(tmp_path, hold_seconds=2) as world,
        conversation(world) as talking,
    ):
        await talking.hold()
        await eventually(lambda: talking.citizen.heard.hears(MUSIC_HZ))
        await world.ami.event("UserEvent", UserEvent="HotlineRetrieved")
        await talk(talking.citizen, talking.seat)


@pytest.mark.parametrize("when", ["talking", "held", "retrieved"])
@pytest.mark.parametrize("who", ["seat", "citizen"])
async def test_who_hangs_up_ends_the_call_for_both(tmp_path: Path, who: str, when: str) -> None:
    """A normal BYE of either ends the call of the other within two seconds, whatever the state."""
    async with asterisk_world(tmp_path) as world, conversation(world) as talking:
        if when != "talking":
            await talking.hold()
            await eventually(lambda: talking.citizen.heard.hears(MUSIC_HZ))
        if when == "retrieved":
            await talking.retrieve()
            await talk(talking.citizen, talking.seat)
        first, other = talking.seat, talking.citizen
        if who == "citizen":
            first, other = other, first
        await first.hang_up()
        await other.ended(2)
        gone = await world.ami.event("Hangup", Channel=talking.citizen_channel)
        assert gone["Cause"] == "16"
        await world.ami.event("Hangup", Channel=talking.seat_channel)
        assert await world.ami.listing("CoreShowChannels") == []
        assert len(world.ami.seen("QueueCallerJoin")) == 1
        assert not [line for line in world.log() if "func_global" in line]


@pytest.mark.parametrize("when", ["talking", "held", "retrieved"])
async def test_a_citizen_whose_seat_vanished_goes_to_another(tmp_path: Path, when: str) -> None:
    """No BYE, no sound: after the RTP limit the citizen heads the fallback queue and talks on."""
    async with (
        asterisk_world(
            tmp_path, rtp_timeout_seconds=2, hold_seconds=30, reconnect_seconds=0
        ) as world,
        conversation(world) as talking,
    ):
        if when != "talking":
            await talking.hold()
            await eventually(lambda: talking.citizen.heard.hears(MUSIC_HZ))
        if when == "retrieved":
            await talking.retrieve()
            await talk(talking.citizen, talking.seat)
        talking.seat.vanish()
        async with registered(world, "8002") as other:
            again = await other.next_call(12)
            await talk(talking.citizen, again, 950)
            joined = world.ami.seen("QueueCallerJoin")
            assert [one["Queue"] for one in joined] == ["fallback", "fallback"]
            lost = await world.ami.event("Hangup", Channel=talking.seat_channel)
            assert lost["Cause"] != "16"
            assert not world.ami.seen("Hangup", Channel=talking.citizen_channel)
            await again.hang_up()
            await talking.citizen.ended(2)

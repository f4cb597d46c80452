"""Words over the music: the caller hears them, the queue does not wait for them, nothing stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core import line
from gateway.simulate.policy import Ring
from tests.asterisk_world import MUSIC_HZ, PROMPT_HZ
from tests.eventually import eventually
from tests.gateway.telephony.phones_world import PhonesWorld, phones_world

pytestmark = pytest.mark.asterisk

WORDS = ["position_1", "wait_3"] * 5
"""4 s of tone."""


async def waiting(world: PhonesWorld) -> str:
    """The channel of somebody who waits in the queue."""
    await world.said(line.CallerQueued)
    channel = world.of(line.CallArrived)[-1].channel
    assert isinstance(channel, str)
    return channel


async def channels(world: PhonesWorld) -> list[str]:
    """Every channel there is."""
    return [each["Channel"] for each in await world.link.act_list("CoreShowChannels")]


async def test_the_caller_hears_the_words_over_the_music(tmp_path: Path) -> None:
    """Both at once; afterwards the music alone, and no channel but the caller's."""
    async with phones_world(tmp_path) as world:
        call = await (await world.citizen()).call("12345")
        channel = await waiting(world)
        await eventually(lambda: call.heard.hears(MUSIC_HZ))
        assert not call.heard.hears(PROMPT_HZ)
        await world.phones.whisper(channel, WORDS)
        await eventually(lambda: call.heard.hears(PROMPT_HZ) and call.heard.hears(MUSIC_HZ))
        assert len(await channels(world)) == 3
        await world.phones.whisper(channel, WORDS)  # one at a time: this one is not spoken
        assert world.phones._whispers._number == 1
        await eventually(lambda: not call.heard.hears(PROMPT_HZ), within_seconds=8)
        assert call.heard.hears(MUSIC_HZ)
        assert await channels(world) == [channel]
        assert world.phones._whispers.running == 0
        await call.hang_up()
        await world.said(line.CallGone)
        await world.nothing_left()


async def test_a_seat_that_becomes_free_gets_the_caller_at_once(tmp_path: Path) -> None:
    """In the middle of the words: answered within the queue's own second, the words end."""
    async with phones_world(tmp_path) as world:
        await world.seat("8001")
        await world.phones.pause("8001", line.PhoneKind.DESK, "rest")
        call = await (await world.citizen()).call("12345")
        channel = await waiting(world)
        await world.phones.whisper(channel, WORDS)
        await eventually(lambda: call.heard.hears(PROMPT_HZ))
        free_at = world.phones._clock.now()
        await world.phones.resume("8001", line.PhoneKind.DESK)
        answered = await world.said(line.SeatAnswered)
        assert (answered.at - free_at).total_seconds() < 1.5
        await eventually(lambda: not call.heard.hears(PROMPT_HZ), within_seconds=1.5)
        assert sorted(await channels(world)) == sorted([channel, answered.leg])
        await world.phones.whisper(channel, WORDS)  # not to somebody who talks
        assert len(await channels(world)) == 2


async def test_a_caller_who_leaves_takes_the_words_along(tmp_path: Path) -> None:
    """No channel stays behind, and a caller who is gone is not spoken to."""
    async with phones_world(tmp_path) as world:
        await world.seat("8001", Ring())
        call = await (await world.citizen()).call("12345")
        channel = await waiting(world)
        await world.phones.whisper(channel, WORDS)
        await eventually(lambda: call.heard.hears(PROMPT_HZ))
        await call.hang_up()
        await world.said(line.CallGone)
        await world.phones.whisper(channel, WORDS)
        await world.nothing_left()

"""What is heard on people's screens: snapshot and events are the fresh state, always."""

from dataclasses import replace
from typing import Any

import pytest

from asr import wire
from gateway.core.errors import NotAllowed, Unknown
from gateway.core.facts import FactKind
from gateway.core.transcript import Party, Privacy
from gateway.intake.heard_screens import HeardScreens
from gateway.intake.hub import VOLATILE_MESSAGES
from tests.eventually import eventually
from tests.gateway.intake.floor_world import FloorWorld
from tests.gateway.intake.hearing_world import HearingWorld


def part(heard: HearingWorld, login: str, name: str) -> Any:
    """One part of a fresh snapshot."""
    return heard.world.floor.picture(heard.world.operators[login])[name]


async def test_the_words_of_my_call_are_told_with_who_is_followed_live(
    heard: HearingWorld,
) -> None:
    """last_seq grows with each segment; why says what is wrong; none without a call."""
    world = heard.world
    await world.seated("li", "8001")
    call = await world.arrives()
    citizen = await heard.begins(call)
    assert part(heard, "li", "words") is None
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    await heard.begins(call, Party.SEAT)
    expected = {
        "contact_id": call.id,
        "last_seq": 0,
        "live": {"citizen": True, "seat": True},
        "why": "",
        "confidential": False,
    }
    assert part(heard, "li", "words") == expected
    async with world.floor.hub.attach(world.operators["li"]) as console:
        state = (await anext(console))["data"]
        heard.says(citizen, "您好")
        heard.ears.say(wire.Mode(stream=citizen.id, live=False, why="full"))
        heard.screens.privacy_is(
            Privacy(contact_id=call.id, confidential=True, by="id-li", at=world.clock.now())
        )
        expected |= {
            "last_seq": 1,
            "live": {"citizen": False, "seat": True},
            "why": "full",
            "confidential": True,
        }
        async for message in console:
            if "seq" in message:
                state[message["type"]] = message["data"]
            if state["words"] == expected:
                break


async def test_everybody_sees_whether_anybody_hears(heard: HearingWorld) -> None:
    """The engine, its model and how many are followed."""
    heard.ears.say(wire.Load(live=2, streams=3, slots=8, lag_ms=40))
    await eventually(lambda: heard.listening.load)
    assert part(heard, "wang", "hearing") == {
        "state": "up",
        "engine": "vosk",
        "model": {"name": "demo-8k", "demo": True},
        "slots": 8,
        "live": 2,
        "streams": 3,
    }


async def test_who_came_after_the_floor_was_read_is_told_like_everybody(
    heard: HearingWorld,
) -> None:
    """A supervisor whose login was made a minute ago sees an alarm, too."""
    new = replace(heard.world.operators["chen"], id="id-new")
    assert new.id not in heard.world.floor.operators
    stream = await heard.begins(await heard.world.arrives())
    async with heard.world.floor.hub.attach(new) as console:
        heard.says(stream, "着火 了")
        async for message in console:
            if message["type"] == "alarms" and message["data"]:
                break


async def test_with_speech_off_the_screens_say_so(world: FloorWorld, heard: HearingWorld) -> None:
    """And nothing else is different."""
    screens = HeardScreens(world.floor, heard.book, heard.alarms, None)
    picture = screens.picture(world.operators["li"])
    assert picture["hearing"]["state"] == "off"
    assert picture["words"] is None


async def test_a_supervisor_follows_a_live_call_and_that_is_noted(heard: HearingWorld) -> None:
    """Nobody else may; a call that is over cannot be followed; it can be ended."""
    world, people = heard.world, heard.world.operators
    call = await world.arrives()
    stream = await heard.begins(call)
    with pytest.raises(NotAllowed):
        await heard.screens.watch(people["li"], call.id)
    with pytest.raises(Unknown):
        await heard.screens.watch(people["chen"], "another")
    async with world.floor.hub.attach(people["chen"]) as console:
        await heard.screens.watch(people["chen"], call.id)
        heard.says(stream, "您好")
        await heard.segments(call, 1)
        seen = []
        async for message in console:
            if message["type"] == "watched":
                seen.append(message["data"]["last_seq"])
            if seen and seen[-1] == 1:
                break
        assert seen == [0, 1]
    facts = await world.store.facts(contact_id=call.id)
    watched = [fact for fact in facts if fact.kind is FactKind.TRANSCRIPT_WATCHED]
    assert [fact.operator_id for fact in watched] == ["id-chen"]
    heard.screens.unwatch(people["chen"], call.id)
    async with world.floor.hub.attach(people["chen"]) as console:
        heard.ears.say(wire.Partial(stream=stream.id, text="喂"))
        heard.says(stream, "喂")
        await heard.segments(call, 2)
        world.floor.hub.tell("id-chen", "last", None)
        kinds = []
        async for message in console:
            kinds.append(message["type"])
            if message["type"] == "last":
                break
        assert not {"partial", "watched"} & set(kinds)


async def test_a_slow_console_loses_volatile_words_first_and_no_state(world: FloorWorld) -> None:
    """They are left out while it is behind; numbered events stay without a gap."""
    li, hub = world.operators["li"], world.floor.hub
    async with hub.attach(li) as console:
        seq = (await anext(console))["seq"]
        for number in range(VOLATILE_MESSAGES * 2):
            hub.tell_volatile(li.id, "partial", number)
            hub.tell(li.id, "notice", number)
        told = [await anext(console) for _ in range(VOLATILE_MESSAGES * 2 + VOLATILE_MESSAGES // 2)]
    numbers = [one["seq"] for one in told if "seq" in one]
    assert numbers == list(range(seq + 1, seq + 1 + VOLATILE_MESSAGES * 2))
    volatile = [one["data"] for one in told if "seq" not in one]
    assert volatile == list(range(VOLATILE_MESSAGES // 2))
    async with hub.attach(li, hub.epoch, seq) as again:
        missed = [await anext(again) for _ in range(VOLATILE_MESSAGES)]
        assert "partial" not in {one["type"] for one in missed}

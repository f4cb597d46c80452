"""An emergency word is told at once to whom it concerns, recorded, and stays until it is seen."""

import pytest

from asr import wire
from gateway.core.errors import Unknown
from gateway.core.facts import FactKind
from gateway.core.transcript import AlarmState, Party
from tests.eventually import eventually, others_run
from tests.gateway.intake.hearing_world import WORDS, HearingWorld, hearing
from tests.peers.ears_peer import EarsPeer


def shown(heard: HearingWorld, login: str) -> list[tuple[str, str]]:
    """The alarms on this person's screen: contact and word."""
    picture = heard.screens.picture(heard.world.operators[login])
    return [(one["contact_id"], one["word"]) for one in picture["alarms"]]


async def test_a_waiting_citizens_word_reaches_the_supervisor_and_goes_with_the_call(
    heard: HearingWorld,
) -> None:
    """In a partial already, spaces or not; the operator who takes the call has it, too."""
    world = heard.world
    await world.seated("li", "8001")
    call = await world.arrives()
    stream = await heard.begins(call)
    heard.ears.say(wire.Partial(stream=stream.id, text="这里 着 火了"))
    await eventually(lambda: shown(heard, "chen") == [(call.id, "着火")])
    assert shown(heard, "li") == []
    await world.rings(call, "8001")
    assert shown(heard, "li") == [(call.id, "着火")]
    assert shown(heard, "wang") == []
    heard.ears.say(wire.Partial(stream=stream.id, text="这里"))
    await others_run(20)
    assert shown(heard, "chen"), "a partial that is taken back keeps the alarm"
    facts = await world.store.facts(contact_id=call.id)
    assert [f.data["word"] for f in facts if f.kind is FactKind.ALARM_RAISED] == ["着火"]


async def test_a_word_is_one_alarm_a_minute_and_what_the_seat_says_is_none(
    heard: HearingWorld,
) -> None:
    """Partial and final of one sentence are one; another word is another."""
    world = heard.world
    await world.seated("li", "8001")
    call = await world.arrives()
    stream = await heard.begins(call)
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    seat = await heard.begins(call, Party.SEAT)
    heard.says(seat, "是 着火 吗")
    for text in ("着火", "着火 了"):
        heard.ears.say(wire.Partial(stream=stream.id, text=text))
        heard.says(stream, text)
    heard.says(stream, "燃气 泄漏", begin=5)
    await eventually(lambda: len(shown(heard, "chen")) == 2)
    world.clock.turn(61)
    heard.says(stream, "还 在 着火", begin=66)
    await eventually(lambda: len(shown(heard, "chen")) == 3)
    newest = heard.alarms.concerning(world.operators["chen"])[0]
    assert (newest.operator_id, newest.seat, newest.party) == ("id-li", "8001", Party.CITIZEN)


async def test_an_alarm_waits_for_no_database(heard: HearingWorld) -> None:
    """It is on the screens, and can be seen to, while the store takes nothing; and owed to it."""
    world, people = heard.world, heard.world.operators
    stream = await heard.begins(await world.arrives())
    async with world.floor.still(), world.floor.hub.attach(people["chen"]) as console:
        heard.says(stream, "着火 了")
        async for message in console:
            if message["type"] == "alarms" and message["data"]:
                break
        (alarm,) = heard.alarms.concerning(people["chen"])
        await heard.alarms.seen(people["chen"], alarm.id)
        assert shown(heard, "chen") == []

    async def recorded() -> bool:
        stored = await world.store.alarm(alarm.id)
        return bool(stored and stored.state is AlarmState.SEEN)

    await eventually(recorded)


async def test_an_alarm_stays_until_somebody_whom_it_concerns_has_seen_it(
    heard: HearingWorld,
) -> None:
    """Nobody else may; it survives the call and a restart; who saw it is recorded."""
    world, people = heard.world, heard.world.operators
    call = await world.arrives()
    stream = await heard.begins(call)
    heard.says(stream, "着火 了")
    await eventually(lambda: shown(heard, "chen"))
    (alarm,) = heard.alarms.concerning(people["chen"])
    with pytest.raises(Unknown):
        await heard.alarms.seen(people["li"], alarm.id)
    await world.hangs_up(call)
    assert shown(heard, "chen")

    async def kept() -> bool:
        return bool(await world.store.alarms_open())

    await eventually(kept)
    async with hearing(world, EarsPeer()) as again:
        assert shown(again, "chen") == [(call.id, WORDS[0])]
        await again.alarms.seen(people["chen"], alarm.id)
        assert shown(again, "chen") == []

        async def noted() -> bool:
            stored = await world.store.alarm(alarm.id)
            return bool(stored and stored.state is AlarmState.SEEN and stored.seen_by == "id-chen")

        await eventually(noted)
        assert (await again.alarms.seen(people["chen"], alarm.id)).seen_by == "id-chen"
        with pytest.raises(Unknown):
            await again.alarms.seen(people["chen"], "another")

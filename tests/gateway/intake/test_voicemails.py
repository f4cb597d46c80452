"""A message is put on record once, whoever saw its call, and can be heard by who calls back."""

import asyncio
import struct
import wave
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.core.call import Call, CallState, Outcome
from gateway.core.callback import CallbackReason
from gateway.core.errors import Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.line import CallerLeftQueue, CallGone, QueueExit
from gateway.core.transcript import Party, Segment, Source
from gateway.core.voicemail import file_of
from gateway.intake.archive import SETTLE_SECONDS
from gateway.intake.callbacks import Callbacks
from gateway.intake.records import Records
from gateway.intake.unheard import LOOK_BACK_SECONDS
from gateway.intake.voicemails import VoicemailDesk, Voicemails
from gateway.simulate.hearing import sine
from tests.eventually import eventually
from tests.gateway.intake.floor_world import FloorWorld


def say(folder: Path, call: Call, seconds: float, amplitude: int = 8000) -> None:
    """What the dialplan wrote."""
    samples = sine(440, seconds, amplitude)
    with wave.open(str(folder / file_of(call)), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


async def left(world: FloorWorld, number: str = "13800001234") -> Call:
    """Somebody waits, presses the key and hangs up some time later."""
    call = await world.arrives(number)
    at = world.clock.now()
    await world.hear(
        CallerLeftQueue(
            hotline_id=call.hotline_id,
            at=at,
            queue="civil",
            why=QueueExit.LEFT,
            position=1,
            hold_seconds=1.0,
        )
    )
    await world.hear(CallGone(hotline_id=call.hotline_id, at=at, cause=16, by_citizen=True))
    ended = await world.store.call(call.id)
    assert ended is not None
    return ended


async def settled(world: FloorWorld, work: Awaitable[None]) -> None:
    """Let files settle, turning the clock."""
    async with asyncio.TaskGroup() as tasks:
        taking = tasks.create_task(_done(work))
        while not taking.done():
            await world.clock.elapse(SETTLE_SECONDS)
            await eventually(lambda: taking.done() or world.clock.sleepers)


async def _done(work: Awaitable[None]) -> None:
    await work


async def kept(world: FloorWorld, call: Call) -> list[Fact]:
    """What is on record of messages of this call."""
    facts = await world.store.facts(contact_id=call.id)
    return [one for one in facts if one.kind is FactKind.VOICEMAIL_LEFT]


async def test_a_message_is_a_callback_and_the_call_was_not_answered(
    world: FloorWorld, tmp_path: Path
) -> None:
    """Listed once however often it is looked at; no person answered, so the figures say."""
    call = await left(world)
    say(tmp_path, call, 3.0)
    voicemails = Voicemails(world.floor, tmp_path)
    await settled(world, voicemails.take(call))
    await settled(world, voicemails.take(call))
    (callback,) = Callbacks(world.floor).open()
    assert (callback.reason, callback.contact_id) == (CallbackReason.VOICEMAIL, call.id)
    (fact,) = await kept(world, call)
    assert fact.data["callback_id"] == callback.id
    assert fact.data["seconds"] == 3.0
    assert (call.state, call.outcome) == (CallState.ENDED, Outcome.ABANDONED)


@pytest.mark.parametrize(("seconds", "amplitude"), [(0.5, 8000), (6.0, 0), (0.0, 0)])
async def test_who_said_nothing_left_no_message(
    world: FloorWorld, tmp_path: Path, seconds: float, amplitude: int
) -> None:
    """Nobody is listed for silence."""
    call = await left(world)
    say(tmp_path, call, seconds, amplitude)
    await settled(world, Voicemails(world.floor, tmp_path).take(call))
    assert await kept(world, call) == []
    assert Callbacks(world.floor).open() == ()


async def test_who_was_answered_after_all_left_no_message(
    world: FloorWorld, tmp_path: Path
) -> None:
    """They went back to the queue and talked with a person; nor does a call without a file."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    say(tmp_path, call, 3.0)
    voicemails = Voicemails(world.floor, tmp_path)
    await voicemails.take(world.floor.calls[call.id])
    await voicemails.take(await left(world))
    assert Callbacks(world.floor).open() == ()


async def test_a_person_is_listed_once_and_no_message_is_lost(
    world: FloorWorld, tmp_path: Path
) -> None:
    """Two messages of one number are one entry with both; without a number each is its own."""
    voicemails = Voicemails(world.floor, tmp_path)
    calls = [await left(world), await left(world, "+8613800001234")]
    calls += [await left(world, ""), await left(world, "")]
    for call in calls:
        say(tmp_path, call, 2.0)
        await settled(world, voicemails.take(call))
        await world.clock.elapse(1)
    entries = Callbacks(world.floor).open()
    assert sorted(one.number for one in entries) == ["", "", "13800001234"]
    desk = VoicemailDesk(
        world.floor, Records(world.store, world.clock, tmp_path, world.floor.barred)
    )
    li = world.operators["li"]
    for entry in entries:
        found = {one.contact_id for one, _, _ in await desk.of(li, entry.id, "s")}
        mine = {call.id for call in calls[:2]} if entry.number else {entry.contact_id}
        assert found == mine


async def test_messages_of_the_time_before_are_found(world: FloorWorld, tmp_path: Path) -> None:
    """The gateway died between the end of a call and its message: at the next start it is taken."""
    call, silent = await left(world), await left(world, "13900001234")
    say(tmp_path, call, 2.0)
    say(tmp_path, silent, 2.0, 0)
    await settled(world, Voicemails(world.floor, tmp_path).look_back())
    (callback,) = Callbacks(world.floor).open()
    assert callback.contact_id == call.id
    await settled(world, Voicemails(world.floor, tmp_path).look_back())
    assert len(await kept(world, call)) == 1


async def test_a_message_of_long_ago_is_transcribed_from_its_own_file(
    world: FloorWorld, tmp_path: Path
) -> None:
    """Nobody followed it and nobody looks back so far; one that somebody has is left to them."""
    followed, silent, switched_off = [await left(world, f"1380000000{n}") for n in range(3)]
    for call in (followed, silent, switched_off):
        say(tmp_path, call, 2.0)
    voicemails = Voicemails(world.floor, tmp_path, transcribe=True)
    await settled(world, voicemails.take(followed))
    await world.clock.elapse(LOOK_BACK_SECONDS + 60)
    await settled(world, voicemails.take(silent))
    await settled(world, Voicemails(world.floor, tmp_path).take(switched_off))
    (job,) = await world.store.jobs_waiting()
    assert (job.contact_id, job.source, job.file) == (silent.id, Source.VOICEMAIL, file_of(silent))
    (fact,) = await kept(world, silent)
    assert job.offset_seconds == fact.data["begin_seconds"]


async def test_whoever_calls_back_may_listen_and_read(world: FloorWorld, tmp_path: Path) -> None:
    """The sound and the words of the message, not of the wait before; each look is a fact."""
    call = await left(world)
    say(tmp_path, call, 2.0)
    await settled(world, Voicemails(world.floor, tmp_path).take(call))
    (fact,) = await kept(world, call)
    begin = float(str(fact.data["begin_seconds"]))
    for seq, (at, party, text) in enumerate(
        (
            (begin - 60, Party.CITIZEN, "怎么还没人"),
            (begin + 0.5, Party.CITIZEN, "水管爆了"),
            (begin + 0.5, Party.SEAT, "留言已收到"),
        ),
        1,
    ):
        segment = Segment(
            id=f"s{seq}",
            contact_id=call.id,
            seq=seq,
            party=party,
            source=Source.LIVE,
            begin_seconds=at,
            end_seconds=at + 1,
            at=world.clock.now() + timedelta(seconds=at),
            text=text,
        )
        await world.store.record(segment)
    (entry,) = Callbacks(world.floor).open()
    records = Records(world.store, world.clock, tmp_path, world.floor.barred)
    desk = VoicemailDesk(world.floor, records)
    li = world.operators["li"]
    ((one, said, waiting),) = await desk.of(li, entry.id, "s")
    assert (one.contact_id, [each.text for each in said], waiting) == (call.id, ["水管爆了"], False)
    assert (await desk.sound(li, entry.id, call.id, "s")).name == file_of(call)
    kinds = [fact.kind for fact in await world.store.facts(contact_id=call.id)]
    assert kinds[-2:] == [FactKind.TRANSCRIPT_VIEWED, FactKind.RECORDING_PLAYED]
    with pytest.raises(Unknown):
        await desk.sound(li, entry.id, "another", "s")
    with pytest.raises(Unknown):
        await desk.of(li, "nothing", "s")
    (tmp_path / file_of(call)).unlink()
    with pytest.raises(Unknown):
        await desk.sound(li, entry.id, call.id, "s")

"""What nobody heard live is noted for later: every gap, once, and of the seat only its talk."""

from pathlib import Path
from typing import Any

from asr import wire
from gateway.core import line
from gateway.core.call import Call
from gateway.core.facts import Fact, FactKind
from gateway.core.transcript import HearingJob, Party, Source
from tests.eventually import eventually, remains
from tests.gateway.intake.floor_world import FloorWorld, floor_world
from tests.gateway.intake.hearing_world import HearingWorld, hearing
from tests.peers.ears_peer import EarsPeer


async def recorded(world: FloorWorld) -> Call:
    """A citizen in the queue whose call is recorded."""
    call = await world.arrives()
    file = f"{call.hotline_id}.wav"
    await world.hear(
        line.RecordingStarted(hotline_id=call.hotline_id, at=world.clock.now(), file=file)
    )
    return call


def spans(jobs: tuple[HearingJob, ...], party: Party = Party.CITIZEN) -> list[tuple[float, float]]:
    """From when to when, of one voice."""
    return sorted((one.begin_seconds, one.end_seconds) for one in jobs if one.party is party)


async def ends(heard: HearingWorld, call: Call) -> None:
    """The citizen hangs up and every tap ends with its leg."""
    now = heard.world.clock.now().timestamp()
    await heard.world.hangs_up(call)
    for stream in tuple(heard.listening.streams.values()):
        if stream.began is not None:
            seconds = now - stream.arrived_at - stream.began
            heard.ears.say(wire.Ended(stream=stream.id, seconds=seconds))


async def test_a_call_that_was_heard_leaves_nothing_to_do(heard: HearingWorld) -> None:
    """Also when nobody said a word."""
    call = await recorded(heard.world)
    await heard.begins(call)
    heard.world.clock.turn(60)
    await ends(heard, call)
    await eventually(lambda: not heard.listening.streams)

    async def nothing() -> bool:
        return not await heard.world.store.jobs_waiting()

    await eventually(nothing)
    for _ in range(60):
        assert await nothing()
        await remains(lambda: True, 0.02)


async def test_what_is_told_of_a_call_after_its_end_begins_it_not_anew(
    heard: HearingWorld,
) -> None:
    """While its seat wraps up its recording is stored and its words are read: no word twice."""
    world = heard.world
    await world.seated("li", "8001")
    call = await recorded(world)
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    stream = await heard.begins(call)
    await heard.begins(call, Party.SEAT)
    heard.says(stream, "您好 我 要", begin=1.1)
    await heard.segments(call, 1)
    world.clock.turn(60)
    await ends(heard, call)
    await eventually(lambda: not heard.listening.streams)
    heard.unheard.tick()
    for kind in (FactKind.RECORDING_STORED, FactKind.SEGMENT_HEARD):
        fact = Fact(kind=kind, at=world.clock.now(), contact_id=call.id)
        await world.floor.commit(fact, must=True)
        heard.unheard.tick()
    late = wire.Missed(stream=stream.id, begin_seconds=2, end_seconds=50)
    heard.unheard.hear(stream, late)
    await eventually(lambda: not len(heard.book))
    assert world.floor.calls[call.id], "its seat wraps up"
    assert not await world.store.jobs_waiting()


async def test_a_call_nobody_heard_is_read_from_its_recording(heard: HearingWorld) -> None:
    """The citizen from the queue on; the seat only while it talked, each with who sat there."""
    world = heard.world
    heard.ears.lose()
    await world.seated("li", "8001")
    call = await recorded(world)
    world.clock.turn(10)
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    world.clock.turn(20)
    at: dict[str, Any] = {"hotline_id": call.hotline_id}
    await world.hear(line.CallHeld(at=world.clock.now(), **at))
    world.clock.turn(5)
    await world.hear(line.CallRetrieved(at=world.clock.now(), **at))
    world.clock.turn(25)
    await world.hangs_up(call)
    jobs = await heard.jobs(call, 3)
    assert spans(jobs) == [(0, 60)]
    assert spans(jobs, Party.SEAT) == [(10, 30), (35, 60)]
    assert {one.file for one in jobs} == {
        f"{call.hotline_id}-citizen.wav",
        f"{call.hotline_id}-seat.wav",
    }
    assert {one.operator_id for one in jobs if one.party is Party.SEAT} == {"id-li"}
    assert {one.source for one in jobs} == {Source.RECORDING}


async def test_what_the_ear_missed_is_noted_at_once_and_gaps_beside_each_other_are_one(
    heard: HearingWorld,
) -> None:
    """So that a gateway that dies in mid-call knows of it; a moment's gap is none."""
    call = await recorded(heard.world)
    stream = await heard.begins(call)
    heard.world.clock.turn(30)
    for begin, end in ((2, 5), (5, 8), (8.2, 11), (15, 15.5), (20, 22)):
        heard.ears.say(wire.Missed(stream=stream.id, begin_seconds=begin, end_seconds=end))
    jobs = await heard.jobs(call, 2)
    assert spans(jobs) == [(2, 11), (20, 22)]


async def test_the_gap_of_an_ear_that_died_is_from_the_last_final_to_the_next_sound(
    heard: HearingWorld,
) -> None:
    """Half said words are read again, those that were stored are not."""
    call = await recorded(heard.world)
    before = await heard.begins(call)
    heard.says(before, "您好 我", begin=3.4)
    await heard.segments(call, 1)
    heard.world.clock.turn(10)
    heard.ears.lose()
    heard.world.clock.turn(2)
    heard.ears.up()
    await heard.begins(call, besides=before.id)
    assert spans(await heard.jobs(call, 1)) == [(4.0, 12.0)]


async def test_a_restart_notes_what_happened_meanwhile_and_nothing_twice(tmp_path: Path) -> None:
    """From the last word or note that the store has, for calls that go on and calls that ended."""
    async with floor_world(tmp_path) as world:
        ears = EarsPeer()
        ears.up()
        async with hearing(world, ears) as heard:
            goes_on, ended = await recorded(world), await recorded(world)
            for call in (goes_on, ended):
                stream = await heard.begins(call)
                heard.says(stream, "您好 我 要", begin=1.1)
                heard.ears.say(wire.Missed(stream=stream.id, begin_seconds=4, end_seconds=6))
                await heard.segments(call, 1)
                await heard.jobs(call, 1)
        world.clock.turn(20)
        await world.hangs_up(ended)  # nobody heard it
        ears = EarsPeer()
        ears.up()
        world.clock.turn(1)
        async with hearing(world, ears) as heard:
            stream = await heard.begins(goes_on)
            jobs = await heard.jobs(goes_on, 2)
            assert spans(jobs) == [(4, 6), (6, 21)]
            assert spans(await heard.jobs(ended, 2)) == [(4, 6), (6, 20)]

"""What was not heard live is read from its sound: in order, once, whatever is killed meanwhile."""

import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from asr import wire
from gateway.core.call import Call
from gateway.core.facts import FactKind
from gateway.core.message import Attachment, FileState, MessageKind
from gateway.core.transcript import HearingJob, Party, Segment, Source
from gateway.intake.after_call import (
    AGAIN_SECONDS,
    MOST_LAG_MS,
    MOST_TRIES,
    SETTLE_SECONDS,
    AfterCall,
)
from gateway.intake.voice_messages import VoiceMessages
from tests.eventually import eventually, remains
from tests.gateway.intake.chat_world import ChatWorld
from tests.gateway.intake.hearing_world import HearingWorld, hearing, utterance
from tests.peers.ears_peer import EarsPeer


def sound(path: Path, *, torn: bool = False) -> None:
    """A second of silence; ``torn``: its writer died before it wrote the lengths."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16_000))
    if torn:
        content = bytearray(path.read_bytes())
        content[4:8] = content[40:44] = bytes(4)
        path.write_bytes(content)


async def owed(heard: HearingWorld, call: Call, **more: object) -> HearingJob:
    """A job for the citizen's side of this call, whose recording is there."""
    now = heard.world.clock.now()
    job = HearingJob(
        id=f"job-{call.id}-{more.get('begin_seconds', 0)}",
        contact_id=call.id,
        party=Party.CITIZEN,
        source=Source.RECORDING,
        file=f"{call.hotline_id}-citizen.wav",
        since=now,
    )
    job = replace(job, **more)  # type: ignore[arg-type]
    sound(heard.recordings / job.file)
    await heard.world.store.record(job)
    heard.world.clock.turn(0.001)
    return job


async def over(heard: HearingWorld) -> Call:
    """A call that ended a while ago."""
    call = await heard.world.arrives()
    await heard.world.hangs_up(call)
    heard.world.clock.turn(SETTLE_SECONDS)
    return call


def understands(heard: HearingWorld, job: HearingJob, *texts: str, error: str = "") -> None:
    """What the ear will say of this file."""
    said = tuple(utterance(text, 10.0 * at) for at, text in enumerate(texts))
    heard.ears.transcripts[job.file] = wire.Transcribed(job="", utterances=said, error=error)


async def stands(heard: HearingWorld, job: HearingJob) -> HearingJob | None:
    """The job while it waits; None: done or given up."""
    found = {one.id: one for one in await heard.world.store.jobs_waiting_of(job.contact_id)}
    return found.get(job.id)


async def test_a_gap_becomes_segments_with_the_time_of_the_call(heard: HearingWorld) -> None:
    """Numbered after the live ones, with who sat there, and done with them in one."""
    call = await over(heard)
    job = await owed(
        heard, call, begin_seconds=5.0, end_seconds=9.0, operator_id="id-li", party=Party.SEAT
    )
    understands(heard, job, "您好 电话 13800138000")
    await eventually(heard.after_call.step)
    (one,) = await heard.segments(call, 1)
    assert (one.seq, one.source, one.party, one.operator_id) == (
        1,
        Source.RECORDING,
        Party.SEAT,
        "id-li",
    )
    assert (one.text, one.original) == ("您好电话138****8000", "您好电话13800138000")
    assert one.model == "demo-8k"
    (asked,) = heard.ears.jobs
    assert (asked.begin_seconds, asked.end_seconds) == (5.0, 9.0)
    assert await stands(heard, job) is None
    facts = await heard.world.store.facts(contact_id=call.id)
    assert [f.data["source"] for f in facts if f.kind is FactKind.SEGMENT_HEARD] == ["recording"]


async def test_a_word_at_the_edge_of_a_gap_stands_there_once(heard: HearingWorld) -> None:
    """Heard live as the tap began and read again, for the times drift; figures are never left out.

    An utterance of which nothing is left is none.
    """
    call = await heard.world.arrives()
    stream = await heard.begins(call)
    heard.says(stream, "坏了 8 停水", begin=10.5)
    await heard.segments(call, 1)
    await heard.world.hangs_up(call)
    heard.world.clock.turn(SETTLE_SECONDS)
    job = await owed(heard, call, begin_seconds=8.0, end_seconds=11.0)
    gap, edge = utterance("人民路 路灯 坏了 8", 9.2), utterance("停水", 10.6)
    heard.ears.transcripts[job.file] = wire.Transcribed(job="", utterances=(gap, edge))
    await eventually(heard.after_call.step)
    _, read = await heard.segments(call, 2)
    assert (read.source, read.text, read.raw) == (Source.RECORDING, "人民路路灯8", "人民路 路灯 8")


async def test_jobs_wait_for_the_end_of_their_call_and_for_what_is_live(
    heard: HearingWorld,
) -> None:
    """And are then taken in the order in which they became known."""
    going = await heard.world.arrives()
    early = await owed(heard, going)
    ended = await over(heard)
    later, last = await owed(heard, ended), await owed(heard, ended, begin_seconds=9.0)
    for job in (early, later, last):
        understands(heard, job)
    await eventually(lambda: heard.listening.ready)
    heard.ears.say(wire.Load(live=8, streams=9, slots=8, lag_ms=MOST_LAG_MS + 1))
    await eventually(lambda: heard.listening.load)
    assert not await heard.after_call.step()
    heard.ears.say(wire.Load(live=8, streams=9, slots=8, lag_ms=0))
    await eventually(lambda: heard.listening.load and not heard.listening.load.lag_ms)
    while await heard.after_call.step():
        pass
    assert [one.job for one in heard.ears.jobs] == [later.id, last.id]
    await heard.world.hangs_up(going)
    assert not await heard.after_call.step(), "its recording is not whole yet"
    heard.world.clock.turn(SETTLE_SECONDS)
    assert await heard.after_call.step()
    assert heard.ears.jobs[-1].job == early.id


async def test_what_cannot_be_read_is_tried_three_times_and_keeps_no_other_waiting(
    heard: HearingWorld,
) -> None:
    """The reason stands with it."""
    call = await over(heard)
    spoilt = await owed(heard, call)
    fine = await owed(heard, await over(heard))
    understands(heard, spoilt, error="unreadable")
    understands(heard, fine, "您好")
    await eventually(heard.after_call.step)
    waits = await stands(heard, spoilt)
    assert waits
    assert (waits.tries, waits.reason) == (1, "unreadable")
    assert await heard.after_call.step()
    assert await stands(heard, fine) is None
    for _ in range(MOST_TRIES - 1):
        assert not await heard.after_call.step()
        heard.world.clock.turn(AGAIN_SECONDS * MOST_TRIES)
        assert await heard.after_call.step()
    assert await stands(heard, spoilt) is None


async def test_a_recording_that_is_not_there_is_a_failure_like_another(
    heard: HearingWorld,
) -> None:
    """And one whose writer died before the lengths were written is mended and read."""
    call = await over(heard)
    gone = await owed(heard, call)
    (heard.recordings / gone.file).unlink()
    await eventually(heard.after_call.step)
    waits = await stands(heard, gone)
    assert waits
    assert waits.reason == "missing"
    torn = await owed(heard, await over(heard))
    sound(heard.recordings / torn.file, torn=True)
    understands(heard, torn, "您好")
    assert await heard.after_call.step()
    with wave.open(str(heard.recordings / torn.file)) as file:
        assert file.getnframes() == 8000


async def test_an_ear_that_dies_meanwhile_costs_no_try(heard: HearingWorld) -> None:
    """Nor does one without a model; the job is done when there is one again."""
    call = await over(heard)
    job = await owed(heard, call)
    await eventually(lambda: heard.listening.ready)
    heard.ears.transcripts.clear()
    heard.ears.lose()
    await heard.after_call.step()
    waits = await stands(heard, job)
    assert waits
    assert waits.tries == 0
    await eventually(lambda: heard.listening.ready is None)
    assert not await heard.after_call.step()
    heard.ears.up()
    understands(heard, job, "您好")
    heard.world.clock.turn(AGAIN_SECONDS)
    await eventually(heard.after_call.step)
    await heard.segments(call, 1)


async def test_what_was_under_way_when_the_gateway_died_is_done_once(
    heard: HearingWorld,
) -> None:
    """The job waits still, so another gateway takes it; the segments are there once."""
    call = await over(heard)
    job = await owed(heard, call)
    understands(heard, job, "您好", "再见")
    await eventually(heard.after_call.step)
    await heard.segments(call, 2)
    async with hearing(heard.world, heard.ears) as again:
        await remains(lambda: len(heard.ears.jobs) == 1, 0.2)
        assert not await again.after_call.step()
        assert [one.text for one in await again.segments(call, 2)] == ["您好", "再见"]


async def test_an_emergency_that_nobody_heard_live_is_an_alarm_all_the_same(
    heard: HearingWorld,
) -> None:
    """Somebody has to call them back."""
    call = await over(heard)
    job = await owed(heard, call, source=Source.VOICEMAIL)
    understands(heard, job, "这里 着火 了")
    await eventually(heard.after_call.step)
    assert heard.alarms.urgent(call.id)
    (one,) = await heard.segments(call, 1)
    assert one.source is Source.VOICEMAIL


class Voices:
    """Opens every voice message as this file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.asked: list[str] = []

    @asynccontextmanager
    async def speech(self, file: str) -> AsyncIterator[Path]:
        """It is there."""
        self.asked.append(file)
        yield self.path


async def test_a_voice_message_is_text_under_it_and_an_emergency_makes_the_chat_one(
    chats: ChatWorld, tmp_path: Path
) -> None:
    """The job is written with the file that became ready; the conversation's screen changes."""
    world, ears = chats.floor_world, EarsPeer()
    taken = await chats.writes("您好")
    message = (await world.store.messages(taken.contact_id))[0]
    voice = Attachment(
        id="f-1",
        message_id=message.id,
        contact_id=taken.contact_id,
        kind=MessageKind.VOICE,
        file="aa/bb",
        state=FileState.STORED,
    )
    keeper = VoiceMessages(world.floor)
    await keeper.commit(voice)
    assert not await world.store.jobs_waiting()
    await keeper.commit(replace(voice, state=FileState.READY))
    (job,) = await world.store.jobs_waiting()
    assert (job.source, job.party, job.message_id) == (Source.MESSAGE, Party.CITIZEN, message.id)
    before = world.floor.chats.changes[taken.contact_id]
    ears.up()
    async with hearing(world, ears) as heard:
        await eventually(lambda: heard.listening.ready)
        voices = Voices(tmp_path / "voice.wav")
        ears.transcripts["voice.wav"] = wire.Transcribed(job="", utterances=(utterance("着火 了"),))
        after_call = AfterCall(
            world.floor,
            ears,
            heard.listening,
            heard.book,
            heard.alarms,
            recordings=tmp_path,
            sounds=voices,
        )
        assert await after_call.step()
        found: tuple[Segment, ...] = await world.store.segments(taken.contact_id)
        assert [(one.text, one.message_id, one.source) for one in found] == [
            ("着火了", message.id, Source.MESSAGE)
        ]
        assert found[0].at == message.at
    assert voices.asked == ["aa/bb"]
    assert world.floor.chats.changes[taken.contact_id] > before
    assert world.floor.chats.open[taken.contact_id].emergency

"""The ear as a process: what is said to a tap comes out as words, and nothing gets in its way."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from asr import wire
from asr.audiosocket import Frame, Kind
from asr.demo_model.sound import pcm
from tests.asr.ear_world import arguments, ear, new_stream
from tests.eventually import eventually, remains
from tests.peers.asterisk_tap_peer import asterisk_tap
from tests.peers.speaker import FIRE, NOISE, call_of, seconds_of, speak

WITHIN_SECONDS = 20


def runs(pid: int) -> bool:
    """Whether there is such a process."""
    return Path(f"/proc/{pid}").exists()


async def test_a_sentence_becomes_partials_and_a_final_with_its_times() -> None:
    """In real time; words where they were said, digits apart; the end tells how long it was."""
    async with ear(*arguments()) as it:
        ready = await it.ready()
        assert ready.model is not None
        assert (ready.model.demo, ready.engine) == (True, "vosk")
        assert ready.slots > 0
        stream = it.expect()
        async with asterisk_tap(ready.port, stream) as tap:
            await tap.say(pcm(speak(FIRE, before=2.0, after=1.5)))
            (final,) = await eventually(lambda: it.of(wire.Final, stream), WITHIN_SECONDS)
        await eventually(lambda: it.of(wire.Ended, stream), WITHIN_SECONDS)
        words = final.utterance.words
        assert [word.raw for word in words] == FIRE.split()
        for word, (begin, end) in zip(words, seconds_of(FIRE), strict=True):
            assert word.begin_seconds == pytest.approx(2.0 + begin, abs=0.15)
            assert word.end_seconds == pytest.approx(2.0 + end, abs=0.15)
        kinds = [type(one) for one in it.said if getattr(one, "stream", "") == stream]
        assert kinds[:2] == [wire.Began, wire.Mode]
        assert kinds.index(wire.Partial) < kinds.index(wire.Final)
        assert kinds[-1] == wire.Ended
        assert it.of(wire.Missed, stream) == []


async def test_two_streams_do_not_mix() -> None:
    """At the same time, at four times real time, each of them again and again."""
    async with ear(*arguments()) as it:
        ready = await it.ready()
        one, two = it.expect(), it.expect()

        async def call(stream: str, words: str) -> None:
            async with asterisk_tap(ready.port, stream) as tap:
                await tap.say(pcm(call_of([words] * 3)), times_real=4)
            await eventually(lambda: it.of(wire.Ended, stream), WITHIN_SECONDS)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(call(one, FIRE))
            tasks.create_task(call(two, NOISE))
        assert [final.utterance.raw for final in it.of(wire.Final, one)] == [FIRE] * 3
        assert [final.utterance.raw for final in it.of(wire.Final, two)] == [NOISE] * 3


async def test_who_was_not_expected_is_not_let_in() -> None:
    """Unknown, twice the same, garbage, nothing at all: closed; the others go on."""
    async with ear(*arguments()) as it:
        ready = await it.ready()
        stream = it.expect()
        async with asterisk_tap(ready.port, stream) as tap:
            await tap.say(pcm(speak(FIRE))[:3200])
            await eventually(lambda: it.of(wire.Began, stream), WITHIN_SECONDS)
            for name, garbage in ((new_stream(), b""), (stream, b""), (None, os.urandom(500))):
                async with asterisk_tap(ready.port, name) as other:
                    other.send_bytes(garbage)
                    await eventually(other.closed.is_set, 5)
            await tap.say(pcm(speak(FIRE, before=0, after=1.5)))
            await eventually(lambda: it.of(wire.Final, stream), WITHIN_SECONDS)
            await eventually(lambda: it.of(wire.Load)[-1].refused == 3, 5)
            assert not tap.closed.is_set()


async def test_garbage_in_the_middle_ends_that_stream_only() -> None:
    """It is over, and says so."""
    async with ear(*arguments()) as it:
        ready = await it.ready()
        stream = it.expect()
        async with asterisk_tap(ready.port, stream) as tap:
            await tap.say(pcm(speak(FIRE)), times_real=8)
            tap.send_bytes(b"\x47" * 64)
            await eventually(lambda: it.of(wire.Ended, stream), WITHIN_SECONDS)
            assert tap.closed.is_set()
        assert [final.utterance.raw for final in it.of(wire.Final, stream)] == [FIRE]


async def test_sixty_taps_at_once_are_all_heard_to_their_end() -> None:
    """Twelve are live, the others are recorded only; each of them is accounted for."""
    async with ear(*arguments("--live-most", "12")) as it:
        ready = await it.ready()
        assert ready.slots <= 12
        sound = pcm(speak(FIRE, after=1.5))
        streams = [it.expect((2, float(n))) for n in range(60)]

        async def call(stream: str) -> None:
            async with asterisk_tap(ready.port, stream) as tap:
                await tap.say(sound)
            await eventually(lambda: it.of(wire.Ended, stream), WITHIN_SECONDS)

        async with asyncio.TaskGroup() as tasks:
            for stream in streams:
                tasks.create_task(call(stream))
        assert len(it.of(wire.Ended)) == 60
        for stream in streams:
            (ended,) = it.of(wire.Ended, stream)
            heard = [one.utterance.raw for one in it.of(wire.Final, stream)] == [FIRE]
            missed = it.of(wire.Missed, stream)
            assert heard or missed
            if all(not mode.live for mode in it.of(wire.Mode, stream)):
                assert [(one.begin_seconds, one.end_seconds) for one in missed] == [
                    (0.0, ended.seconds)
                ]
        assert len(it.of(wire.Final)) >= min(ready.slots, 12) // 2


async def test_an_emergency_takes_a_slot_and_who_lost_it_comes_back() -> None:
    """What was not followed meanwhile is missed, from where to where."""
    async with ear(*arguments("--live-most", "1")) as it:
        ready = await it.ready()
        first, urgent = it.expect((2, 1.0)), it.expect((0, 2.0))
        async with asterisk_tap(ready.port, first) as tap:
            await tap.is_quiet(0.2)
            await eventually(lambda: it.of(wire.Mode, first)[0].live, 5)
            async with asterisk_tap(ready.port, urgent) as other:
                await asyncio.gather(tap.is_quiet(0.6), other.is_quiet(0.6))
                await eventually(lambda: len(it.of(wire.Mode, first)) == 2, 5)
                assert it.of(wire.Mode, urgent)[0].live
            await eventually(lambda: len(it.of(wire.Mode, first)) == 3, 5)
            await tap.say(pcm(speak(FIRE, before=0.4, after=1.5)))
            (final,) = await eventually(lambda: it.of(wire.Final, first), WITHIN_SECONDS)
        modes = [(mode.live, mode.why) for mode in it.of(wire.Mode, first)]
        assert modes == [(True, ""), (False, "full"), (True, "")]
        (missed,) = it.of(wire.Missed, first)
        assert 0 < missed.begin_seconds < missed.end_seconds < final.utterance.begin_seconds
        assert final.utterance.raw == FIRE


async def test_a_forgotten_stream_ends_and_so_does_one_that_never_came() -> None:
    """Half said words become final; a name is no ticket any more."""
    async with ear(*arguments()) as it:
        ready = await it.ready()
        stream, absent = it.expect(), it.expect()
        async with asterisk_tap(ready.port, stream) as tap:
            await tap.say(pcm(speak(FIRE, after=0.1)))
            it.tell(wire.Forget(stream=stream), wire.Forget(stream=absent))
            await eventually(tap.closed.is_set, 5)
        await eventually(lambda: len(it.of(wire.Ended)) == 2, WITHIN_SECONDS)
        assert [final.utterance.raw for final in it.of(wire.Final, stream)] == [FIRE]
        assert wire.Ended(stream=absent, seconds=0.0) in it.said
        async with asterisk_tap(ready.port, absent) as tap:
            await eventually(tap.closed.is_set, 5)


async def test_a_worker_that_is_killed_is_replaced_and_the_words_come() -> None:
    """In the middle of a sentence: its stream says so, then goes on."""
    async with ear(*arguments()) as it:
        ready = await it.ready()
        stream = it.expect()
        async with asterisk_tap(ready.port, stream) as tap:
            sound = pcm(speak(FIRE, after=1.5))
            await tap.say(sound[:16000])
            (worker,) = it.children()
            os.kill(worker, signal.SIGKILL)
            await tap.say(sound[16000:])
            await eventually(lambda: it.of(wire.Final, stream), WITHIN_SECONDS)
        modes = [(mode.live, mode.why) for mode in it.of(wire.Mode, stream)]
        assert modes == [(True, ""), (False, "engine"), (True, "")]
        assert it.of(wire.Final, stream)[0].utterance.raw == FIRE


async def test_the_end_of_its_input_is_the_end_of_everything() -> None:
    """No process of it is left, with taps connected."""
    async with ear(*arguments()) as it:
        ready = await it.ready()
        stream = it.expect()
        workers = it.children()
        assert workers
        async with asterisk_tap(ready.port, stream) as tap:
            await tap.is_quiet(0.2)
            assert it.process.stdin
            it.process.stdin.close()
            await eventually(lambda: it.process.returncode == 0, 10)
            await eventually(tap.closed.is_set, 5)
        assert not any(map(runs, workers))


async def test_workers_do_not_outlive_a_killed_ear() -> None:
    """By SIGKILL."""
    async with ear(*arguments()) as it:
        await it.ready()
        workers = it.children()
        it.process.kill()
        await eventually(lambda: not any(map(runs, workers)), 10)


@pytest.mark.parametrize("model", ["", "/nowhere"])
async def test_without_a_model_it_listens_and_follows_nobody(model: str) -> None:
    """Taps do not fail; why is said once, for people."""
    async with ear("--model", model) as it:
        ready = await it.ready()
        assert (ready.model, ready.slots) == (None, 0)
        (trouble,) = it.of(wire.Trouble)
        assert trouble.code == "model-unusable"
        stream = it.expect()
        async with asterisk_tap(ready.port, stream) as tap:
            await tap.is_quiet(0.5)
            await eventually(lambda: it.of(wire.Mode, stream), 5)
            assert not tap.closed.is_set()
        (ended,) = await eventually(lambda: it.of(wire.Ended, stream), 5)
        assert it.of(wire.Mode, stream) == [wire.Mode(stream=stream, live=False, why="engine")]
        assert [one.end_seconds for one in it.of(wire.Missed, stream)] == [ended.seconds]


async def test_a_rate_that_nothing_recognises_is_said() -> None:
    """The leg is closed, the ear goes on."""
    async with ear("--model", "") as it:
        ready = await it.ready()
        stream = it.expect()
        async with asterisk_tap(ready.port, stream) as tap:
            tap.send(Frame(Kind.SLIN48, bytes(1920)))
            await eventually(tap.closed.is_set, 5)
        await eventually(lambda: it.of(wire.Ended, stream), 5)
        assert "wrong-rate" in [trouble.code for trouble in it.of(wire.Trouble)]


async def test_it_answers_a_ping_whatever_it_is_told() -> None:
    """Also after what is no command, while it starts, and while nobody reads its partials."""
    async with ear(*arguments()) as it:
        assert it.process.stdin
        it.process.stdin.write(b"{}\nnonsense\n" + wire.encode(wire.Forget(stream="?")))
        await it.obeyed()
        await it.ready()
        assert [trouble.code for trouble in it.of(wire.Trouble)] == ["bad-command"]
        await remains(lambda: it.process.returncode is None, 0.3)

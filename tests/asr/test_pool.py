"""Workers recognise many streams; one that dies or hangs costs nobody a word."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from asr.errors import AsrError
from asr.models import look
from asr.pool import Pool, open_pool, workers_for
from tests.asr.hearing_rows import Row
from tests.eventually import eventually
from tests.peers.speaker import FIRE, GAS, NOISE, WATER, call_of, model_folder, speak


@pytest.fixture(params=["demo-8k", "demo-16k"])
async def pool(request: pytest.FixtureRequest) -> AsyncIterator[Pool]:
    """Two workers with a model that takes 8000 samples a second, or refuses them."""
    troubles: list[AsrError] = []
    async with open_pool(look(model_folder(request.param)), 2, troubles.append) as opened:
        yield opened
    assert not [each for each in troubles if each.code == "model-unusable"]


async def test_a_stream_becomes_partials_and_finals(pool: Pool) -> None:
    """As it is said: first what is being said, then each utterance, at last Done."""
    row = Row().opened(pool)
    row.hears(call_of([NOISE, WATER]))
    await row.done()
    assert row.finals == [NOISE, WATER]
    assert any(NOISE.replace(" ", "").startswith(each) for each in row.partials if each)
    assert row.turns == ["Done"]
    assert row.missed == []
    assert row.hearing.lag_seconds == 0.0


async def test_times_are_the_streams_own(pool: Pool) -> None:
    """Also behind silence that was never given: the gate left out ten seconds."""
    row = Row().opened(pool)
    end = row.hears(speak(NOISE))
    row.hearing.pause()
    row.hears(speak(WATER), end + 10)
    await row.done()
    first, second = row.utterances
    assert first.begin_seconds == pytest.approx(0.5, abs=0.25)
    assert second.begin_seconds == pytest.approx(end + 10.5, abs=0.25)


async def test_a_pause_is_an_end(pool: Pool) -> None:
    """What is half said becomes final at once, without waiting for silence."""
    row = Row().opened(pool)
    row.hears(speak(FIRE, after=0.2))
    row.hearing.pause()
    await row.until(lambda: row.finals)
    assert row.finals == [FIRE]


async def test_a_killed_worker_costs_no_word(pool: Pool) -> None:
    """In mid-utterance: the next one is given the sound again; words resume within 3 s."""
    row = Row().opened(pool)
    end = row.hears(call_of([NOISE]))
    await row.until(lambda: row.finals)
    sound = speak(f"{FIRE} {GAS}")
    half = len(sound) // 2
    middle = row.hears(sound[:half], end)
    await row.until(lambda: row.partials and row.partials[-1].startswith("这里着火"))
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)
    await row.until(lambda: row.turns == ["Interrupted"])
    row.hears(sound[half:], middle)
    await row.until(lambda: row.turns == ["Interrupted", "Resumed"], 3)
    await row.done()
    assert row.finals == [NOISE, f"{FIRE} {GAS}"]
    assert row.missed == []


async def test_a_worker_that_hangs_is_replaced(pool: Pool) -> None:
    """Stopped, with work to do: after five seconds another takes its place, and nothing is lost."""
    row = Row().opened(pool)
    await eventually(lambda: len(pool.pids) == 2)
    hung = pool.pids
    for pid in hung:
        os.kill(pid, signal.SIGSTOP)
    row.hears(call_of([NOISE, WATER]))
    row.hearing.close()
    await row.until(lambda: row.turns == ["Interrupted"], 7)
    await row.until(lambda: row.turns[-1] == "Done", 5)
    assert row.finals == [NOISE, WATER]
    await eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in hung[:1]))


async def test_twenty_streams_at_once(pool: Pool) -> None:
    """Each has its own words, whoever recognises it."""
    rows = [Row().opened(pool) for _ in range(20)]
    for at, row in enumerate(rows):
        row.hears(speak(NOISE if at % 2 else WATER))
    for row in rows:
        await row.done(30)
    assert [row.finals for row in rows] == [[NOISE if at % 2 else WATER] for at in range(20)]


async def test_only_the_words_of_the_question(pool: Pool) -> None:
    """Where words are given, only these are expected; those the model does not know are left."""
    row = Row().opened(pool, words=("转人工", "噪音扰民", "量子力学"))
    row.hears(speak("转 人工"))
    assert (await row.done()).finals == ["转 人工"]


async def test_a_dropped_stream_is_silent(pool: Pool) -> None:
    """Nothing more is told of it."""
    row = Row().opened(pool)
    row.hears(speak(NOISE))
    row.hearing.drop()
    other = Row().opened(pool)
    other.hears(speak(WATER))
    await other.done()
    assert row.finals == []


def test_one_core_is_left_for_calls() -> None:
    """Unless the admin says how many."""
    assert workers_for(3) == 3
    assert workers_for(0) == max(1, len(os.sched_getaffinity(0)) - 1)

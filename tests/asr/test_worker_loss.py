"""A worker that dies or hangs is replaced; nobody loses a word that can still be heard again."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from asr.errors import AsrError
from asr.models import look
from asr.pool import Pool, workers_for
from asr.recognizers import EveryRecognizer, open_recognizers
from tests.asr.hearing_rows import Row
from tests.eventually import eventually
from tests.peers.speaker import FIRE, GAS, NOISE, WATER, call_of, model_folder, speak


@pytest.fixture
async def every() -> AsyncIterator[EveryRecognizer]:
    """Two workers."""
    troubles: list[AsrError] = []
    async with open_recognizers(look(model_folder()), 2, "", troubles.append) as opened:
        await eventually(lambda: len(pool_of(opened).pids) == 2)
        yield opened
    assert {each.code for each in troubles} <= {"engine-away"}


def pool_of(every: EveryRecognizer) -> Pool:
    """Its workers."""
    assert every.pool is not None
    return every.pool


def send(every: EveryRecognizer, number: signal.Signals) -> tuple[int, ...]:
    """This signal to every worker."""
    pids = pool_of(every).pids
    for pid in pids:
        os.kill(pid, number)
    return pids


def lives(pid: int) -> bool:
    """Whether there is such a process."""
    return Path(f"/proc/{pid}").exists()


def memory_bytes(pid: int) -> int:
    """What it holds in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGESIZE")


async def test_a_killed_worker_costs_no_word(every: EveryRecognizer) -> None:
    """In mid-utterance: the next one is given the sound again; words resume within 3 s."""
    row = Row().opened(every)
    end = row.hears(call_of([NOISE]))
    await row.until(lambda: row.finals)
    sound = speak(f"{FIRE} {GAS}")
    half = len(sound) // 2
    middle = row.hears(sound[:half], end)
    await row.until(lambda: row.partials and row.partials[-1].startswith("这里着火"))
    send(every, signal.SIGKILL)
    await row.until(lambda: row.turns == ["Interrupted"])
    row.hears(sound[half:], middle)
    await row.until(lambda: row.turns == ["Interrupted", "Resumed"], 3)
    await row.done()
    assert row.finals == [NOISE, f"{FIRE} {GAS}"]
    assert row.missed == []


async def test_a_worker_that_hangs_is_replaced(every: EveryRecognizer) -> None:
    """Stopped, with work to do: after 5 s another takes its place, and nothing is lost."""
    row = Row().opened(every)
    hung = send(every, signal.SIGSTOP)
    row.hears(call_of([NOISE, WATER]))
    row.hearing.close()
    await row.until(lambda: row.turns == ["Interrupted"], 7)
    await row.until(lambda: row.turns[-1] == "Done", 5)
    assert row.finals == [NOISE, WATER]
    assert len([pid for pid in hung if not lives(pid)]) == 1, "the other had nothing to do"


async def test_a_worker_with_nothing_to_do_may_stand_still(every: EveryRecognizer) -> None:
    """Nobody asked it: it is not called hung. When it goes on, it goes on."""
    pids = send(every, signal.SIGSTOP)
    row = Row().opened(every)
    row.hears(speak(NOISE))
    send(every, signal.SIGCONT)
    await row.done()
    assert row.finals == [NOISE]
    assert pool_of(every).pids == pids


async def test_what_no_buffer_holds_is_told(every: EveryRecognizer) -> None:
    """A minute of sound while nobody recognises: half a minute is kept, the rest is missed."""
    row = Row().opened(every)
    send(every, signal.SIGSTOP)
    for second in range(60):
        row.hearing.feed(bytes(16000), float(second))
    end = row.hears(speak(NOISE), 60.0)
    send(every, signal.SIGCONT)
    await row.until(lambda: row.hearing.lag_seconds == 0.0)
    row.hears(speak(WATER), end)
    await row.done()
    [missed] = row.missed
    assert missed.begin_seconds == pytest.approx(30, abs=0.2)
    assert missed.end_seconds == pytest.approx(end, abs=0.2)
    assert row.finals == [WATER]


async def test_a_spoilt_model_is_said_once_for_all_workers(tmp_path: Path) -> None:
    """The file is cut short: no worker starts; the ear knows why and goes on without words."""
    spoilt = Path(shutil.copytree(model_folder(), tmp_path / "spoilt"))
    os.truncate(spoilt / "am/final.mdl", 100_000)
    troubles: list[AsrError] = []
    async with open_recognizers(look(spoilt), 1, "", troubles.append) as every:
        assert every.model is None
        assert [each.code for each in troubles] == ["model-unusable"]
        assert "cut short" in troubles[0].en
        assert "重新下载" in troubles[0].zh


async def test_workers_give_way_to_calls(every: EveryRecognizer) -> None:
    """By their priority."""
    assert [os.getpriority(os.PRIO_PROCESS, pid) for pid in pool_of(every).pids] == [
        os.getpriority(os.PRIO_PROCESS, 0) + 5
    ] * 2


async def test_only_the_words_of_the_question(every: EveryRecognizer) -> None:
    """Where words are given, only these are expected; those the model does not know are left."""
    row = Row().opened(every, words=("转人工", "噪音扰民", "量子力学"))
    row.hears(speak("转 人工"))
    assert (await row.done()).finals == ["转 人工"]


def test_one_core_is_left_for_calls() -> None:
    """Unless the admin says how many."""
    assert workers_for(3) == 3
    assert workers_for(0) == max(1, len(os.sched_getaffinity(0)) - 1)


async def test_memory_stays_flat(every: EveryRecognizer) -> None:
    """Streams come and go, some with a list of words, some dropped: nothing of them is kept."""

    async def some(count: int) -> None:
        for at in range(count):
            words = ("噪音扰民",) if at % 3 == 0 else ()
            rows = [Row().opened(every, words=words) for _ in range(4)]
            for row in rows:
                row.hears(speak("噪音 扰民"))
            rows[0].hearing.drop()
            for row in rows[1:]:
                await row.done()

    await some(15)
    before = [memory_bytes(pid) for pid in pool_of(every).pids]
    await some(60)
    after = [memory_bytes(pid) for pid in pool_of(every).pids]
    assert max(b - a for a, b in zip(before, after, strict=True)) < 8 << 20


PROGRAM = """
import asyncio, sys
from pathlib import Path
from asr.models import look
from asr.recognizers import open_recognizers
from tests.eventually import others_run

async def main():
    async with open_recognizers(look(Path(sys.argv[1])), 2, "", print) as every:
        while len(every.pool.pids) < 2:
            await others_run()
        print(*every.pool.pids, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_workers_die_with_their_parent() -> None:
    """Also when it is killed and can end nothing."""
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, str(model_folder())),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert parent.stdout is not None
    pids = [int(each) for each in (await parent.stdout.readline()).split()]
    assert len(pids) == 2
    assert all(lives(pid) for pid in pids)
    parent.kill()
    await parent.wait()
    await eventually(lambda: not any(lives(pid) for pid in pids))

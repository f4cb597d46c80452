"""One law for all that recognise: workers with either model, and a server of your own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from asr.errors import AsrError, EngineAway
from asr.models import look
from asr.recognizers import EveryRecognizer, open_recognizers
from tests.asr.hearing_rows import Row
from tests.peers.speaker import FIRE, NOISE, WATER, call_of, model_folder, speak
from tests.peers.vosk_server_peer import vosk_server


@pytest.fixture(params=["demo-8k", "demo-16k", "server of demo-8k", "server of demo-16k"])
async def every(request: pytest.FixtureRequest) -> AsyncIterator[EveryRecognizer]:
    """Two workers or a server, with a model that takes 8000 samples a second, or refuses them."""
    troubles: list[AsrError] = []
    name = request.param.removeprefix("server of ")
    folder, url = look(model_folder(name)), ""
    async with AsyncExitStack() as stack:
        if name != request.param:
            url = (await stack.enter_async_context(vosk_server(folder.path))).url
        here = None if url else folder
        opened = await stack.enter_async_context(open_recognizers(here, 2, url, troubles.append))
        assert opened.engine == ("vosk-server" if url else "vosk")
        assert opened.model
        assert opened.model.rate == folder.model.rate
        yield opened
    assert troubles == []


async def test_a_stream_becomes_partials_and_finals(every: EveryRecognizer) -> None:
    """As it is said: first what is being said, then each utterance, at last Done."""
    row = Row().opened(every)
    row.hears(call_of([NOISE, WATER]))
    await row.done()
    assert row.finals == [NOISE, WATER]
    assert any(NOISE.replace(" ", "").startswith(each) for each in row.partials if each)
    assert row.turns == ["Done"]
    assert row.missed == []
    assert row.hearing.lag_seconds == 0.0
    assert row.hearing.unheard is None


async def test_times_are_the_streams_own(every: EveryRecognizer) -> None:
    """Also behind silence that was never given: the gate left out ten seconds."""
    row = Row().opened(every)
    end = row.hears(speak(NOISE))
    row.hearing.pause()
    row.hears(speak(WATER), end + 10)
    await row.done()
    first, second = row.utterances
    assert first.begin_seconds == pytest.approx(0.5, abs=0.25)
    assert second.begin_seconds == pytest.approx(end + 10.5, abs=0.25)


async def test_a_pause_is_an_end(every: EveryRecognizer) -> None:
    """What is half said becomes final at once, without waiting for silence."""
    row = Row().opened(every)
    row.hears(speak(FIRE, after=0.2))
    row.hearing.pause()
    await row.until(lambda: row.finals)
    assert row.finals == [FIRE]


async def test_twenty_streams_at_once(every: EveryRecognizer) -> None:
    """Each has its own words, whoever recognises it."""
    rows = [Row().opened(every) for _ in range(20)]
    for at, row in enumerate(rows):
        row.hears(speak(NOISE if at % 2 else WATER))
    for row in rows:
        await row.done(30)
    assert [row.finals for row in rows] == [[NOISE if at % 2 else WATER] for at in range(20)]
    assert every.lag_seconds == 0.0


async def test_partials_can_be_turned_off(every: EveryRecognizer) -> None:
    """And on again."""
    row = Row().opened(every, partials=False)
    end = row.hears(speak(NOISE))
    await row.until(lambda: row.finals)
    assert row.partials == []
    row.hearing.partials = True
    row.hears(speak(WATER), end)
    await row.done()
    assert row.partials


async def test_a_dropped_stream_is_silent(every: EveryRecognizer) -> None:
    """Nothing more is told of it; it may be dropped twice, and fed in vain."""
    row = Row().opened(every)
    row.hears(speak(NOISE))
    row.hearing.drop()
    told = len(row.said)
    row.hearing.drop()
    row.hears(speak(NOISE))
    row.hearing.close()
    other = Row().opened(every)
    other.hears(speak(WATER))
    await other.done()
    assert len(row.said) == told
    assert row.finals == []


async def test_nothing_is_left_of_streams_that_ended(every: EveryRecognizer) -> None:
    """Many streams, one after the other: no process, no handle and little memory more."""

    async def some(count: int) -> None:
        rows = [Row().opened(every) for _ in range(count)]
        for row in rows:
            row.hears(speak("谢谢 再见"))
        for row in rows:
            await row.done(60)
            assert row.finals == ["谢谢 再见"]

    await some(20)
    before = handles()
    await some(60)
    assert handles() <= before + 2
    assert every._live == every._here == every._waiting == set()


def handles() -> int:
    """How many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_without_anything_nothing_is_opened() -> None:
    """It says so, and a call goes on without words."""
    troubles: list[AsrError] = []
    async with open_recognizers(None, 1, "", troubles.append) as nothing:
        assert nothing.model is None
        with pytest.raises(EngineAway):
            Row().opened(nothing)
    async with open_recognizers(None, 1, "ws://127.0.0.1:9", troubles.append) as nothing:
        assert nothing.model is None
        assert nothing.engine == "vosk-server"
    assert [each.code for each in troubles] == ["engine-away"]

"""A server that is away, hangs or talks nonsense costs nobody a word: the workers here go on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from asr.errors import AsrError
from asr.models import look
from asr.recognizers import EveryRecognizer, open_recognizers
from tests.asr.hearing_rows import Row
from tests.eventually import eventually, remains
from tests.peers.speaker import FIRE, GAS, NOISE, WATER, call_of, model_folder, speak
from tests.peers.vosk_server_peer import VoskServerPeer, vosk_server


@pytest.fixture
async def peer() -> AsyncIterator[VoskServerPeer]:
    """A server with a model of its own."""
    async with vosk_server(model_folder()) as server:
        yield server


@asynccontextmanager
async def asked(
    peer: VoskServerPeer, troubles: list[AsrError] | None = None, *, here: bool = True
) -> AsyncIterator[EveryRecognizer]:
    """This server, and one worker behind it, or none."""
    told = [] if troubles is None else troubles
    folder = look(model_folder()) if here else None
    async with open_recognizers(folder, 1, peer.url, told.append) as every:
        yield every


async def test_the_protocol_of_the_server(peer: VoskServerPeer) -> None:
    """The configuration comes first; a connection a stream, closed at its end."""
    async with asked(peer, here=False) as every:
        row = Row().opened(every)
        row.hears(speak(NOISE))
        assert (await row.done()).finals == [NOISE]
        assert peer.configs[-1] == {"sample_rate": 8000, "words": True}
        await eventually(lambda: peer.connections == 0)


@pytest.mark.parametrize("does", ["hangs", "closes", "garbage", "breaks"])
async def test_a_server_that_fails_in_mid_utterance(peer: VoskServerPeer, does: str) -> None:
    """The worker here is given the sound again: nothing is lost."""
    troubles: list[AsrError] = []
    async with asked(peer, troubles) as every:
        row = Row().opened(every)
        end = row.hears(call_of([NOISE]))
        await row.until(lambda: row.finals)
        sound = speak(f"{FIRE} {GAS}")
        half = len(sound) // 2
        middle = row.hears(sound[:half], end)
        await row.until(lambda: row.partials and row.partials[-1].startswith("这里着火"))
        peer.does = does
        row.hears(sound[half:], middle)
        await row.until(lambda: row.turns == ["Interrupted", "Resumed"], 10)
        await row.done()
        assert row.finals == [NOISE, f"{FIRE} {GAS}"]
        assert row.missed == []
        assert every.engine == "vosk"
        await eventually(lambda: troubles, 7)
        assert [each.code for each in troubles] == ["engine-away"]


async def test_a_killed_server_and_its_return(peer: VoskServerPeer) -> None:
    """Streams go to the workers at once, and back to the server at the end of an utterance."""
    async with asked(peer) as every:
        row = Row().opened(every)
        await peer.stop()
        end = row.hears(call_of([NOISE]))
        await row.until(lambda: row.finals)
        assert every.engine == "vosk"
        await peer.start()
        await eventually(lambda: every.engine == "vosk-server", 10)
        assert peer.connections == 0
        end = row.hears(call_of([WATER]), end)
        await row.until(lambda: len(row.finals) == 2)
        await eventually(lambda: peer.connections == 1)
        row.hears(speak(FIRE), end)
        await row.done()
        assert row.finals == [NOISE, WATER, FIRE]
        assert row.missed == []


async def test_a_server_alone(peer: VoskServerPeer) -> None:
    """Without a model here streams wait for it, with what they can keep."""
    async with asked(peer, here=False) as every:
        row = Row().opened(every)
        await peer.stop()
        row.hears(call_of([NOISE]))
        await eventually(lambda: every.model is None)
        await remains(lambda: row.finals == [], 0.3)
        await peer.start()
        await row.until(lambda: row.finals == [NOISE], 15)
        await row.done()


async def test_a_server_that_is_not_there_at_first(peer: VoskServerPeer) -> None:
    """The hotline begins with its own workers and says why; nothing waits for the server."""
    await peer.stop()
    troubles: list[AsrError] = []
    async with asked(peer, troubles) as every:
        assert every.engine == "vosk"
        assert "speech.server_url" in troubles[0].en
        row = Row().opened(every)
        row.hears(speak(NOISE))
        assert (await row.done()).finals == [NOISE]
    await peer.start()


async def test_a_model_that_refuses_the_rate_of_a_telephone() -> None:
    """It is given twice as many samples."""
    async with vosk_server(model_folder("demo-16k")) as peer, asked(peer, here=False) as every:
        assert every.model
        assert every.model.rate == 16000
        row = Row().opened(every)
        row.hears(speak(NOISE))
        assert (await row.done()).finals == [NOISE]
        assert peer.configs[-1]["sample_rate"] == 16000

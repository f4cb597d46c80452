"""A file becomes text with the file's own times, and nothing live waits for it."""

import asyncio
import signal
import wave
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from os import kill
from pathlib import Path

import pytest

from asr.demo_model.sound import pcm
from asr.errors import SoundUnusable
from asr.models import look
from asr.recognizer import Hearing, Interrupted, Said
from asr.recognizers import EveryRecognizer, open_recognizers
from asr.resample import Doubler
from asr.segment import Model, Utterance
from asr.transcribe import transcribe
from tests.asr.hearing_rows import Row
from tests.eventually import eventually, remains
from tests.peers.speaker import FIRE, NOISE, WATER, call_of, model_folder, speak_to


@pytest.fixture
async def every() -> AsyncIterator[EveryRecognizer]:
    """One worker."""
    async with open_recognizers(look(model_folder()), 1, "", lambda _: None) as opened:
        yield opened


async def raws(every: EveryRecognizer, file: Path, begin: float = 0, end: float = 0) -> list[str]:
    """The raw words of each utterance."""
    return [each.raw for each in await transcribe(every, every, file, begin, end)]


async def test_a_file_becomes_text(every: EveryRecognizer, tmp_path: Path) -> None:
    """Every sentence, with its times in the file."""
    file = speak_to(tmp_path / "a.wav", NOISE, WATER, FIRE)
    utterances = await transcribe(every, every, file)
    assert [each.raw for each in utterances] == [NOISE, WATER, FIRE]
    assert utterances[0].begin_seconds == pytest.approx(0.5, abs=0.2)


async def test_a_part_of_it(every: EveryRecognizer, tmp_path: Path) -> None:
    """Between two times; they are the file's still. A part behind its end is empty."""
    file = speak_to(tmp_path / "a.wav", NOISE, WATER, FIRE)
    whole = await transcribe(every, every, file)
    begin, end = whole[1].begin_seconds - 0.5, whole[1].end_seconds + 0.5
    [part] = await transcribe(every, every, file, begin, end)
    assert part.raw == WATER
    assert part.begin_seconds == pytest.approx(whole[1].begin_seconds, abs=0.1)
    assert await raws(every, file, 1000.0) == []


async def test_sixteen_thousand_samples_a_second(every: EveryRecognizer, tmp_path: Path) -> None:
    """Voice messages of the web have them."""
    file = tmp_path / "a.wav"
    write(file, Doubler().doubled(pcm(call_of([NOISE]))), rate=16000)
    assert await raws(every, file) == [NOISE]


@pytest.mark.parametrize(
    ("rate", "channels", "size"), [(44100, 1, 2), (8000, 2, 2), (8000, 1, 1), (22050, 1, 2)]
)
async def test_other_shapes_are_refused(
    every: EveryRecognizer, tmp_path: Path, rate: int, channels: int, size: int
) -> None:
    """Clearly; nothing is guessed."""
    file = tmp_path / "a.wav"
    write(file, bytes(8000), rate=rate, channels=channels, size=size)
    with pytest.raises(SoundUnusable) as refused:
        await transcribe(every, every, file)
    assert "16 bit, mono" in refused.value.en


@pytest.mark.parametrize("content", [b"", b"RIFF", b"OggS" + bytes(100)])
async def test_what_is_no_wav_file(every: EveryRecognizer, tmp_path: Path, content: bytes) -> None:
    """Empty, cut off, of another kind, or not there."""
    file = tmp_path / "a.wav"
    file.write_bytes(content)
    for path in (file, tmp_path / "gone.wav"):
        with pytest.raises(SoundUnusable):
            await transcribe(every, every, path)


async def test_a_recording_that_was_cut_off(every: EveryRecognizer, tmp_path: Path) -> None:
    """Its head promises more than there is: what is there is read."""
    file = speak_to(tmp_path / "a.wav", NOISE, WATER)
    file.write_bytes(file.read_bytes()[: -16000 * 3])
    assert (await raws(every, file))[0] == NOISE


async def test_it_waits_while_live_sound_waits(every: EveryRecognizer, tmp_path: Path) -> None:
    """The worker stands still, a caller speaks: the file is given no second more until it goes on.

    Then both are read in full.
    """
    assert every.pool
    [pid] = every.pool.pids
    file = speak_to(tmp_path / "a.wav", *[NOISE] * 6)
    async with asyncio.TaskGroup() as tasks:
        kill(pid, signal.SIGSTOP)
        reading = tasks.create_task(raws(every, file))
        live = Row().opened(every)
        live.hears(call_of([FIRE, WATER]))
        await eventually(lambda: every.lag_seconds > 0.5)
        await remains(lambda: not reading.done(), 0.5)
        kill(pid, signal.SIGCONT)
        await live.until(lambda: live.finals == [FIRE, WATER])
        assert not reading.done()
        await live.done()
    assert reading.result() == [NOISE] * 6


@dataclass
class Overheard:
    """Implements ``asr.recognizer.Recognizers``: these, and what they have told so far."""

    every: EveryRecognizer
    said: list[Said] = field(default_factory=list)

    @property
    def model(self) -> Model | None:
        """Theirs."""
        return self.every.model

    @property
    def engine(self) -> str:
        """Theirs."""
        return self.every.engine

    def open(
        self,
        told: Callable[[Said], None],
        *,
        rate: int = 8000,
        words: tuple[str, ...] = (),
        partials: bool = True,
        background: bool = False,
    ) -> Hearing:
        """One of theirs; what it tells is kept too."""

        def both(said: Said) -> None:
            self.said.append(said)
            told(said)

        return self.every.open(
            both, rate=rate, words=words, partials=partials, background=background
        )

    async def gets_on(self, losses: int) -> None:
        """Wait until a sentence is final that came after so many losses."""

        def on() -> bool:
            turns = [each for each in self.said if isinstance(each, Interrupted | Utterance)]
            lost = turns.count(Interrupted())
            return bool(turns) and lost == losses and isinstance(turns[-1], Utterance)

        await eventually(on, 20)


async def test_a_killed_worker_is_no_matter(every: EveryRecognizer, tmp_path: Path) -> None:
    """In the middle of a file: the next one goes on.

    Each gets on by a sentence before it dies: no two of them have the same sound in hand.
    """
    assert every.pool
    file, heard = speak_to(tmp_path / "a.wav", *[NOISE, WATER] * 4), Overheard(every)
    killed: list[int] = []
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(transcribe(heard, every, file))
        for losses in range(3):
            await heard.gets_on(losses)
            [pid] = every.pool.pids
            kill(pid, signal.SIGKILL)
            killed.append(pid)
        await heard.gets_on(3)
    assert [each.raw for each in reading.result()] == [NOISE, WATER] * 4
    assert len(set(killed)) == 3


def write(file: Path, sound: bytes, *, rate: int, channels: int = 1, size: int = 2) -> None:
    """A WAV file of this shape."""
    with wave.open(str(file), "wb") as opened:
        opened.setnchannels(channels)
        opened.setsampwidth(size)
        opened.setframerate(rate)
        opened.writeframes(sound)

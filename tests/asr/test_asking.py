"""Asking a caller: the prompt gives way to them at once, and every way it can end has a word."""

import asyncio
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from asr import wire
from asr.asking import BARGE_IN_FRAMES, LAST_WORD_SECONDS, Asking, prompt_sound
from asr.audiosocket import Frame, Kind
from asr.demo_model.sound import pcm
from asr.vad import FOR_BARGE_IN, Frames, loud
from tests.asr.ear_world import EarWorld, arguments, ear, new_stream
from tests.eventually import eventually
from tests.peers.asterisk_tap_peer import QUIET, asterisk_tap
from tests.peers.recognizers_peer import RecognizersPeer, utterance
from tests.peers.speaker import FIRE, PERSON, speak

ASK = wire.Ask(stream=new_stream(), prompt="p.wav", words=("人工",), wait_ms=300, most_ms=5000)
VOICE = pcm(speak(FIRE, before=0.1, after=0.0))


@dataclass
class LinePeer:
    """Implements ``Line``."""

    frames: list[Frame] = field(default_factory=list)
    farewells: int = 0

    def send(self, frame: Frame) -> None:
        """Kept."""
        self.frames.append(frame)

    def farewell(self) -> None:
        """Counted."""
        self.farewells += 1

    def close(self) -> None:
        """Never asked for: the dialplan must go on."""
        raise AssertionError


class World:
    """One asking with peers around it."""

    def __init__(self, ask: wire.Ask = ASK, recognizers: RecognizersPeer | None = None) -> None:
        self.recognizers = recognizers or RecognizersPeer()
        self.line = LinePeer()
        self.said: list[wire.Report] = []
        self.over: list[str] = []
        self.asking = Asking(ask, self.recognizers, self.said.append, self.over.append)

    def begin(self, prompt: bytes = QUIET * 500) -> None:
        """The caller is here and the prompt plays."""
        self.asking.came(self.line)
        self.asking.prompted(prompt)

    def sends(self, sound: bytes) -> int:
        """The caller's frames, one after the other; how many were spoken and loud."""
        frames, spoken = Frames(8000, FOR_BARGE_IN), 0
        for at in range(0, len(sound) - 319, 320):
            frame = sound[at : at + 320]
            spoken += frames.speech(frame) and loud(frame)
            self.asking.took(Frame(Kind.SLIN8, frame))
        return spoken

    def why(self) -> list[str]:
        """How it ended, so far."""
        return [one.why for one in self.said if isinstance(one, wire.Answered)]


def now() -> float:
    """The loop's time."""
    return asyncio.get_running_loop().time()


async def test_three_frames_of_speech_stop_the_prompt() -> None:
    """60 ms; no frame of it is sent after them. Less, or silence, does not stop it."""
    it = World()
    it.begin()
    it.sends(QUIET * 50)
    await eventually(lambda: len(it.line.frames) >= 3)
    assert it.asking._beat is not None
    frames, meant = Frames(8000, FOR_BARGE_IN), 0
    for at in range(0, len(VOICE) - 319, 320):
        frame = VOICE[at : at + 320]
        meant = meant + 1 if frames.speech(frame) and loud(frame) else 0
        it.asking.took(Frame(Kind.SLIN8, frame))
        if meant == BARGE_IN_FRAMES:
            break
        assert it.asking._beat is not None
    assert it.asking._beat is None
    assert it.recognizers.opened[0].fed, "what stopped it is heard, with what was before"
    assert it.why() == []


async def test_the_prompt_is_paced_by_the_clock() -> None:
    """All of it, a frame each 20 ms."""
    it = World()
    began = now()
    it.begin(bytes(range(256)) * 25)
    await eventually(lambda: it.asking._quiet_since)
    assert now() - began >= 0.35
    assert b"".join(frame.payload for frame in it.line.frames) == bytes(range(256)) * 25


async def test_what_is_said_is_the_answer() -> None:
    """Only these words are expected; then the dialplan goes on."""
    it = World()
    it.begin()
    it.sends(VOICE)
    (hearing,) = it.recognizers.opened
    assert hearing.words == ("人工",)
    hearing.say(utterance("人工"))
    assert it.said == [wire.Answered(stream=ASK.stream, why="words", text="人工")]
    assert (it.line.farewells, hearing.dropped) == (1, True)
    it.asking.gone()
    assert (it.why(), it.over) == (["words"], [ASK.stream])


async def test_a_key_is_the_answer_also_while_the_prompt_plays() -> None:
    """At once."""
    it = World()
    it.begin()
    it.asking.took(Frame(Kind.KEY, b"0"))
    assert it.said == [wire.Answered(stream=ASK.stream, why="key", key="0")]
    assert (it.line.farewells, it.asking._beat) == (1, None)


async def test_silence_ends_it_some_time_after_the_prompt() -> None:
    """Not before its end."""
    it = World()
    it.begin(QUIET * 3)
    it.asking.tick(now())
    assert it.why() == []
    quiet = await eventually(lambda: it.asking._quiet_since)
    it.asking.tick(quiet + ASK.wait_ms / 1000 - 0.01)
    assert it.asking._last_word is None
    it.asking.tick(quiet + ASK.wait_ms / 1000 + 0.01)
    it.asking.tick(quiet + ASK.wait_ms / 1000 + 0.02)
    assert it.why() == ["silence"]


async def test_sound_without_a_word_is_noise() -> None:
    """After the same time of silence, and a moment for the recogniser's last word."""
    it = World()
    it.begin(b"")
    it.sends(VOICE + QUIET * 60)
    (hearing,) = it.recognizers.opened
    assert hearing.pauses == 1
    at = now() + ASK.wait_ms / 1000 + 0.01
    it.asking.tick(at)
    assert it.why() == []
    it.asking.tick(at + LAST_WORD_SECONDS + 0.01)
    assert it.why() == ["noise"]


async def test_it_has_a_limit_for_who_speaks_without_end() -> None:
    """What is half said by then may still be the answer."""
    it = World()
    it.begin(b"")
    it.sends(VOICE)
    at = now() + ASK.most_ms / 1000 + 0.01
    it.asking.tick(at)
    (hearing,) = it.recognizers.opened
    assert (it.why(), hearing.pauses) == ([], 1)
    hearing.say(utterance("人工"))
    assert it.why() == ["words"]


def hangs_up(it: World) -> None:
    """In the middle."""
    it.begin()
    it.asking.gone()


def never_comes(it: World) -> None:
    """Asterisk did not connect."""
    it.asking.tick(now() + 60)


def has_no_prompt(it: World) -> None:
    """The file cannot be read."""
    it.asking.prompted(None)
    it.asking.came(it.line)
    it.asking.gone()


def finds_nobody(it: World) -> None:
    """The recogniser is away."""
    it.recognizers.away = True
    it.begin()
    it.asking.gone()


def is_forgotten(it: World) -> None:
    """Nobody wants the answer any more."""
    it.begin()
    it.asking.forget()
    it.asking.gone()


def sends_another_rate(it: World) -> None:
    """The application sends 8 kHz, always."""
    it.begin()
    it.asking.took(Frame(Kind.SLIN16, QUIET))
    it.asking.gone()


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (hangs_up, "gone"),
        (never_comes, "gone"),
        (has_no_prompt, "refused"),
        (finds_nobody, "refused"),
        (is_forgotten, "refused"),
        (sends_another_rate, "refused"),
    ],
)
async def test_every_other_end_has_a_word_and_lets_the_dialplan_go_on(
    happens: Callable[[World], None], why: str
) -> None:
    """Said once, and it is over once."""
    it = World()
    happens(it)
    assert (it.why(), it.over) == ([why], [ASK.stream])
    assert it.line.farewells == (why == "refused")


def write_prompt(path: Path, seconds: float, *, rate: int = 8000) -> Path:
    """A quiet prompt."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(2 * int(seconds * rate)))
    return path


def test_a_prompt_is_a_wav_file_of_a_telephone(tmp_path: Path) -> None:
    """Another rate, another file, none: no prompt."""
    good = write_prompt(tmp_path / "a.wav", 0.5)
    assert prompt_sound(good) == bytes(8000)
    assert prompt_sound(write_prompt(tmp_path / "b.wav", 0.5, rate=16000)) is None
    assert prompt_sound(tmp_path / "none.wav") is None
    good.write_bytes(b"RIFF")
    assert prompt_sound(good) is None


def answered(it: EarWorld, stream: str) -> list[wire.Answered]:
    """How it ended."""
    return it.of(wire.Answered, stream)


async def test_a_caller_speaks_into_the_prompt_and_is_understood(tmp_path: Path) -> None:
    """With a real recogniser: the prompt is not played to its end, and the dialplan goes on."""
    prompt = str(write_prompt(tmp_path / "p.wav", 20.0))
    async with ear(*arguments()) as it:
        ready = await it.ready()
        ask = wire.Ask(stream=new_stream(), prompt=prompt, words=("人工", "投诉"), most_ms=30_000)
        it.tell(ask)
        async with asterisk_tap(ready.port, ask.stream) as tap:
            await eventually(lambda: tap.sound, 5)
            began = await tap.say(pcm(speak(PERSON, before=0.5, after=6.0)))
            assert tap.hung_up
            last = max(at for at, frame in tap.frames if frame.rate)
            assert last - began < 3.0
        (answer,) = answered(it, ask.stream)
        assert (answer.why, answer.text) == ("words", "人工")


async def test_without_a_model_a_caller_is_sent_on_at_once(tmp_path: Path) -> None:
    """Nobody is asked what cannot be understood."""
    prompt = str(write_prompt(tmp_path / "p.wav", 20.0))
    async with ear("--model", "") as it:
        ready = await it.ready()
        ask = wire.Ask(stream=new_stream(), prompt=prompt)
        it.tell(ask)
        await eventually(lambda: answered(it, ask.stream), 5)
        async with asterisk_tap(ready.port, ask.stream) as tap:
            await tap.is_quiet(3)
            assert tap.hung_up
        assert [one.why for one in answered(it, ask.stream)] == ["refused"]

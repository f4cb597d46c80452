"""Laws of speech, with the real voice and the real converter."""

import subprocess
import wave
from pathlib import Path

import pytest

from gateway.provision import levels
from gateway.provision.errors import NotReady
from gateway.provision.places import here
from gateway.provision.prompt_text import to_pinyin
from gateway.provision.prompts import PROMPTS_FILE, read_prompts
from gateway.provision.speech import SpeechTools, Voice, speak, take_recording
from gateway.provision.tools import speech_tools


@pytest.fixture(scope="module")
def tools() -> SpeechTools:
    """espeak-ng and sox, fetched when the machine has none."""
    return speech_tools(here())


def recording(path: Path, frames: bytes, rate: int = 16000, width: int = 2) -> Path:
    """A mono recording."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(frames)
    return path


def tone(tools: SpeechTools, path: Path, *effects: str) -> Path:
    """One second of a sound made by sox."""
    argv = [tools.sox, "-r", "16000", "-n", "-b", "16", "-c", "1", str(path), *effects]
    subprocess.run(argv, check=True, timeout=30, stderr=subprocess.DEVNULL)
    return path


def test_words_become_telephone_audio(tools: SpeechTools, tmp_path: Path) -> None:
    """8 kHz mono 16-bit WAV and 16 kHz raw beside it, the same length, loud enough."""
    seconds = speak(tools, Voice(), to_pinyin("请 稍候"), tmp_path / "wait", "wait")
    with wave.open(str(tmp_path / "wait.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        assert file.getnframes() == round(seconds * 8000)
    wide = (tmp_path / "wait.sln16").stat().st_size / 2 / 16000
    assert wide == pytest.approx(seconds, abs=0.02)
    assert 0.4 < seconds < 1.5


def test_more_words_take_longer(tools: SpeechTools, tmp_path: Path) -> None:
    """What is written is what is spoken: three times the words, more than twice the time."""
    once = speak(tools, Voice(), to_pinyin("请 稍候"), tmp_path / "one", "one")
    thrice = speak(tools, Voice(), to_pinyin("请 稍候 请 稍候 请 稍候"), tmp_path / "two", "two")
    assert thrice > 2 * once


def test_the_voice_never_falls_into_english(tools: SpeechTools) -> None:
    """Every Mandarin prompt's phonemes are: espeak-ng marks a switch of language as (en)."""
    text = (here().checkout / PROMPTS_FILE).read_text(encoding="utf-8")
    prompts = [one for one in read_prompts(text) if one.voice.name == Voice().name]
    lines = "\n".join(to_pinyin(prompt.text) for prompt in prompts)
    argv = [tools.espeak, "-v", "cmn-latn-pinyin", "-q", "-x", lines]
    said = subprocess.run(argv, check=True, timeout=30, capture_output=True, text=True).stdout
    assert len(said.split()) > len(prompts)
    assert "(" not in said


def test_an_own_recording_is_brought_to_the_same_level(tools: SpeechTools, tmp_path: Path) -> None:
    """A quiet but clean recording is made louder, not refused."""
    quiet = tone(tools, tmp_path / "own.wav", "synth", "1", "sine", "400", "gain", "-30")
    seconds = take_recording(tools, quiet, tmp_path / "out", "greeting")
    assert seconds == pytest.approx(1.0, abs=0.15)
    with wave.open(str(tmp_path / "out.wav")) as file:
        samples = memoryview(file.readframes(file.getnframes())).cast("h")
    assert levels.measure(samples.tolist()).peak_dbfs == pytest.approx(-3, abs=0.2)


def test_a_silent_recording_is_refused(tools: SpeechTools, tmp_path: Path) -> None:
    """With its name, and nothing is left where Asterisk would play it."""
    silent = recording(tmp_path / "own.wav", bytes(32000))
    with pytest.raises(NotReady, match="greeting"):
        take_recording(tools, silent, tmp_path / "out", "greeting")
    assert not (tmp_path / "out.wav").exists()


def test_a_clipped_recording_is_refused(tools: SpeechTools, tmp_path: Path) -> None:
    """Making it quieter would not mend it."""
    loud = tone(tools, tmp_path / "own.wav", "synth", "1", "sine", "400", "gain", "12")
    with pytest.raises(NotReady, match="clipped"):
        take_recording(tools, loud, tmp_path / "out", "greeting")


def test_a_wrong_format_is_named(tools: SpeechTools, tmp_path: Path) -> None:
    """8 bits, too few samples a second, or no WAV at all."""
    eight_bits = recording(tmp_path / "eight.wav", bytes(8000), width=1)
    slow = recording(tmp_path / "slow.wav", bytes(8000), rate=6000)
    text = tmp_path / "text.wav"
    text.write_text("hello")
    for wrong in (eight_bits, slow, text):
        with pytest.raises(NotReady, match=wrong.name):
            take_recording(tools, wrong, tmp_path / "out", "greeting")

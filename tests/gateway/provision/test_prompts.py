"""Laws of the set of prompts."""

from pathlib import Path

import pytest

from gateway.core import waiting
from gateway.provision.errors import NotReady
from gateway.provision.places import here
from gateway.provision.prompts import PROMPTS_FILE, make_prompts, read_prompts
from gateway.provision.speech import SpeechTools
from gateway.provision.tools import speech_tools

TWO = """
[voice]
speed = 200
[prompt.greeting]
text = "您好"
[numbered.wait]
first = 1
last = 1
text = "{count}分钟"
"""


def tools() -> SpeechTools:
    """espeak-ng and sox."""
    return speech_tools(here())


def no_tools() -> SpeechTools:
    """Nothing may be made."""
    raise AssertionError


def test_every_prompt_the_hotline_speaks_has_a_text() -> None:
    """Names are a contract with the dialplan and the queue's announcements."""
    prompts = read_prompts((here().checkout / PROMPTS_FILE).read_text(encoding="utf-8"))
    names = {prompt.name for prompt in prompts}
    assert {"greeting", "please_wait", "all_busy", "reconnecting", "wait_long"} <= names
    assert {
        f"position_{place}" for place in range(1, waiting.FURTHEST_SPOKEN_POSITION + 1)
    } <= names
    assert {f"wait_{minutes}" for minutes in range(1, 16)} <= names


def test_a_second_time_nothing_is_made(tmp_path: Path) -> None:
    """Not even the voice is looked for."""
    prompts = read_prompts(TWO)
    assert make_prompts(prompts, tmp_path, None, tools) == 2
    assert make_prompts(prompts, tmp_path, None, no_tools) == 0


def test_other_languages_are_read_by_voices_of_their_own(tmp_path: Path) -> None:
    """The text as it is written; the digit of each key."""
    english = """
[voice]
speed = 200
[prompt.greeting_en]
voice = "en-us"
text = "Welcome."
[numbered.language_en]
first = 9
last = 9
voice = "en-us"
text = "For English, press {digit}."
longest_seconds = 3.0
"""
    greeting, prompt = read_prompts(english)
    assert (greeting.text, prompt.text) == ("Welcome.", "For English, press 9.")
    assert (prompt.name, prompt.voice.name) == ("language_en_9", "en-us")
    assert make_prompts((greeting, prompt), tmp_path, None, tools) == 2


def test_only_what_changed_is_made(tmp_path: Path) -> None:
    """Another text, a lost file; a prompt that is gone from the file is gone from the folder."""
    make_prompts(read_prompts(TWO), tmp_path, None, tools)
    changed = read_prompts(TWO.replace("您好", "您 好吗"))
    assert make_prompts(changed, tmp_path, None, tools) == 1
    (tmp_path / "wait_1.sln16").unlink()
    assert make_prompts(changed, tmp_path, None, tools) == 1
    assert make_prompts(changed[:1], tmp_path, None, no_tools) == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "greeting.wav", "greeting.sln16", "manifest.json"
    }  # fmt: skip


def test_an_own_recording_wins(tmp_path: Path) -> None:
    """And taking it away brings the voice back."""
    own, out = tmp_path / "own", tmp_path / "out"
    spoken = tmp_path / "spoken"
    prompts = read_prompts(TWO)
    make_prompts(prompts, spoken, None, tools)
    own.mkdir()
    (spoken / "wait_1.wav").rename(own / "greeting.wav")
    make_prompts(prompts, out, own, tools)
    assert (out / "greeting.wav").read_bytes() != (spoken / "greeting.wav").read_bytes()
    (own / "greeting.wav").unlink()
    assert make_prompts(prompts, out, own, tools) == 1
    assert (out / "greeting.wav").read_bytes() == (spoken / "greeting.wav").read_bytes()


def test_a_prompt_that_is_too_long_is_refused(tmp_path: Path) -> None:
    """A greeting over its limit is not left for callers, and is made again the next time."""
    short = TWO.replace('text = "您好"', 'text = "您好"\nlongest_seconds = 0.1')
    for _ in range(2):
        with pytest.raises(NotReady, match="greeting"):
            make_prompts(read_prompts(short), tmp_path, None, tools)
        assert not (tmp_path / "greeting.wav").exists()


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "[voice]\nshout = 1\n[prompt]",
        "[prompt.a]\ntext='x'",
        "[voice]\n[prompt.a]\nx=1",
    ],
)
def test_a_file_that_makes_no_sense_is_refused(text: str) -> None:
    """With the file's name, not a traceback."""
    with pytest.raises(NotReady, match=r"prompts\.toml"):
        read_prompts(text)

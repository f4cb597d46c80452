"""Sentences of the hotline in a voice that the demo model was never trained on.

    speak("这里 着火 了 救命")                      sound, 8 kHz
    wav(speak(FIRE, voice="f3"))                     bytes of a WAV file: 8 kHz, 16 bit, mono
    call.sound.play_file(speak_to(tmp_path / "a.wav", FIRE))     a test phone says it
    call_of([NOISE, NUMBER], pause=1.5)              sentences with silence around each
    seconds_of(FIRE)                                 when each word is said, by the voice itself

A sentence is words of ``asr.demo_model.words.PINYIN`` with spaces between them: that is what the
recogniser should give back (``Utterance.raw``); ``asr.writing.line_written`` of it is the line on a
screen.
"""

from __future__ import annotations

import functools
import io
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from asr.demo_model.examples import HELD_OUT_VARIANTS
from asr.demo_model.sound import CLEAN, PHONE, RATE, Channel, Sound, pcm, through
from asr.demo_model.voice import Manner, Voice
from gateway.provision.errors import NotReady
from gateway.provision.places import here
from gateway.provision.speech_model import espeak_library, make_demo_models
from tests.needs import absent

VOICES = HELD_OUT_VARIANTS
NOISE = "我 要 投诉 噪音 扰民"
FIRE = "这里 着火 了 救命"
GAS = "中山路 燃气 泄漏"
TRAPPED = "电梯 被困"
WATER = "中山路 停水 了"
LAMP = "人民路 路灯 坏了"
NUMBER = "我 的 电话 号码 是 幺 三 八 零 零 幺 三 八 零 零 零"
PERSON = "转 人工"
YES, NO, THANKS = "是 的", "不 是", "谢谢 再见"
SENTENCES = (NOISE, FIRE, GAS, TRAPPED, WATER, LAMP, NUMBER, PERSON, THANKS)
"""All are understood, clean and by telephone, in every one of ``VOICES``; NUMBER in the first."""

__all__ = [
    "CLEAN", "FIRE", "GAS", "LAMP", "NO", "NOISE", "NUMBER", "PERSON", "PHONE", "SENTENCES",
    "THANKS", "TRAPPED", "VOICES", "WATER", "YES", "call_of", "model_folder", "seconds_of", "speak",
    "speak_to", "wav",
]  # fmt: skip


def speak(
    words: str | Sequence[str],
    *,
    voice: str = "m3",
    before: float = 0.5,
    after: float = 1.2,
    channel: Channel = CLEAN,
    speed: int = 160,
) -> Sound:
    """One sentence with silence around it (seconds), by a channel (CLEAN, or PHONE with noise)."""
    said, _ = _said(_words(words), voice, speed)
    whole = np.concatenate([np.zeros(int(before * RATE)), said, np.zeros(int(after * RATE))])
    return through(whole, channel, np.random.default_rng(1))


def call_of(
    sentences: Sequence[str],
    *,
    voice: str = "m3",
    pause: float = 1.2,
    channel: Channel = CLEAN,
    speed: int = 160,
) -> Sound:
    """Half a second of silence, then each sentence followed by ``pause`` seconds of it."""
    parts = [
        np.concatenate([_said(_words(one), voice, speed)[0], np.zeros(int(pause * RATE))])
        for one in sentences
    ]
    whole = np.concatenate([np.zeros(RATE // 2), *parts])
    return through(whole, channel, np.random.default_rng(1))


def seconds_of(
    words: str | Sequence[str], *, voice: str = "m3", speed: int = 160
) -> list[tuple[float, float]]:
    """Begin and end of each word, counted from the begin of speech: add ``before``."""
    sentence = _words(words)
    _, times = _said(sentence, voice, speed)
    return list(times)


def wav(sound: Sound) -> bytes:
    """The bytes of a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm(sound))
    return out.getvalue()


def speak_to(
    path: Path, *sentences: str, voice: str = "m3", pause: float = 1.2, channel: Channel = CLEAN
) -> Path:
    """A WAV file of these sentences, for who plays files; gives ``path``."""
    path.write_bytes(wav(call_of(sentences, voice=voice, pause=pause, channel=channel)))
    return path


@functools.cache
def model_folder(name: str = "demo-8k") -> Path:
    """The demo model (or "demo-16k"), made when it is not there."""
    return make_demo_models(here()) / name


def _words(words: str | Sequence[str]) -> tuple[str, ...]:
    return tuple(words.split() if isinstance(words, str) else words)


@functools.cache
def _said(
    words: tuple[str, ...], voice: str, speed: int
) -> tuple[Sound, tuple[tuple[float, float], ...]]:
    sound, phones = _voice().speak(words, Manner(variant=voice, speed=speed))
    parts = [[phone for phone in phones if phone.word == at] for at in range(len(words))]
    return sound, tuple((part[0].begin, part[-1].end) for part in parts)


@functools.cache
def _voice() -> Voice:
    try:
        return Voice(espeak_library(here()))
    except (NotReady, OSError):
        absent("espeak-ng")

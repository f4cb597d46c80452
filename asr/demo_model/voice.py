"""The voice of espeak-ng, with the time of every sound it makes.

espeak-ng's library is used directly: its program does not tell the times. The voice keeps state
from one sentence to the next; who wants the same sound twice begins in a fresh process.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from asr.demo_model.sound import RATE, Sound, resampled
from asr.demo_model.words import PINYIN

VOICE = "cmn-latn-pinyin"  # the voice ``cmn`` does not read many common characters
LIBRARY = "libespeak-ng.so.1"
SILENCE = "SIL"
WORD, PHONEME = 1, 7  # espeak_EVENT_TYPE
SYNCHRONOUS, PHONEME_EVENTS, UTF8 = 2, 1, 1  # of speak_lib.h
SPEED, PITCH, PITCH_RANGE = 1, 3, 4  # espeak_PARAMETER
PLAIN = 50  # a warp that changes nothing
CLOSURE_SECONDS = 0.08  # a shorter gap before a word is part of its first sound
MISSING = re.compile(r"^(lib[^:/]+\.so[.0-9]*): cannot open shared object file")


class NoVoice(OSError):
    """espeak-ng cannot speak here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One sound: from when to when (seconds), and in which word of the sentence (-1: in none)."""

    name: str
    begin: float
    end: float
    word: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How something is said. ``warp``/50 scales tempo, pitch and formants together."""

    variant: str = ""
    speed: int = 160
    pitch: int = 50
    pitch_range: int = 50
    warp: int = PLAIN


PLAINLY = Manner()


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int), ("uid", ctypes.c_uint), ("text_position", ctypes.c_int),
        ("length", ctypes.c_int), ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p), ("string", ctypes.c_char * 8),
    )  # fmt: skip


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class Voice:
    """espeak-ng, loaded. ``library`` is its file; None: the machine's own. Raises NoVoice.

    A private copy finds its own libraries and its data beside itself. One thread at a time
    may speak, with whichever of them.
    """

    def __init__(self, library: Path | None = None) -> None:
        folder = library.parent if library else None
        self._lib = _loaded(str(library or LIBRARY), folder)
        self._sound: list[Sound] = []
        self._events: list[tuple[int, int, str]] = []
        self._callback = _CALLBACK(self._heard)  # kept: the library holds only its address
        has_data = folder is not None and (folder / "espeak-ng-data").is_dir()
        data = str(folder).encode() if has_data else None
        self._rate = self._lib.espeak_Initialize(SYNCHRONOUS, 0, data, PHONEME_EVENTS)
        if self._rate <= 0:
            raise NoVoice("espeak_Initialize failed: its data is missing")

    def speak(
        self, words: Sequence[str], manner: Manner = PLAINLY, pauses: Collection[int] = ()
    ) -> tuple[Sound, list[Phone]]:
        """Sound at 8 kHz and what was said when. ``pauses``: after the words with these places.

        ``words`` are of the vocabulary, or numbered pinyin.
        """
        self._sound.clear()
        self._events.clear()
        self._lib.espeak_SetSynthCallback(self._callback)  # the library knows one at a time
        name = f"{VOICE}+{manner.variant}" if manner.variant else VOICE
        if self._lib.espeak_SetVoiceByName(name.encode()) != 0:
            raise NoVoice(f"espeak-ng has no voice {name}")
        for what, value in (
            (SPEED, manner.speed), (PITCH, manner.pitch), (PITCH_RANGE, manner.pitch_range)
        ):  # fmt: skip
            self._lib.espeak_SetParameter(what, value, 0)
        said = (PINYIN.get(word, word) + "," * (at in pauses) for at, word in enumerate(words))
        text = " ".join(said).encode()
        self._lib.espeak_Synth(text, len(text) + 1, 0, 0, 0, UTF8, None, None)
        self._lib.espeak_Synchronize()
        whole = np.concatenate(self._sound).astype(np.float64)
        source = self._rate * manner.warp // PLAIN
        return resampled(whole, source, RATE), _phones(self._events, len(whole), source)

    def _heard(self, sound: Any, count: int, events: Any) -> int:
        if sound and count > 0:
            self._sound.append(np.ctypeslib.as_array(sound, (count,)).copy())
        at = 0
        while events[at].type != 0:
            event = events[at]
            if event.type in (WORD, PHONEME):
                name = event.string.decode() if event.type == PHONEME else ""
                self._events.append((event.type, event.sample, name))
            at += 1
        return 0


def _loaded(name: str, folder: Path | None) -> ctypes.CDLL:
    """The library; what it needs and the loader does not find is taken from beside it."""
    for _ in range(64):
        try:
            return ctypes.CDLL(name, ctypes.RTLD_GLOBAL)
        except OSError as failed:
            missing = MISSING.match(str(failed))
            beside = _beside(missing[1], folder) if missing and folder else None
            if beside is None or str(beside) == name:
                raise NoVoice(f"{name}: {failed}") from failed
            _loaded(str(beside), folder)
    raise NoVoice(name)


def _beside(name: str, folder: Path) -> Path | None:
    return next((path for path in (folder / name, *sorted(folder.glob(f"*/{name}")))
                 if path.exists()), None)  # fmt: skip


def _phones(events: Sequence[tuple[int, int, str]], length: int, rate: int) -> list[Phone]:
    starts = [sample for kind, sample, _ in events if kind == PHONEME]
    ends = iter([*starts[1:], length])
    phones: list[Phone] = []
    word, closure = -1, -1
    for kind, sample, name in events:
        if kind == WORD:
            word += 1
            continue
        end = next(ends)
        begin, closure = (closure if closure >= 0 else sample), -1
        sound = name.lstrip("',")  # espeak-ng 1.52 puts the stress mark before the vowel
        if sound == "_|" and end - sample < CLOSURE_SECONDS * rate:
            closure = begin
        elif sound.startswith("_"):
            phones.append(Phone(name=SILENCE, begin=begin / rate, end=end / rate, word=-1))
        elif not sound.startswith("("):  # a change of language has no length
            phones.append(Phone(name=sound, begin=begin / rate, end=end / rate, word=word))
    return phones

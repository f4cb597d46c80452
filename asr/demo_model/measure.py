"""How well a model hears voices that it was never trained on, clean and by telephone."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from asr.demo_model.examples import HELD_OUT_VARIANTS
from asr.demo_model.sentences import random_words, sentence
from asr.demo_model.sound import CLEAN, PHONE, RATE, Sound, pcm, resampled, through
from asr.demo_model.voice import Manner, Voice
from asr.recognizer import MOST_PIECE_SECONDS, Engine
from asr.segment import Utterance

SEED = 4242
CHANNELS = {"clean": CLEAN, "phone": PHONE}
KINDS: dict[str, Callable[[random.Random], list[str]]] = {
    "sentences": sentence,
    "random words": random_words,
}
SPEEDS, PITCHES = (125, 145, 165, 190, 210), (30, 45, 60, 70)
BEFORE_SECONDS, AFTER_SECONDS = 0.5, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Words that were said one way, and how many of them were heard wrong."""

    kind: str
    channel: str
    words: int
    errors: int

    @property
    def rate(self) -> float:
        """Errors per word: substitutions, insertions and deletions."""
        return self.errors / self.words


def measured(engine: Engine, voice: Voice, *, count: int) -> list[Heard]:
    """``count`` sentences of each kind by each channel; the same every time."""
    return [_heard(engine, voice, kind, channel, count) for kind in KINDS for channel in CHANNELS]


def _heard(engine: Engine, voice: Voice, kind: str, channel: str, count: int) -> Heard:
    rng, numbers = random.Random(SEED), np.random.default_rng(SEED)  # noqa: S311 - sentences
    said = wrong = 0
    for at in range(count):
        words = KINDS[kind](rng)
        manner = Manner(
            variant=HELD_OUT_VARIANTS[at % len(HELD_OUT_VARIANTS)],
            speed=rng.choice(SPEEDS),
            pitch=rng.choice(PITCHES),
        )
        spoken, _ = voice.speak(words, manner)
        around = (int(BEFORE_SECONDS * RATE), int(AFTER_SECONDS * RATE))
        arrived = through(np.pad(spoken, around), CHANNELS[channel], numbers)
        said += len(words)
        wrong += errors(words, understood(engine, arrived))
    return Heard(kind=kind, channel=channel, words=said, errors=wrong)


def understood(engine: Engine, sound: Sound) -> list[str]:
    """The words that the model hears in this sound, at the rate that it wants."""
    rate = engine.model.rate
    data = pcm(sound if rate == RATE else resampled(sound, RATE, rate))
    recognizer = engine.recognizer(rate)
    step = int(rate * MOST_PIECE_SECONDS / 5) * 2
    told = [recognizer.feed(data[at : at + step]) for at in range(0, len(data), step)]
    told.append(recognizer.finish())
    return [word.raw for one in told if isinstance(one, Utterance) for word in one.words]


def errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """The least number of words to change, add or leave out (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(said, 1):
        before, row[0] = row[:], at
        for place, other in enumerate(heard, 1):
            changed = before[place - 1] + (word != other)
            row[place] = min(before[place] + 1, row[place - 1] + 1, changed)
    return row[-1]

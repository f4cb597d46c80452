"""What the network is trained on: random sentences, random channels, and what sounds when."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from asr.demo_model.features import FRAME_SECONDS, SHIFT_SECONDS, mfcc
from asr.demo_model.sentences import pseudo_words, random_words, sentence
from asr.demo_model.sound import NOISES, RATE, Channel, Sound, mulaw, noise, through
from asr.demo_model.voice import PLAIN, SILENCE, Manner, Phone, Voice
from asr.demo_model.words import PINYIN

TRAINING_VARIANTS = (
    "", "m1", "m2", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f4", "f5", "Alex", "Andy", "Annie",
    "Denis", "Diogo", "Jacky", "Mario", "Nguyen", "linda", "steph", "adam", "victor", "rob", "paul",
    "max", "john", "edward", "aunty", "grandma", "grandpa", "caleb", "miguel", "travis", "shelby",
)  # fmt: skip
HELD_OUT_VARIANTS = ("m3", "f3", "Michael", "belinda")  # never trained on: tests speak with them
COPIES = 2  # of each sentence, by different channels
SEEDS = 100_000  # seeds of one build; the next build's begin after them
AT_ONCE = 5  # words of the sentences that take every word in turn
NOISE_SEED = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """One piece of sound: features, and the phone of each frame."""

    features: npt.NDArray[np.float16]
    phones: list[str]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A sentence by ``COPIES`` channels, and how each of its words was said (phones)."""

    copies: tuple[Heard, ...]
    said: tuple[tuple[str, str], ...]


def examples(seeds: range, library: Path | None) -> list[Example]:
    """One for each seed; sentences in which the voice swallowed a word are left out.

    Repeatable only in a fresh process: the voice remembers.
    """
    voice = Voice(library)
    made = (_example(seed, voice) for seed in seeds)
    return [example for example in made if example is not None]


def said_alone(library: Path | None) -> dict[str, str]:
    """The phones of every word when nothing stands beside it."""
    voice = Voice(library)
    return {
        word: " ".join(phone.name for phone in voice.speak([word])[1] if phone.word >= 0)
        for word in PINYIN
    }


def noises(count: int) -> list[Heard]:
    """Noise in which nobody speaks."""
    return [_noise(NOISE_SEED + number) for number in range(count)]


def _example(seed: int, voice: Voice) -> Example | None:
    rng, numbers = random.Random(seed), np.random.default_rng(seed)  # noqa: S311 - speech
    words = _words(seed % SEEDS, rng)
    pauses = {at for at in range(len(words) - 1) if rng.random() < 0.08}
    manner = Manner(
        variant=rng.choice(TRAINING_VARIANTS),
        speed=rng.randint(115, 225),
        pitch=rng.randint(25, 75),
        pitch_range=rng.randint(30, 70),
        warp=rng.randint(42, 61) if rng.random() < 0.6 else PLAIN,
    )
    sound, phones = voice.speak(words, manner, pauses)
    said: dict[int, list[str]] = defaultdict(list)
    for phone in phones:
        if phone.word >= 0:
            said[phone.word].append(phone.name)
    if sorted(said) != list(range(len(words))):
        return None
    before = int(numbers.uniform(0.1, 0.9) * RATE)
    after = int(numbers.uniform(0.1, 1.0) * RATE)
    whole = np.concatenate([np.zeros(before), sound, np.zeros(after)])
    copies = []
    for copy in range(COPIES):
        clean = copy == 0 and rng.random() < 0.4
        arrived = through(whole, _channel(numbers, clean=clean), numbers)
        copies.append(_heard(arrived, phones, before / RATE))
    return Example(
        tuple(copies), tuple((word, " ".join(said[at])) for at, word in enumerate(words))
    )


def _words(number: int, rng: random.Random) -> list[str]:
    every = list(PINYIN)
    if number * AT_ONCE < 4 * len(every):  # first every word in turn, so that none is missing
        random.Random(number * AT_ONCE // len(every)).shuffle(every)  # noqa: S311 - an order
        at = number * AT_ONCE % len(every)
        return every[at : at + AT_ONCE]
    return rng.choice((sentence, random_words, pseudo_words))(rng)


def _channel(numbers: np.random.Generator, *, clean: bool) -> Channel:
    uniform = numbers.uniform
    if clean:
        return Channel(gain_db=uniform(-25, 3), mulaw=numbers.random() < 0.5)
    return Channel(
        snr=uniform(3, 35),
        noise=str(numbers.choice(NOISES)),
        gain_db=uniform(-30, 6),
        band=(uniform(200, 350), uniform(3200, 3600)) if numbers.random() < 0.5 else None,
        mulaw=numbers.random() < 0.6,
        tilt=uniform(-8, 8),
    )


def _heard(sound: Sound, phones: list[Phone], before: float) -> Heard:
    features = mfcc(sound)
    names = [SILENCE] * len(features)
    for phone in phones:
        begin, end = (
            min(len(names), max(0, _first_frame(before + edge)))
            for edge in (phone.begin, phone.end)
        )
        names[begin:end] = [phone.name] * (end - begin)
    return Heard(features.astype(np.float16), names)


def _first_frame(seconds: float) -> int:
    """The first frame whose middle lies after this time."""
    return math.ceil((seconds - FRAME_SECONDS / 2) / SHIFT_SECONDS)


def _noise(seed: int) -> Heard:
    numbers = np.random.default_rng(seed)
    sound = noise(str(numbers.choice(NOISES)), int(numbers.uniform(1, 4) * RATE), numbers)
    sound = sound / np.std(sound) * 10 ** numbers.uniform(0, 3)
    features = mfcc(mulaw(sound) if numbers.random() < 0.5 else np.round(sound))
    return Heard(features.astype(np.float16), [SILENCE] * len(features))

"""Which word follows which: a bigram with back-off, counted over random sentences."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from asr.demo_model.sentences import sentence

SENTENCES = 30_000
DISCOUNT = 0.4  # taken from every count
SEEN_SHARE = 0.8  # of the probability after a word, for what was seen there
LEAST_SEEN = 2
UNIFORM_SHARE = 0.5  # of a single word's probability: orders that nobody foresaw stay possible
UNKNOWN_PROBABILITY = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Bigram:
    """Costs (-log probability): ``followers[word][next]``, else ``back_off[word] + single[next]``.

    Histories begin with ``BEGIN``; ``END`` is among what may follow.
    """

    BEGIN: ClassVar[str] = "<s>"
    END: ClassVar[str] = "</s>"

    followers: Mapping[str, Mapping[str, float]]
    back_off: Mapping[str, float]
    single: Mapping[str, float]


def counted(words: Sequence[str], unknown: str, seed: int) -> Bigram:
    """Over SENTENCES random sentences of the hotline; the same seed, the same bigram."""
    rng = random.Random(seed)  # noqa: S311 - sentences, no secrets
    single: Counter[str] = Counter(dict.fromkeys(words, 0))
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    for _ in range(SENTENCES):
        said = [Bigram.BEGIN, *sentence(rng), Bigram.END]
        for before, after in pairwise(said):
            pairs[before][after] += 1
            single[after] += 1
    total = sum(single.values())
    alone = {
        word: (1 - UNIFORM_SHARE) * count / total + UNIFORM_SHARE / len(single)
        for word, count in single.items()
    }
    alone[unknown] = UNKNOWN_PROBABILITY
    followers: dict[str, dict[str, float]] = {}
    back_off: dict[str, float] = {}
    for history in (Bigram.BEGIN, unknown, *words):
        followers[history], back_off[history] = _after(pairs[history], alone)
    cost = {word: -math.log(probability) for word, probability in alone.items()}
    return Bigram(followers=followers, back_off=back_off, single=cost)


def _after(seen: Counter[str], alone: Mapping[str, float]) -> tuple[dict[str, float], float]:
    total = seen.total()
    if not total:
        return {}, 0.0
    kept = {
        word: (count - DISCOUNT) / total * SEEN_SHARE
        for word, count in seen.items()
        if count >= LEAST_SEEN
    }
    left = 1 - sum(kept.values())
    costs = {word: -math.log(share + left * alone[word]) for word, share in kept.items()}
    return costs, -math.log(left)

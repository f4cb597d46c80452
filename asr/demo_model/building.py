"""All of a build: speech by several processes, then training, then the weights."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

from asr.demo_model.examples import SEEDS, Example, examples, noises, said_alone
from asr.demo_model.training import Pace, Say, lexicon_of, phones_of, trained
from asr.demo_model.weights import Weights

AT_ONCE = 100  # sentences of one process: the voice remembers, a fresh one does not
SENTENCES_PER_NOISE = 20


def build(
    *,
    sentences: int,
    epochs: int,
    seed: int = 1,
    jobs: int = 2,
    library: Path | None = None,
    say: Say = lambda _: None,
) -> tuple[Weights, list[Pace]]:
    """Speak, listen, learn. ``library``: espeak-ng's; None: the machine's. Raises NoVoice."""
    made: list[Example] = []
    for some in _spoken(range(seed * SEEDS, seed * SEEDS + sentences), jobs, library):
        made += some
        say(f"speech: {100 * len(made) // sentences} %")
    say(f"speech: {len(made)} sentences\n")
    lexicon = lexicon_of(made, _alone(library))
    phones = phones_of(made, lexicon)
    heard = [copy for example in made for copy in example.copies]
    heard += noises(sentences // SENTENCES_PER_NOISE)
    return trained(heard, phones, lexicon, epochs=epochs, seed=seed, say=say)


def _spoken(seeds: range, jobs: int, library: Path | None) -> Iterator[list[Example]]:
    parts = [seeds[at : at + AT_ONCE] for at in range(0, len(seeds), AT_ONCE)]
    with _processes(jobs) as pool:
        yield from pool.map(examples, parts, repeat(library))


def _alone(library: Path | None) -> dict[str, str]:
    with _processes(1) as pool:
        return pool.submit(said_alone, library).result()


def _processes(jobs: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, max_tasks_per_child=1)

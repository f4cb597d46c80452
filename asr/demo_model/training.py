"""From examples to weights: which phones there are, how they are said, and the network itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from asr.demo_model.adam import Adam, learning_rate
from asr.demo_model.examples import Example, Heard
from asr.demo_model.features import CEPS
from asr.demo_model.net import CONTEXT, EVERY, Network
from asr.demo_model.voice import SILENCE
from asr.demo_model.weights import OFFSETS, Layer, Weights
from asr.demo_model.words import PINYIN

CHUNK = 150  # frames of one piece of training
BATCH = 64  # pieces at once
HIDDEN = 128
PRONUNCIATION_SHARE = 0.2  # rarer ways to say a word are left out
RARE_PHONE = 50  # a phone outside the vocabulary counts when one sentence in so many has it
NO_PHONE = -1
SILENCE_MOST = 3.0  # times the most frequent phone: silence must not be too cheap to leave

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How training went: the mean loss and share of right frames of one epoch."""

    loss: float
    accuracy: float


def lexicon_of(made: Iterable[Example], alone: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """How each word is said: alone, and in enough of its sentences."""
    ways: dict[str, Counter[str]] = defaultdict(Counter)
    for example in made:
        for word, phones in example.said:
            if word in PINYIN:
                ways[word][phones] += 1
    for word, phones in alone.items():
        ways[word][phones] += 1
    return {
        word: tuple(
            way for way, count in ways[word].items()
            if count >= PRONUNCIATION_SHARE * ways[word].total()
        )
        for word in PINYIN
    }  # fmt: skip


def phones_of(made: Sequence[Example], lexicon: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Silence, then every phone of the lexicon and those that pseudo-words have often enough."""
    heard = Counter(
        phone for example in made for _, phones in example.said for phone in phones.split()
    )
    frequent = {phone for phone, count in heard.items() if count >= len(made) // RARE_PHONE}
    spoken = {phone for ways in lexicon.values() for way in ways for phone in way.split()}
    return (SILENCE, *sorted(spoken | frequent))


def trained(
    heard: Sequence[Heard],
    phones: tuple[str, ...],
    lexicon: Mapping[str, tuple[str, ...]],
    *,
    epochs: int,
    seed: int,
    say: Say = lambda _: None,
) -> tuple[Weights, list[Pace]]:
    """The same examples and seed give the same weights (on one machine, with as many threads)."""
    known = set(phones)
    usable = [one for one in heard if known.issuperset(one.phones)]
    pieces = _Pieces(usable, phones)
    rng = np.random.default_rng(seed)
    network = Network(CEPS, HIDDEN, len(phones), rng)
    optimiser = Adam(network.parameters)
    steps = max(1, len(pieces.begins) // BATCH)
    paces = []
    for epoch in range(epochs):
        order = rng.permutation(len(pieces.begins))
        losses, accuracies = [], []
        for step in range(steps):
            chosen = order[step * BATCH : (step + 1) * BATCH]
            loss, accuracy = network.learn(*pieces.batch(chosen, int(rng.integers(EVERY))))
            optimiser.step(learning_rate(epoch * steps + step, epochs * steps))
            losses.append(loss)
            accuracies.append(accuracy)
            if step % 20 == 0:
                say(f"epoch {epoch + 1}/{epochs}: {100 * step // steps} %")
        paces.append(Pace(float(np.mean(losses)), float(np.mean(accuracies))))
        say(
            f"epoch {epoch + 1}/{epochs}: loss {paces[-1].loss:.3f}, "
            f"frames right {100 * paces[-1].accuracy:.1f} %\n"
        )
    loops, priors = _durations(heard, phones)
    layers = _folded(network, pieces.mean, pieces.deviation)
    weights = Weights(
        layers=layers, phones=phones, self_loops=loops, priors=priors, lexicon=lexicon
    )
    return weights, paces


class _Pieces:
    """All frames in one array, each recording with its edges repeated around it."""

    def __init__(self, heard: Sequence[Heard], phones: tuple[str, ...]) -> None:
        number = {phone: at for at, phone in enumerate(phones)}
        after = CONTEXT + CHUNK + EVERY
        begins, length = [], 0
        for one in heard:
            begins += [length + at for at in range(0, len(one.phones), CHUNK)]
            length += CONTEXT + len(one.phones) + after
        self.begins = np.array(begins)
        self._frames = np.empty((length, CEPS), np.float16)
        self._phones = np.full(length, NO_PHONE, np.int16)
        at = 0
        for one in heard:
            begin, end = at + CONTEXT, at + CONTEXT + len(one.phones)
            self._frames[at:begin] = one.features[:1]
            self._frames[begin:end] = one.features
            self._frames[end : end + after] = one.features[-1:]
            self._phones[begin:end] = [number[phone] for phone in one.phones]
            at = end + after
        self.mean, self.deviation = _spread([one.features for one in heard])

    def batch(
        self, chosen: npt.NDArray[np.intp], shift: int
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.intp]]:
        """Normalised frames with their context, and the phone of every third."""
        begins = self.begins[chosen] + shift
        frames = self._frames[begins[:, None] + np.arange(CHUNK + 2 * CONTEXT)]
        normed = (frames.astype(np.float32) - self.mean) / self.deviation
        wanted = self._phones[begins[:, None] + np.arange(CONTEXT, CONTEXT + CHUNK, EVERY)]
        return normed, wanted.astype(np.intp)


def _spread(
    features: Sequence[npt.NDArray[np.float16]],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    count = sum(map(len, features))
    mean = sum(one.sum(0, dtype=np.float64) for one in features) / count
    square = sum(((one - mean) ** 2).sum(0) for one in features) / count
    return np.asarray(mean, np.float32), np.asarray(np.sqrt(square), np.float32)


def _durations(
    heard: Sequence[Heard], phones: tuple[str, ...]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """How likely each phone goes on for another 30 ms, and how much of all time it has."""
    frames: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    for one in heard:
        frames.update(one.phones)
        runs.update(
            phone for at, phone in enumerate(one.phones) if at == 0 or one.phones[at - 1] != phone
        )
    loops = tuple(
        min(0.95, max(0.2, 1 - 1 / max(1.2, frames[phone] / max(1, runs[phone]) / EVERY)))
        for phone in phones
    )
    counts = np.array([max(1, frames[phone]) for phone in phones], float)
    counts[0] = min(counts[0], counts[1:].max() * SILENCE_MOST)
    return loops, tuple((counts / counts.sum()).tolist())


def _folded(
    network: Network, mean: npt.NDArray[np.float32], deviation: npt.NDArray[np.float32]
) -> tuple[Layer, ...]:
    """Batch norm and the input's normalisation become part of the affine layers."""
    layers = []
    for at, hidden in enumerate(network.hidden):
        gain = hidden.scale.value / np.sqrt(hidden.variance + np.float32(1e-5))
        weight = hidden.weight.value * gain[:, None]
        bias = hidden.shift.value - hidden.mean * gain
        if at == 0:
            width = len(OFFSETS[0])
            weight = weight / np.tile(deviation, width)
            bias = bias - weight @ np.tile(mean, width)
        layers.append(Layer(OFFSETS[at], weight, bias))
    layers.append(Layer(OFFSETS[-1], network.output.value, network.bias.value))
    return tuple(layers)

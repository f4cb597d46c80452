"""The two graphs of a model: sounds to words (HCLr.fst) and words to sentences (Gr.fst). PURE.

They lie apart, as in the official small models, so that a recogniser may replace the second by a
list of words. Plain ``vector`` transducers do: Vosk composes them as it goes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from asr.demo_model.bigram import Bigram
from asr.demo_model.fst import EPSILON, Fst, SortedBy

SILENCE = "SIL"
UNKNOWN = "[unk]"
NO_SILENCE_COST, SILENCE_COST = 0.5, 0.9  # after a word
FILLER_COST = 4.5  # of each sound of [unk]
POSITIONS = {"B": "begin", "E": "end", "I": "internal", "S": "singleton"}


@dataclass(frozen=True, slots=True)
class Sounds:
    """The phones of the network, each in four positions of a word, so that words have times."""

    phones: Sequence[str]
    self_loops: Sequence[float]

    @property
    def names(self) -> list[str]:
        """By number, from 1."""
        return [SILENCE, *(f"{phone}_{at}" for phone in self.phones[1:] for at in POSITIONS)]

    @property
    def pdfs(self) -> list[int]:
        """Which output of the network each of ``names`` is."""
        place = {phone: at for at, phone in enumerate(self.phones)}
        return [place[name if name == SILENCE else name[:-2]] for name in self.names]

    @property
    def loops(self) -> list[float]:
        """The probability of staying, of each of ``names``."""
        return [self.self_loops[pdf] for pdf in self.pdfs]

    def word_boundary(self) -> str:
        """graph/phones/word_boundary.int."""
        kinds = ("nonword" if name == SILENCE else POSITIONS[name[-1]] for name in self.names)
        return "".join(f"{number} {kind}\n" for number, kind in enumerate(kinds, 1))


def word_numbers(words: Iterator[str] | Sequence[str]) -> dict[str, int]:
    """Every word's number, ``[unk]`` first."""
    return {word: number for number, word in enumerate((UNKNOWN, *words), 1)}


def words_txt(numbers: Mapping[str, int]) -> str:
    """graph/words.txt."""
    return "<eps> 0\n" + "".join(f"{word} {number}\n" for word, number in numbers.items())


def sounds_to_words(
    sounds: Sounds, lexicon: Mapping[str, Sequence[str]], numbers: Mapping[str, int]
) -> Fst:
    """A loop of words: a chain of phones for each way to say one, silence after it or not."""
    made = _Loop(sounds)
    for word, ways in lexicon.items():
        entry = made.fst.state()
        made.fst.arc(made.loop, EPSILON, numbers[word], 0.0, entry)
        for way in ways:
            phones = way.split()
            inner = ["B", *"I" * (len(phones) - 2), "E"] if len(phones) > 1 else ["S"]
            at = entry
            for phone, position in zip(phones, inner, strict=True):
                after = made.fst.state()
                made.sound(at, f"{phone}_{position}", after)
                at = after
            made.silence_or_not(at, made.loop)
    made.unknown_word(numbers[UNKNOWN])
    made.fst.sort(SortedBy.OUTPUT)
    return made.fst


def words_to_sentences(bigram: Bigram, numbers: Mapping[str, int]) -> Fst:
    """The bigram with its back-off, as an acceptor."""
    fst = Fst()
    place = {history: fst.state() for history in bigram.followers}
    back = fst.state()
    fst.start = place[Bigram.BEGIN]
    ways = [(place[history], costs) for history, costs in bigram.followers.items()]
    for state, costs in [*ways, (back, bigram.single)]:
        for word, cost in costs.items():
            if word == Bigram.END:
                fst.finals[state] = cost
            else:
                fst.arc(state, numbers[word], numbers[word], cost, place[word])
    for history, cost in bigram.back_off.items():
        fst.arc(place[history], EPSILON, EPSILON, cost, back)
    fst.sort(SortedBy.INPUT)
    return fst


class _Loop:
    """The transducer in the making: ``loop`` is where a word may begin and all may end."""

    def __init__(self, sounds: Sounds) -> None:
        self.fst = Fst()
        self._number = {name: at for at, name in enumerate(sounds.names)}
        self._loops = sounds.loops
        self.fst.start, self.loop = self.fst.state(), self.fst.state()
        self.fst.finals[self.loop] = 0.0
        self.silence_or_not(self.fst.start, self.loop)

    def sound(self, source: int, name: str, target: int) -> None:
        """Enter a phone, then stay: Kaldi's reordered transitions."""
        at = self._number[name]
        stay = self._loops[at]
        self.fst.arc(source, 2 * at + 2, EPSILON, -math.log(1 - stay), target)
        self.fst.arc(target, 2 * at + 1, EPSILON, -math.log(stay), target)

    def silence_or_not(self, source: int, target: int) -> None:
        quiet, before = self.fst.state(), self.fst.state()
        self.fst.arc(source, EPSILON, EPSILON, NO_SILENCE_COST, target)
        self.fst.arc(source, EPSILON, EPSILON, SILENCE_COST, before)
        self.sound(before, SILENCE, quiet)
        self.fst.arc(quiet, EPSILON, EPSILON, 0.0, target)

    def unknown_word(self, number: int) -> None:
        """Any two phones or more, each at a price: foreign speech need not be forced into words."""
        entry, middle, end = self.fst.state(), self.fst.state(), self.fst.state()
        self.fst.arc(self.loop, EPSILON, number, 0.0, entry)
        ways = {"B": (entry, middle), "I": (middle, middle), "E": (middle, end)}
        for name in self._number:
            if name != SILENCE and name[-1] in ways:
                source, target = ways[name[-1]]
                before, after = self.fst.state(), self.fst.state()
                self.fst.arc(source, EPSILON, EPSILON, FILLER_COST, before)
                self.sound(before, name, after)
                self.fst.arc(after, EPSILON, EPSILON, 0.0, target)
        self.silence_or_not(end, self.loop)

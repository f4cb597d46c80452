"""Laws of the graphs and of the files around them."""

import math
import struct

from asr.demo_model.bigram import Bigram, counted
from asr.demo_model.fst import Fst, SortedBy
from asr.demo_model.graph import (
    Sounds,
    sounds_to_words,
    word_numbers,
    words_to_sentences,
    words_txt,
)
from asr.demo_model.words import PINYIN

SOUNDS = Sounds(("SIL", "a", "b"), (0.5, 0.6, 0.7))
LEXICON = {"一": ("a",), "二": ("b a", "a b a")}


def read(fst: Fst) -> tuple[int, int, list[list[tuple[int, int, float, int]]], list[float]]:
    """(properties, start, arcs of each state, cost of ending there) from the bytes."""
    data = fst.bytes()
    magic, at = struct.unpack_from("<i", data)[0], 4
    assert magic == 2125659606
    for name in (b"vector", b"standard"):
        (length,) = struct.unpack_from("<i", data, at)
        assert data[at + 4 : at + 4 + length] == name
        at += 4 + length
    version, _, properties, start, states, arcs = struct.unpack_from("<iiQqqq", data, at)
    at += struct.calcsize("<iiQqqq")
    assert version == 2
    found, ends = [], []
    for _ in range(states):
        end, count = struct.unpack_from("<fq", data, at)
        at += 12
        found.append([struct.unpack_from("<iifi", data, at + 16 * one) for one in range(count)])
        at += 16 * count
        ends.append(end)
    assert at == len(data)
    assert sum(map(len, found)) == arcs
    return properties, start, found, ends


def test_phones_have_four_positions() -> None:
    """Silence is one; each other phone is begin, end, inner, single of one output of the net."""
    assert SOUNDS.names == ["SIL", "a_B", "a_E", "a_I", "a_S", "b_B", "b_E", "b_I", "b_S"]
    assert SOUNDS.pdfs == [0, 1, 1, 1, 1, 2, 2, 2, 2]
    assert SOUNDS.loops[:2] == [0.5, 0.6]
    assert SOUNDS.word_boundary().splitlines()[:5] == [
        "1 nonword", "2 begin", "3 end", "4 internal", "5 singleton"
    ]  # fmt: skip


def test_words_are_numbered_from_the_unknown_one() -> None:
    """0 is nothing, 1 is [unk]."""
    numbers = word_numbers(tuple(LEXICON))
    assert numbers == {"[unk]": 1, "一": 2, "二": 3}
    assert words_txt(numbers) == "<eps> 0\n[unk] 1\n一 2\n二 3\n"


def test_the_sounds_of_a_word_lead_to_it() -> None:
    """Arcs are sorted by word; every way to say a word begins with it, ends may be anywhere."""
    numbers = word_numbers(tuple(LEXICON))
    properties, start, arcs, ends = read(sounds_to_words(SOUNDS, LEXICON, numbers))
    assert properties & SortedBy.OUTPUT
    assert all(state == sorted(state, key=lambda arc: arc[1]) for state in arcs)
    assert [cost for cost in ends if cost != math.inf] == [0.0]
    loop = ends.index(0.0)
    assert start != loop
    entries = {word: target for _, word, _, target in arcs[loop] if word}
    assert sorted(entries) == [1, 2, 3]
    single = 2 * SOUNDS.names.index("a_S") + 2  # leaving a phone has an even number
    assert [one for one, *_ in arcs[entries[2]]] == [single]
    ways = {SOUNDS.names[(one - 2) // 2] for one, *_ in arcs[entries[3]]}
    assert ways == {"b_B", "a_B"}


def test_a_phone_costs_what_its_length_says() -> None:
    """Entering costs -log(1 - loop), staying -log(loop)."""
    _, _, arcs, _ = read(sounds_to_words(SOUNDS, LEXICON, word_numbers(tuple(LEXICON))))
    costs = {one: cost for state in arcs for one, _, cost, _ in state if one}
    at = SOUNDS.names.index("b_B")
    assert math.isclose(costs[2 * at + 2], -math.log(0.3), rel_tol=1e-6)
    assert math.isclose(costs[2 * at + 1], -math.log(0.7), rel_tol=1e-6)


def test_the_bigram_adds_up_to_one() -> None:
    """After every word, what may follow has probability one in all, back-off included."""
    words = tuple(PINYIN)
    pairs = counted(words, "[unk]", 1)
    after = {word: math.exp(-cost) for word, cost in pairs.single.items()}
    assert math.isclose(sum(after.values()) - after["[unk]"], 1.0, rel_tol=1e-9)
    for history in (Bigram.BEGIN, "投诉", "着火"):
        back = math.exp(-pairs.back_off[history])
        seen = {word: math.exp(-cost) for word, cost in pairs.followers[history].items()}
        rest = sum(after[word] for word in after if word not in seen and word != "[unk]")
        assert math.isclose(sum(seen.values()) + back * rest, 1.0, rel_tol=1e-9)


def test_every_word_may_be_said_anywhere() -> None:
    """Sorted by word, one state a history, and the back-off state has every word."""
    words = tuple(PINYIN)
    numbers = word_numbers(words)
    properties, start, arcs, ends = read(words_to_sentences(counted(words, "[unk]", 1), numbers))
    assert properties & SortedBy.INPUT
    assert all(state == sorted(state) for state in arcs)
    (back,) = {target for one, _, _, target in arcs[start] if one == 0}
    assert {one for one, *_ in arcs[back]} == set(numbers.values())
    assert ends[back] != math.inf
    assert len(arcs) == len(words) + 3

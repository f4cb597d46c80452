"""Laws of what the demo model knows."""

import random

from asr.demo_model.sentences import pseudo_words, random_words, sentence
from asr.demo_model.weights import load
from asr.demo_model.words import PINYIN
from config.message_settings import Intake
from tests.peers.speaker import NO, SENTENCES, YES


def test_every_sentence_is_of_the_vocabulary() -> None:
    """No template names a word that the model does not know, and every word is in one."""
    rng = random.Random(0)
    said = {word for _ in range(20_000) for word in sentence(rng)}
    assert said == set(PINYIN)
    assert set(random_words(rng)) <= said


def test_every_emergency_word_can_be_spoken() -> None:
    """Each word that raises an alarm is one of the vocabulary, or several in a row."""
    for word in Intake().emergency_words:
        left = word
        while left:
            known = max((one for one in PINYIN if left.startswith(one)), key=len, default="")
            assert known, f"{word}: {left} cannot be said"
            left = left.removeprefix(known)


def test_words_can_be_told_apart() -> None:
    """No two words sound the same without their tones, but for two digits and a verb."""
    spoken = {
        word: "".join(letter for letter in pinyin if not letter.isdigit())
        for word, pinyin in PINYIN.items()
    }
    same = {
        frozenset(other for other in PINYIN if spoken[other] == spoken[word]) for word in PINYIN
    }
    assert {pair for pair in same if len(pair) > 1} == {frozenset({"要", "幺"})}


def test_pseudo_words_are_syllables_with_tones() -> None:
    """What trains every sequence of sounds can be read by the voice."""
    assert all(word.isascii() and word[-1] in "1234" for word in pseudo_words(random.Random(1)))


def test_the_weights_that_we_ship_know_the_same_words() -> None:
    """A word added to the table needs a new build."""
    assert list(load().lexicon) == list(PINYIN)


def test_the_sentences_of_tests_are_of_the_vocabulary() -> None:
    """A test cannot say what the model does not know."""
    said = " ".join((*SENTENCES, YES, NO)).split()
    assert set(said) <= set(PINYIN)

"""The door to vosk: right words at the right times, and none of its ways to end the process."""

from itertools import pairwise

import numpy as np
import pytest

from asr.demo_model.sound import PHONE, pcm
from asr.errors import GrammarRefused, ModelUnusable
from asr.models import look
from asr.recognizer import MOST_PIECE_SECONDS, Partial, Recognizer
from asr.resample import Doubler
from asr.segment import Utterance
from asr.vosk_local import VoskEngine
from tests.peers.speaker import (
    FIRE,
    GAS,
    NOISE,
    NUMBER,
    call_of,
    model_folder,
    seconds_of,
    speak,
)


@pytest.fixture(scope="module", params=["demo-8k", "demo-16k"])
def engine(request: pytest.FixtureRequest) -> VoskEngine:
    """A model that takes 8000 samples a second, and one that refuses them."""
    return VoskEngine(look(model_folder(request.param)))


def hears(
    recognizer: Recognizer, sound: bytes, seconds: float = 0.1, rate: int = 8000
) -> list[Partial | Utterance]:
    """Everything it says to this, piece by piece, and at the end."""
    size = int(2 * rate * seconds)
    said = [recognizer.feed(sound[at : at + size]) for at in range(0, len(sound), size)]
    return [each for each in (*said, recognizer.finish()) if each is not None]


def finals(said: list[Partial | Utterance]) -> list[Utterance]:
    """The utterances."""
    return [each for each in said if isinstance(each, Utterance)]


def test_telephone_sound_into_either_model(engine: VoskEngine) -> None:
    """8000 samples a second, noise, mu-law: two sentences, two utterances."""
    sound = pcm(call_of([NOISE, GAS], channel=PHONE))
    said = finals(hears(engine.recognizer(8000), sound))
    assert [each.raw for each in said] == [NOISE, GAS]


@pytest.mark.parametrize("seconds", [0.02, 0.1, MOST_PIECE_SECONDS])
def test_the_size_of_a_piece_is_no_matter(engine: VoskEngine, seconds: float) -> None:
    """Up to the most that is allowed."""
    sound = pcm(call_of([NOISE, GAS]))
    said = finals(hears(engine.recognizer(8000), sound, seconds))
    assert [each.raw for each in said] == [NOISE, GAS]


def test_word_times(engine: VoskEngine) -> None:
    """Within 0.15 s of the voice's own; also after a finish, and after a change of words."""
    recognizer = engine.recognizer(8000)
    sound = pcm(speak(GAS))
    for turn in range(3):
        [utterance] = finals(hears(recognizer, sound))
        before = 0.5 + turn * len(sound) / 16000
        for word, (begin, end) in zip(utterance.words, seconds_of(GAS), strict=True):
            assert word.begin_seconds == pytest.approx(before + begin, abs=0.15)
            assert word.end_seconds == pytest.approx(before + end, abs=0.15)
        if turn == 1:
            recognizer.restrict(("中山路", "燃气 泄漏"))


def test_what_is_said_is_told_once(engine: VoskEngine) -> None:
    """No partial twice in a row; it grows; none where none is wanted."""
    recognizer = engine.recognizer(8000)
    said = hears(recognizer, pcm(speak(NUMBER)))
    partials = [each.text for each in said if isinstance(each, Partial)]
    assert all(a != b for a, b in pairwise(partials))
    assert "我的电话号码是138" in partials[-1]
    recognizer.partials = False
    assert not [each for each in hears(recognizer, pcm(speak(FIRE))) if isinstance(each, Partial)]


def test_numbers_are_written_as_digits(engine: VoskEngine) -> None:
    """The line of the screen; the raw words stay."""
    [utterance] = finals(hears(engine.recognizer(8000), pcm(speak(NUMBER))))
    assert "".join(word.text for word in utterance.words) == "我的电话号码是13800138000"
    assert utterance.raw == NUMBER


def test_silence_says_nothing(engine: VoskEngine) -> None:
    """No word, no partial; it rests at an end that held no word."""
    recognizer = engine.recognizer(8000)
    assert hears(recognizer, bytes(16000 * 8)) == []
    assert recognizer.rests


def test_words_can_be_restricted_while_somebody_speaks(engine: VoskEngine) -> None:
    """Vosk itself would end the process; words it does not know are left out."""
    recognizer = engine.recognizer(8000)
    recognizer.feed(pcm(speak(NOISE))[: 2 * 1600])
    for at in range(0, 16000, 1600):
        recognizer.feed(pcm(speak(NOISE))[at : at + 1600])
    recognizer.restrict(("噪音扰民", "中山路", "量子"))
    [utterance] = finals(hears(recognizer, pcm(speak("中山路"))))
    assert utterance.raw == "中山路"
    recognizer.restrict(())
    [utterance] = finals(hears(recognizer, pcm(speak(FIRE))))
    assert utterance.raw == FIRE


@pytest.mark.parametrize("words", [("量子力学",), (" ",), ('"',), ("]", "[")])
def test_a_list_without_a_known_word_is_refused(engine: VoskEngine, words: tuple[str, ...]) -> None:
    """Vosk itself would end the process; the recogniser goes on as it was."""
    recognizer = engine.recognizer(8000)
    with pytest.raises(GrammarRefused):
        recognizer.restrict(words)
    assert [each.raw for each in finals(hears(recognizer, pcm(speak(FIRE))))] == [FIRE]


def test_sixteen_thousand_samples_a_second(engine: VoskEngine) -> None:
    """A file of that rate, into either model."""
    doubled = Doubler().doubled(pcm(speak(NOISE)))
    said = finals(hears(engine.recognizer(16000), doubled, rate=16000))
    assert [each.raw for each in said] == [NOISE]


def test_a_doubled_tone_is_the_tone() -> None:
    """1 kHz stays 1 kHz, to 60 dB, whatever the pieces; the samples that were there stay."""
    at = np.arange(4000) / 8000
    tone = np.rint(10000 * np.sin(2 * np.pi * 1000 * at)).astype("<i2").tobytes()
    doubler = Doubler()
    pieces = [doubler.doubled(tone[cut : cut + 322]) for cut in range(0, len(tone), 322)]
    whole = np.frombuffer(b"".join(pieces), "<i2").astype(float)
    assert whole.size == 2 * 4000
    assert (whole[0::2][16:] == np.frombuffer(tone, "<i2")[:-16]).all()
    steady = whole[1000:7400]
    spectrum = np.abs(np.fft.rfft(steady * np.hanning(steady.size)))
    peak = spectrum.argmax()
    assert peak * 16000 / steady.size == pytest.approx(1000, abs=3)
    spectrum[peak - 4 : peak + 5] = 0
    assert spectrum.max() < steady.max() * steady.size / 4 / 1000


def test_a_model_folder_that_vanished() -> None:
    """Between looking and loading."""
    folder = look(model_folder("demo-8k"))
    with pytest.raises(ModelUnusable):
        VoskEngine(type(folder)(folder.path / "gone", folder.model, folder.takes_less))

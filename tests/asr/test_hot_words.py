"""Names of the city are written as they are, and nothing else changes."""

from hypothesis import given
from hypothesis import strategies as st

from asr.hot_words import HotWords, readings
from asr.segment import Utterance, Word
from asr.writing import written

CITY = HotWords(["人民路", "重庆银行", "滨江大道", "江大", "Metro", ""])


def test_what_is_spoken_like_a_name_is_written_like_it() -> None:
    """Also where it has several readings; a shorter one within it is not in the way."""
    assert CITY.text("在仁民路的虫庆银航门口") == "在人民路的重庆银行门口"
    assert CITY.text("宾江大到") == "滨江大道"


def test_short_names_and_other_scripts_change_nothing() -> None:
    """Two characters are spoken like too much else."""
    assert CITY.text("将大 metro 讲大") == "将大 metro 讲大"


@given(st.text(alphabet="人仁民名路录江abc12 ，", max_size=12))
def test_no_character_is_lost_and_syllables_stay(text: str) -> None:
    """Doing it twice changes nothing more."""
    once = CITY.text(text)
    assert len(once) == len(text)
    assert CITY.text(once) == once
    assert all(a == b or readings(a) & readings(b) for a, b in zip(text, once, strict=True))


def test_words_keep_their_times_and_what_was_said() -> None:
    """The name may lie across words."""
    said = Utterance(
        words=tuple(
            Word(raw=raw, text=raw, begin_seconds=at, end_seconds=at + 0.4)
            for at, raw in enumerate(["仁", "民录", "停水"])
        )
    )
    better = CITY.utterance(said)
    assert written(better.words) == "人民路停水"
    assert [word.raw for word in better.words] == ["仁", "民录", "停水"]
    assert [word.begin_seconds for word in better.words] == [0, 1, 2]


def test_no_names_cost_nothing() -> None:
    """The very same."""
    said = Utterance(words=(Word(raw="火", text="火", begin_seconds=0, end_seconds=1),))
    assert HotWords(()).utterance(said) is said
    assert HotWords(()).text("火") == "火"

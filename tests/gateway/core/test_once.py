"""What was heard live is not read a second time from the recording."""

from datetime import UTC, datetime

from gateway.core.once import DRIFT_SECONDS, heard_live, twice
from gateway.core.transcript import Party, Segment, Source, SpokenWord


def a_segment(party: Party, source: Source, raw: str, begin: float) -> Segment:
    """Words of a third of a second each."""
    words = tuple(
        SpokenWord(text=word, begin_seconds=begin + at / 3, end_seconds=begin + (at + 1) / 3)
        for at, word in enumerate(raw.split())
    )
    return Segment(
        id="s",
        contact_id="c",
        seq=1,
        party=party,
        source=source,
        begin_seconds=begin,
        end_seconds=begin + len(words) / 3,
        at=datetime(2026, 3, 2, tzinfo=UTC),
        text=raw.replace(" ", ""),
        words=words,
        raw=raw,
    )


def test_only_live_words_of_the_same_voice_count() -> None:
    """What the other side said, and what was read before, is something else."""
    segments = (
        a_segment(Party.CITIZEN, Source.LIVE, "路灯 坏了", 3.0),
        a_segment(Party.SEAT, Source.LIVE, "您好", 3.0),
        a_segment(Party.CITIZEN, Source.RECORDING, "停水", 3.0),
    )
    assert heard_live(segments, Party.CITIZEN) == (("路灯", 3.0), ("坏了", 3.0 + 1 / 3))


def test_a_word_at_the_edge_is_there_already_although_the_times_drift() -> None:
    """The same word, so near; another word at that time, or the same one elsewhere, is not it."""
    read = (("人民路", 8.4), ("路灯", 9.0), ("坏了", 9.4))
    assert twice(read, [("坏了", 9.97)]) == {2}
    assert twice(read, [("停水", 9.4)]) == frozenset()
    assert twice(read, [("坏了", 9.4 + DRIFT_SECONDS + 0.1)]) == frozenset()


def test_one_word_that_was_heard_stands_for_one() -> None:
    """Who says a word twice, once of it in the gap, has it there twice: the nearest goes."""
    read = (("是", 5.0), ("是", 5.5))
    assert twice(read, [("是", 5.8)]) == {1}
    assert twice(read, [("是", 5.8), ("是", 5.6)]) == {0, 1}

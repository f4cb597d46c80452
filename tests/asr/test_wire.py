"""The words between gateway and ear: what goes in comes out, and nothing else is understood."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr import wire
from asr.segment import Model, Utterance, Word

SECONDS = st.floats(0, 1e6)
NAMES = st.text(max_size=20)
WORDS = st.builds(
    Word, raw=NAMES, text=NAMES, begin_seconds=SECONDS, end_seconds=SECONDS, confidence=SECONDS
)
UTTERANCES = st.builds(Utterance, words=st.lists(WORDS, min_size=1, max_size=4).map(tuple))
MODELS = st.builds(Model, name=NAMES, rate=st.just(8000), demo=st.booleans())
KINDS = (*get_args(wire.Command), *get_args(wire.Report))
OWN = {
    "rank": st.tuples(st.integers(0, 9), SECONDS),
    "words": st.lists(NAMES, max_size=3).map(tuple),
    "utterance": UTTERANCES,
    "utterances": st.lists(UTTERANCES, max_size=3).map(tuple),
    "model": st.none() | MODELS,
    "at": SECONDS,
    "seconds": SECONDS,
    "begin_seconds": SECONDS,
    "end_seconds": SECONDS,
    "live": st.booleans() | st.integers(0, 9),
}
NUMBERS = {"number", "port", "slots", "wait_ms", "most_ms", "lag_ms", "streams", "refused"}


def messages(kind: type[wire.Command | wire.Report]) -> st.SearchStrategy[object]:
    """Any message of this kind."""
    parts = {
        name: OWN.get(name, st.integers(0, 99_999) if name in NUMBERS else NAMES)
        for name in kind.__dataclass_fields__
    }
    return st.builds(kind, **parts)


@given(st.sampled_from(KINDS).flatmap(messages))
def test_what_goes_in_comes_out(message: wire.Command | wire.Report) -> None:
    """Of every kind; a line has one end, wherever its text has some."""
    line = wire.encode(message)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert wire.decode(line) == message


@given(st.binary(max_size=200))
def test_any_other_line_is_refused(line: bytes) -> None:
    """By WireError, and by nothing else."""
    with pytest.raises(wire.WireError):
        wire.decode(line)


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"[]",
        b"3",
        b'{"is":"unknown"}',
        b'{"is":"expect"}',
        b'{"is":"expect","stream":"a","rank":[1]}',
        b'{"is":"final","stream":"a","utterance":{"words":[{}]}}',
        b'{"is":"ready","port":1,"slots":1,"model":{"name":"a"}}',
    ],
)
def test_what_is_nearly_a_message_is_refused(line: bytes) -> None:
    """A part is missing, or is something else."""
    with pytest.raises(wire.WireError):
        wire.decode(line)

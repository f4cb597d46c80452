"""AudioSocket frames: any split gives the same frames, any garbage a clean refusal."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.audiosocket import (
    HEADER_BYTES,
    MOST_SOUND_BYTES,
    Frame,
    Kind,
    NotAudioSocket,
    Parser,
    frame_bytes,
)

SOUND = st.builds(
    lambda kind, samples: Frame(kind, samples * 2),
    st.sampled_from([kind for kind in Kind if Kind.SLIN8 <= kind <= Kind.SLIN48]),
    st.binary(max_size=400),
)
FRAMES = st.lists(
    st.one_of(
        SOUND,
        st.builds(lambda name: Frame(Kind.ID, name.bytes), st.uuids()),
        st.builds(lambda key: Frame(Kind.KEY, key.encode()), st.sampled_from("0123456789*#ABCD")),
        st.just(Frame(Kind.HANGUP)),
        st.builds(lambda code: Frame(Kind.ERROR, code), st.binary(max_size=256)),
    ),
    max_size=20,
)


@given(FRAMES, st.data())
def test_any_split_gives_the_same_frames(frames: list[Frame], data: st.DataObject) -> None:
    """Down to single bytes; and nothing is kept afterwards."""
    sent = b"".join(map(frame_bytes, frames))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(sent)))))
    parser = Parser()
    got = [
        frame
        for begin, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)
        for frame in parser.feed(sent[begin:end])
    ]
    assert got == frames
    assert not parser._kept


@given(st.lists(st.binary(max_size=200)))
def test_garbage_is_frames_or_a_refusal_and_keeps_little(pieces: list[bytes]) -> None:
    """Nothing else is raised, and what it keeps is less than the longest frame."""
    parser = Parser()
    refused = False
    for piece in pieces:
        try:
            parser.feed(piece)
            assert not refused
        except NotAudioSocket:
            refused = True
        assert len(parser._kept) < HEADER_BYTES + max(MOST_SOUND_BYTES, 256)


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\n",
        b"\x10\xff\xff",
        b"\x10\x00\x03abc",
        b"\x01\x00\x0f",
        b"\x03\x00\x01x",
        b"\x03\x00\x02",
        b"\x00\x00\x01",
        b"\x02\x00\x00",
        b"\xff\x01\x01",
    ],
    ids=["http", "long", "odd", "short-id", "no-key", "two-keys", "hangup", "kind", "error"],
)
def test_what_no_frame_can_be_is_refused_at_its_header(sent: bytes) -> None:
    """And the parser stays shut: a stream out of step is never read again."""
    parser = Parser()
    with pytest.raises(NotAudioSocket):
        parser.feed(sent)
    with pytest.raises(NotAudioSocket):
        parser.feed(frame_bytes(Frame(Kind.HANGUP)))


def test_frames_say_what_they_hold() -> None:
    """Rate, id and key."""
    name = uuid.uuid4()
    assert Frame(Kind.ID, name.bytes).id == str(name)
    assert Frame(Kind.KEY, b"#").key == "#"
    assert (Frame(Kind.SLIN16).rate, Frame(Kind.HANGUP).rate) == (16000, 0)
    with pytest.raises(NotAudioSocket):
        frame_bytes(Frame(Kind.SLIN8, b"odd"))

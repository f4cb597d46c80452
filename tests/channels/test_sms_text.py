"""Alphabets, parts and bills of short messages."""

import pytest
from aiosmpplib import GSM7BitCodec
from hypothesis import given
from hypothesis import strategies as st

from channels.sms_text import (
    PART_UNITS,
    SINGLE_UNITS,
    Alphabet,
    Concat,
    bill,
    cut,
    decode,
    header,
    joined,
    segments,
    unit_count,
    without_header,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=400)


@pytest.mark.parametrize(
    ("octets", "alphabet", "text"),
    [
        (bytes(range(0x20, 0x24)), Alphabet.GSM7, ' !"#'),
        (b"\x00\x02\x11\x1e\x24\x40\x5b\x60\x7b\x7f", Alphabet.GSM7, "@$_ß¤¡Ä¿äà"),
        (b"\x1b\x65\x1b\x3c1\x1b\x3e\x1b\x14", Alphabet.GSM7, "€[1]^"),
        (b"a\x1bAb\x1b", Alphabet.GSM7, "aAb"),
        (b"\x81", Alphabet.GSM7, "\ufffd"),
        ("您好🙂".encode("utf-16-be"), Alphabet.UCS2, "您好🙂"),
        ("您好".encode("gb18030"), Alphabet.GB18030, "您好"),
        ("𠮷".encode("gb18030"), Alphabet.GB18030, "𠮷"),
        (b"abc\xff", Alphabet.ASCII, "abc\ufffd"),
        (b"\xe9", Alphabet.LATIN1, "é"),
        (b"\x01\x02", Alphabet.OCTETS, ""),
        (b"\xd8\x3d", Alphabet.UCS2, "\ufffd"),
        (b"\0\0", Alphabet.UCS2, "\ufffd"),
    ],
)
def test_an_alphabet_is_read_as_its_table_says(
    octets: bytes, alphabet: Alphabet, text: str
) -> None:
    """3GPP TS 23.038 6.2.1 and its extension, UTF-16 and GB 18030; the rest is U+FFFD."""
    assert decode(octets, alphabet) == text


def test_the_default_alphabet_is_the_one_that_others_read() -> None:
    """Every septet, and every one behind an escape, as aiosmpplib's own table has it."""
    others = GSM7BitCodec()
    for octets in [bytes([one]) for one in range(128) if one != 0x1B]:
        assert decode(octets, Alphabet.GSM7) == others.decode(octets)[0]
    for one in (0x0A, 0x14, 0x28, 0x29, 0x2F, 0x3C, 0x3D, 0x3E, 0x40, 0x65):
        octets = bytes([0x1B, one])
        assert decode(octets, Alphabet.GSM7) == others.decode(octets)[0]


@given(st.binary(max_size=300), st.sampled_from(Alphabet))
def test_whatever_comes_is_a_text_that_the_store_can_hold(data: bytes, alphabet: Alphabet) -> None:
    """No error, no NUL, no half of a pair; the same for what claims to have a header."""
    _, body = without_header(data)
    for one in (data, body):
        text = decode(one, alphabet)
        text.encode()
        assert "\0" not in text


@given(TEXTS)
def test_parts_fit_and_say_the_text(text: str) -> None:
    """70 units alone, 67 in a row; no character is cut, nothing is lost, nothing is empty."""
    parts = cut(text)
    assert "".join(parts) == text
    if len(parts) == 1:
        assert unit_count(text) <= SINGLE_UNITS
    else:
        assert unit_count(text) > SINGLE_UNITS
        assert all(0 < unit_count(part) <= PART_UNITS for part in parts)
        assert all(unit_count(part) >= PART_UNITS - 1 for part in parts[:-1])
    assert bill(text, 45).mils == 45 * len(parts)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("好" * 70, 1),
        ("好" * 71, 2),
        ("好" * 134, 2),
        ("好" * 135, 3),
        ("a" * 70, 1),
        ("a" * 71, 2),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
        ("好" + "🙂" * 66, 2),
        ("🙂" * 67, 3),
    ],
)
def test_it_is_billed_as_carriers_bill(text: str, parts: int) -> None:
    """By units of UTF-16, letters like characters; a pair that does not fit moves on whole."""
    assert bill(text, 0).parts == parts


@given(TEXTS, st.integers(0, 70_000))
def test_a_header_says_which_part_it_is(text: str, reference: int) -> None:
    """Six octets, 140 at most with them, and read back what was written."""
    made = segments(text, reference)
    read = []
    for one in made:
        assert len(one.data) <= 140
        concat, body = without_header(one.data) if one.header else (None, one.data)
        if one.header:
            expected = Concat(reference=reference & 0xFF, total=len(made), number=one.number)
            assert concat == expected
        read.append((Alphabet.UCS2, body))
    assert joined(read) == text


@pytest.mark.parametrize(
    ("data", "concat", "body"),
    [
        (b"\x05\x00\x03\x2a\x03\x02hi", Concat(reference=0x2A, total=3, number=2), b"hi"),
        (b"\x06\x08\x04\x01\x2a\x03\x02hi", Concat(reference=0x12A, total=3, number=2), b"hi"),
        (
            b"\x0b\x05\x04\x0b\x84\x23\xf0\x00\x03\x2a\x02\x01hi",
            Concat(reference=0x2A, total=2, number=1),
            b"hi",
        ),
        (b"\x06\x05\x04\x0b\x84\x23\xf0hi", None, b"hi"),
        (b"\x05\x00\x03\x2a\x03\x04hi", None, b"hi"),
        (b"\x05\x00\x03\x2a\x00\x00hi", None, b"hi"),
        (b"\x05\x00\x09\x2a\x03\x02hi", None, b"\x05\x00\x09\x2a\x03\x02hi"),
        (b"\x40hi", None, b"\x40hi"),
        (b"", None, b""),
    ],
)
def test_headers_of_others_are_read(data: bytes, concat: Concat | None, body: bytes) -> None:
    """References of 8 and of 16 bits, ports beside them; what is no header is text."""
    assert without_header(data) == (concat, body)


def test_a_message_of_more_than_255_parts_does_not_leave() -> None:
    """The header has one octet for it."""
    assert len(segments("好" * 67 * 255, 1)) == 255
    with pytest.raises(ValueError, match="parts"):
        segments("好" * (67 * 255 + 1), 1)


def test_a_header_is_the_six_octets_of_the_standard() -> None:
    """05 00 03 reference total number."""
    assert header(0x1FE, 3, 1) == bytes.fromhex("050003fe0301")

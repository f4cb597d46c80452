"""PDUs of an SMSC, read: whatever they hold."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.errors import HookRefused, Malformed
from channels.smpp_read import (
    alphabet_of,
    deliver_of,
    header_of,
    message_id_of,
    receipt_of,
)
from channels.smpp_repeats import BUCKET_SECONDS, NEAR, Repeats
from channels.sms_text import Alphabet, decode

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
GOOD = (
    b"\0\1\x018613800138000\0\1\x0110612345\0\x40\0\0\0\0\1\0\x08\0\x0a"
    b"\5\0\3\7\2\1\x60\xa8\x59\x7d" + bytes.fromhex("042700010205010002aabb")
)


def test_every_field_of_a_deliver_sm() -> None:
    """SMPP 3.4, 4.6.1."""
    came = deliver_of(GOOD)
    assert (came.sender, came.to, came.coding) == ("8613800138000", "10612345", 8)
    assert came.concat is not None
    assert (came.concat.reference, came.concat.total, came.concat.number) == (7, 2, 1)
    assert decode(came.data, alphabet_of(came.coding, Alphabet.GSM7)) == "您好"
    assert came.tlvs == {0x0427: b"\2", 0x0501: b"\xaa\xbb"}
    assert not came.receipt


@given(st.binary(max_size=300), st.integers(0, 300), st.integers(0, 70))
def test_no_pdu_is_a_fault_of_ours(octets: bytes, at: int, cut: int) -> None:
    """Made up, spoilt or cut off: read, or refused as malformed."""
    spoilt = GOOD[: at % len(GOOD)] + octets[:8] + GOOD[at % len(GOOD) + 8 :]
    for body in (octets, spoilt, GOOD[: len(GOOD) - cut % len(GOOD)]):
        try:
            came = deliver_of(body)
        except Malformed:
            continue
        decode(came.data, alphabet_of(came.coding, Alphabet.GSM7)).encode()
        receipt = receipt_of(came, NOW)
        if receipt is not None:
            assert receipt.provider_id
            f"{receipt.provider_id}{receipt.code}".encode()
        message_id_of(body).encode()


@pytest.mark.parametrize("length", [0, 15, 70_001, 0xFFFFFFFF])
def test_a_length_that_cannot_be_ends_the_reading(length: int) -> None:
    """Before anything is read for it."""
    with pytest.raises(HookRefused):
        header_of(length.to_bytes(4, "big") + bytes(12))


@pytest.mark.parametrize(
    ("coding", "alphabet"),
    [
        (0x00, Alphabet.GSM7),
        (0x01, Alphabet.ASCII),
        (0x03, Alphabet.LATIN1),
        (0x08, Alphabet.UCS2),
        (0x0F, Alphabet.GB18030),
        (0x02, Alphabet.OCTETS),
        (0x04, Alphabet.OCTETS),
        (0x10, Alphabet.GSM7),
        (0x18, Alphabet.UCS2),
        (0x14, Alphabet.OCTETS),
        (0xF0, Alphabet.GSM7),
        (0xF5, Alphabet.OCTETS),
        (0x07, Alphabet.OCTETS),
    ],
)
def test_data_coding(coding: int, alphabet: Alphabet) -> None:
    """5.2.19, and 3GPP TS 23.038 4 for messages with a class."""
    assert alphabet_of(coding, Alphabet.GSM7) is alphabet


def test_said_twice_is_two_and_delivered_twice_is_one() -> None:
    """By whether they were told, on which line, and how near its end."""
    repeats = Repeats()
    first = repeats.turn("m", 1, NOW)
    assert repeats.turn("m", 1, NOW) == first  # they were not told: it comes again
    repeats.answered("m", NOW)
    second = repeats.turn("m", 1, NOW)
    assert second != first
    repeats.answered("m", NOW)
    repeats.ended(1, NOW + NEAR)
    assert repeats.turn("m", 2, NOW) == second  # our answer may not have reached them
    repeats.answered("m", NOW)
    repeats.ended(2, NOW + NEAR + timedelta(seconds=1))
    assert repeats.turn("m", 3, NOW) not in (first, second)
    assert repeats.turn("other", 3, NOW) == first
    later = NOW + timedelta(seconds=2 * BUCKET_SECONDS)
    assert repeats.turn("m", 3, later) not in (first, second)
    assert Repeats().turn("m", 9, NOW + timedelta(seconds=599)) == first  # after a restart


def test_the_end_of_one_connection_makes_no_repeat_of_what_another_heard() -> None:
    """Said over the one that stands, and again over either: two messages."""
    repeats = Repeats()
    repeats.ended(1, NOW)
    first = repeats.turn("m", 2, NOW)
    repeats.answered("m", NOW)
    second = repeats.turn("m", 3, NOW)
    repeats.answered("m", NOW)
    assert len({first, second, repeats.turn("m", 2, NOW)}) == 3


def test_who_may_not_have_heard_our_answer_is_asked() -> None:
    """The same words by another connection while the first stands: it says which it is."""
    repeats = Repeats()
    first = repeats.turn("m", 1, NOW)
    assert repeats.doubtful("m", 2) is None  # nobody was told
    repeats.answered("m", NOW)
    assert (repeats.doubtful("m", 1), repeats.doubtful("m", 2)) == (None, 1)
    assert repeats.turn("m", 2, NOW, heard=False) == first
    repeats.answered("m", NOW)
    assert repeats.turn("m", 3, NOW, heard=True) != first
    repeats.answered("m", NOW)
    repeats.ended(3, NOW)
    assert repeats.doubtful("m", 4) is None  # that it ended says enough

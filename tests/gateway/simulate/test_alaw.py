"""G.711 A-law, against the recommendation and against sox."""

from __future__ import annotations

import shutil
import subprocess
from array import array

from hypothesis import given
from hypothesis import strategies as st

from gateway.simulate import alaw
from tests.needs import absent


def test_known_values() -> None:
    """ITU-T G.711 table 1: the first and last steps of both signs, even bits inverted."""
    known = {0x55: -8, 0xD5: 8, 0x54: -24, 0xD4: 24, 0x2A: -32256, 0xAA: 32256, 0x80: 5504}
    assert {byte: alaw.DECODED[byte] for byte in known} == known
    assert alaw.encode([0, -1, 32767, -32768, 99999]) == bytes([0xD5, 0x55, 0xAA, 0x2A, 0xAA])


def test_every_byte_comes_back() -> None:
    """Decoding and encoding again changes nothing."""
    assert alaw.encode(alaw.decode(bytes(range(256)))) == bytes(range(256))


@given(st.integers(-32768, 32767))
def test_the_error_is_half_a_step_at_most(sample: int) -> None:
    """1/32 of the amplitude, or 8 for the smallest."""
    back = alaw.decode(alaw.encode([sample]))[0]
    assert abs(back - sample) <= max(8, abs(sample) / 32 + 1)


def test_sox_agrees() -> None:
    """An independent implementation decodes alike."""
    if shutil.which("sox") is None:
        absent("sox")
    raw = bytes(range(256))
    said = subprocess.run(
        ["sox", "-t", "al", "-r", "8000", "-c", "1", "-", "-t", "s16", "-L", "-"],
        input=raw,
        capture_output=True,
        check=True,
    ).stdout
    assert list(alaw.decode(raw)) == list(array("h", said))

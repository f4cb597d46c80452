"""G.711 A-law (ITU-T G.711 table 1a): 16-bit samples to bytes and back. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

EVEN_BITS = 0x55
SILENCE = 0xD5
"""The byte of sample 8, the smallest positive step."""


def _decoded(byte: int) -> int:
    byte ^= EVEN_BITS
    segment = (byte >> 4) & 0x07
    sample = ((byte & 0x0F) << 4) + 8
    if segment:
        sample = (sample + 0x100) << (segment - 1)
    return sample if byte & 0x80 else -sample


def _encoded(sample: int) -> int:
    """``sample`` is 13 bits, signed."""
    sign = 0x80 if sample >= 0 else 0x00
    size = sample if sample >= 0 else -sample - 1
    segment = max(0, size.bit_length() - 5)
    step = (size >> max(segment, 1)) & 0x0F
    return (sign | segment << 4 | step) ^ EVEN_BITS


DECODED = tuple(_decoded(byte) for byte in range(256))
ENCODED = bytes(_encoded(sample) for sample in range(-4096, 4096))


def decode(sound: bytes) -> array[int]:
    """Samples -32256..32256, one per byte."""
    return array("h", [DECODED[byte] for byte in sound])


def encode(samples: Iterable[int]) -> bytes:
    """One byte per 16-bit sample; louder ones are clipped."""
    return bytes(ENCODED[(max(-32768, min(32767, sample)) >> 3) + 4096] for sample in samples)

"""Short messages as text: alphabets, parts with their headers, and what carriers bill. PURE.

Alphabets are those of 3GPP TS 23.038 and, in China, GB 18030 (CMPP Msg_Fmt 15). What we send is
UCS-2 always: the 【 of a signature stands in no other alphabet. A part carries 140 octets (3GPP TS
23.040 9.2.3.24.1): 70 units of UTF-16 alone, 67 behind a header that says which part it is. So
Chinese carriers bill, whatever the letters are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

SINGLE_UNITS = 70
PART_UNITS = 67
"""A unit is 16 bits of UTF-16; a character above U+FFFF has two."""
MOST_PARTS = 255
_GSM7 = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_MORE = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\",
    0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip
_ESCAPE = 0x1B
_CONCAT_8, _CONCAT_16 = 0x00, 0x08


class Alphabet(StrEnum):
    """How the octets of a part are to be read."""

    GSM7 = "gsm7"
    """3GPP TS 23.038 6.2.1, one septet an octet, with its extension table."""
    ASCII = "ascii"
    LATIN1 = "latin1"
    UCS2 = "ucs2"
    """Read as UTF-16, big end first: phones send emoji, too."""
    GB18030 = "gb18030"
    OCTETS = "octets"
    """No text at all: settings for a phone, pictures of old."""


_CODECS = {
    Alphabet.ASCII: "ascii",
    Alphabet.LATIN1: "latin-1",
    Alphabet.UCS2: "utf-16-be",
    Alphabet.GB18030: "gb18030",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Concat:
    """Which part of which message this is: ``number`` of ``total``, both from 1."""

    reference: int
    total: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """What leaves in one PDU: ``data`` begins with a user data header when ``header``."""

    data: bytes = field(repr=False)
    header: bool
    total: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What one message costs: parts, and thousandths of a yuan (厘; 0: no price is known)."""

    parts: int
    mils: int


def decode(data: bytes, alphabet: Alphabet) -> str:
    """The text; what is no text in this alphabet becomes U+FFFD. It has no NUL."""
    return joined([(alphabet, data)])


def joined(parts: list[tuple[Alphabet, bytes]]) -> str:
    """The text of several parts, each in its own alphabet.

    Neighbours of one alphabet are read as one: some senders cut a character in two.
    """
    runs = groupby(parts, key=lambda one: one[0])
    text = "".join(_read(b"".join(data for _, data in run), alphabet) for alphabet, run in runs)
    return text.replace("\0", "\ufffd")


def _read(data: bytes, alphabet: Alphabet) -> str:
    if alphabet is Alphabet.GSM7:
        return "".join(_septets(data))
    codec = _CODECS.get(alphabet)
    return data.decode(codec, "replace") if codec else ""


def _septets(data: bytes) -> Iterator[str]:
    """An escape before what the extension table has not is a space (3GPP TS 23.038 6.2.1)."""
    escaped = False
    for one in data:
        if one > 0x7F:
            yield "\ufffd"
        elif escaped:
            yield _GSM7_MORE.get(one, _GSM7[one] if one != _ESCAPE else " ")
        elif one != _ESCAPE:
            yield _GSM7[one]
        escaped = one == _ESCAPE and not escaped


def unit_count(text: str) -> int:
    """Its length as carriers count it."""
    return len(text) + sum(ord(one) > 0xFFFF for one in text)


def cut(text: str) -> tuple[str, ...]:
    """The parts of a text; no character is cut in two. At least one, which may be empty."""
    if unit_count(text) <= SINGLE_UNITS:
        return (text,)
    parts, units, begin = [], 0, 0
    for at, one in enumerate(text):
        width = 2 if ord(one) > 0xFFFF else 1
        if units + width > PART_UNITS:
            parts.append(text[begin:at])
            units, begin = 0, at
        units += width
    return (*parts, text[begin:])


def bill(text: str, mils_per_part: int) -> Bill:
    """What a text costs as it leaves, signature and all."""
    parts = len(cut(text))
    return Bill(parts=parts, mils=parts * mils_per_part)


def segments(text: str, reference: int) -> tuple[Segment, ...]:
    """A text in UCS-2, cut; several parts share a ``reference`` (its low 8 bits).

    Raises ValueError for more than ``MOST_PARTS`` parts.
    """
    parts = cut(text)
    if len(parts) > MOST_PARTS:
        raise ValueError("parts")
    long = len(parts) > 1
    return tuple(
        Segment(
            data=(header(reference, len(parts), number) if long else b"")
            + part.encode("utf-16-be", "replace"),
            header=long,
            total=len(parts),
            number=number,
        )
        for number, part in enumerate(parts, 1)
    )


def header(reference: int, total: int, number: int) -> bytes:
    """The six octets before a part (3GPP TS 23.040 9.2.3.24.1)."""
    return bytes((5, _CONCAT_8, 3, reference & 0xFF, total, number))


def without_header(data: bytes) -> tuple[Concat | None, bytes]:
    """Which part it is, and the octets behind its user data header.

    The header may hold other elements, and a reference of 16 bits (9.2.3.24.8). One that cannot be
    read is no header: nothing is cut off. Parts that cannot be (0 of 0, 4 of 3) are no parts.
    """
    if not data or data[0] >= len(data):
        return None, data
    elements, body = data[1 : data[0] + 1], data[data[0] + 1 :]
    found = None
    while len(elements) >= 2:
        kind, size = elements[0], elements[1]
        value, elements = elements[2 : 2 + size], elements[2 + size :]
        if len(value) < size:
            return None, data
        if (kind, size) in ((_CONCAT_8, 3), (_CONCAT_16, 4)):
            reference = int.from_bytes(value[:-2], "big")
            found = Concat(reference=reference, total=value[-2], number=value[-1])
    if elements:
        return None, data
    return (found if found and 1 <= found.number <= found.total else None), body

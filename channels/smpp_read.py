"""SMPP 3.4 as it comes over the wire: PDUs of an SMSC, read. PURE.

"Short Message Peer to Peer Protocol Specification v3.4", sections 3.2 (header), 4.6 (deliver_sm),
5.2 and 5.3 (fields), appendix B (the text of a receipt). Octets are kept as octets: what alphabet
they are in is decided last, and one that nobody knows is no reason to lose a message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from channels.errors import Malformed
from channels.message import Receipt, ReceiptState
from channels.sms_text import Alphabet, Concat, without_header

HEADER_BYTES = 16
MOST_PDU_BYTES = 70_000
"""message_payload may hold 64 KB."""
RESPONSE = 0x80000000
_UDHI, _TYPE, _RECEIPT_TYPES = 0x40, 0x3C, (0x04, 0x08, 0x10)
_PAYLOAD, _RECEIPTED_ID, _STATE, _NETWORK_ERROR = 0x0424, 0x001E, 0x0427, 0x0423
_SAR = (0x020C, 0x020E, 0x020F)


class Command(IntEnum):
    """command_id, section 5.1.2.1."""

    GENERIC_NACK = 0x80000000
    BIND_RECEIVER = 0x01
    BIND_TRANSMITTER = 0x02
    BIND_TRANSCEIVER = 0x09
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    ENQUIRE_LINK = 0x15


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The first 16 octets; ``length`` is that of the whole PDU."""

    length: int
    command: int
    status: int
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A deliver_sm; ``data`` is what stands behind a user data header."""

    sender: str = field(repr=False)
    to: str
    coding: int
    data: bytes = field(repr=False)
    concat: Concat | None
    receipt: bool
    tlvs: Mapping[int, bytes] = field(repr=False)


STATES: Mapping[str, ReceiptState] = {
    "DELIVRD": ReceiptState.DELIVERED,
    "EXPIRED": ReceiptState.EXPIRED,
    "DELETED": ReceiptState.FAILED,
    "UNDELIV": ReceiptState.FAILED,
    "REJECTD": ReceiptState.FAILED,
    "ACCEPTD": ReceiptState.SENT,
    "UNKNOWN": ReceiptState.SENT,
    "ENROUTE": ReceiptState.SENT,
}
"""Appendix B; whatever else a carrier says is a failure with its own word as the code."""
_NUMBERED = ("", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN",
             "REJECTD")  # fmt: skip
"""Section 5.2.28."""


def header_of(octets: bytes) -> Header:
    """The header. Raises Malformed for a length that cannot be."""
    length, command, status, sequence = (
        int.from_bytes(octets[at : at + 4], "big") for at in (0, 4, 8, 12)
    )
    if not HEADER_BYTES <= length <= MOST_PDU_BYTES:
        raise Malformed("length")
    return Header(length=length, command=command, status=status, sequence=sequence)


def message_id_of(body: bytes) -> str:
    """The id in a submit_sm_resp; without the NUL at its end, at most 64 characters."""
    return body.partition(b"\0")[0].decode("ascii", "replace")[:64].strip()


def deliver_of(body: bytes) -> Delivered:
    """What a deliver_sm holds. Raises Malformed."""
    try:
        _, rest = _word(body)
        sender, rest = _word(rest[2:])
        to, rest = _word(rest[2:])
        esm_class, rest = rest[0], rest[3:]
        _, rest = _word(rest)
        _, rest = _word(rest)
        coding, length = rest[2], rest[4]
        data, rest = rest[5 : 5 + length], rest[5 + length :]
    except (IndexError, ValueError):
        raise Malformed("deliver_sm") from None
    if len(data) < length:
        raise Malformed("sm_length")
    tlvs = _tlvs(rest)
    data = data or tlvs.get(_PAYLOAD, b"")
    concat = _sar(tlvs)
    if esm_class & _UDHI:
        found, data = without_header(data)
        concat = found or concat
    return Delivered(
        sender=sender,
        to=to,
        coding=coding,
        data=data,
        concat=concat,
        receipt=esm_class & _TYPE in _RECEIPT_TYPES,
        tlvs=tlvs,
    )


def _word(octets: bytes) -> tuple[str, bytes]:
    """A C-octet string and what follows it."""
    end = octets.index(b"\0")
    return octets[:end].decode("latin-1"), octets[end + 1 :]


def _tlvs(octets: bytes) -> dict[int, bytes]:
    """Optional parameters; one that is cut off, and what follows it, is left out."""
    found: dict[int, bytes] = {}
    while len(octets) >= 4:
        tag, size = int.from_bytes(octets[:2], "big"), int.from_bytes(octets[2:4], "big")
        value, octets = octets[4 : 4 + size], octets[4 + size :]
        if len(value) == size:
            found[tag] = value
    return found


def _sar(tlvs: Mapping[int, bytes]) -> Concat | None:
    reference, total, number = (int.from_bytes(tlvs.get(tag, b""), "big") for tag in _SAR)
    if not 1 <= number <= total <= 255:
        return None
    return Concat(reference=reference, total=total, number=number)


_GENERAL = {
    1: Alphabet.ASCII,
    3: Alphabet.LATIN1,
    8: Alphabet.UCS2,
    15: Alphabet.GB18030,
}


def alphabet_of(coding: int, default: Alphabet) -> Alphabet:
    """What data_coding says (5.2.19, and 3GPP TS 23.038 4 for the groups with a class).

    15 is reserved in SMPP and GB 18030 with carriers in China.
    """
    if coding in _GENERAL:
        return _GENERAL[coding]
    if coding == 0:
        return default
    if coding & 0xF0 == 0xF0:
        return Alphabet.OCTETS if coding & 0x04 else default
    if 0x10 <= coding < 0x40 and not coding & 0x20:
        return (default, Alphabet.OCTETS, Alphabet.UCS2, Alphabet.OCTETS)[coding >> 2 & 3]
    return Alphabet.OCTETS


_PAIR = re.compile(rb"(id|stat|err):\s*([^\s]*)", re.IGNORECASE)


def receipt_of(came: Delivered, now: datetime) -> Receipt | None:
    """The SMSC's word on a message of ours; None when it does not say which.

    By its optional parameters, else by its text ("id:… stat:DELIVRD err:000").
    """
    said: dict[str, str] = {}
    for name, value in _PAIR.findall(came.data):
        said.setdefault(name.decode().lower(), value.decode("latin-1"))
    id_ = came.tlvs.get(_RECEIPTED_ID, b"").partition(b"\0")[0].decode("latin-1") or said.get("id")
    state = int.from_bytes(came.tlvs.get(_STATE, b""), "big")
    word = (_NUMBERED[state] if state < len(_NUMBERED) else "") or said.get("stat", "").upper()
    if not id_ or not word:
        return None
    error = said.get("err", "").strip("0") and said.get("err", "")
    error = error or came.tlvs.get(_NETWORK_ERROR, b"").hex()
    reached = STATES.get(word, ReceiptState.FAILED)
    good = reached is ReceiptState.DELIVERED
    code = "" if good else ":".join(one for one in (word[:16], error[:16]) if one)
    return Receipt(provider_id=id_[:64], state=reached, at=now, code=_printable(code))


def _printable(code: str) -> str:
    return "".join(one if one.isascii() and one.isprintable() else "?" for one in code)

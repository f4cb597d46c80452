"""CMPP 2.0 and 3.0 as bytes: one PDU, a stream of them, reports, and who is who. PURE.

Source: China Mobile, 中国移动互联网短信网关接口协议 2.0 (2002) and 3.0 (2003), chapter 8. Every PDU
begins with Total_Length, Command_Id and Sequence_Id, four bytes each; a response has the Command_Id
of its request with the highest bit set, and its Sequence_Id.

Lengths are exact: a PDU that has a byte too few or too many is BadPdu, and so is one longer than
``MOST_BYTES``. One thing is forgiven, because gateways do it: ACTIVE_TEST_RESP without its reserved
byte. CONNECT_RESP is read by its own length, so that a refusal in the other version is understood.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

from channels.cmpp_fields import BadPdu, Number, Reader, Text, Version
from channels.cmpp_pdus import PDUS, ActiveTestResp, ConnectResp, Pdu, Report

HEADER_BYTES = 12
MOST_BYTES = 4096
"""A submit to 99 recipients in 3.0 is the longest there is (3,600 bytes)."""
REPORT_BYTES = {60: 21, 71: 32}
"""A report's length → that of its number. Gateways put the short one into deliveries of 3.0, too:
the length decides, not the version."""
CONNECT_RESP_BYTES = {Version.V20: 30, Version.V30: 33}
_BY_COMMAND = {pdu.COMMAND: pdu for pdu in PDUS}
_REPORT = {
    size: (
        Number("msg_id", 8),
        Text("stat", 7),
        Text("submit_time", 10),
        Text("done_time", 10),
        Text("dest_terminal_id", number),
        Number("smsc_sequence", 4),
    )
    for size, number in REPORT_BYTES.items()
}


def encode(pdu: Pdu, sequence: int, version: Version) -> bytes:
    """One PDU under this Sequence_Id. Raises BadPdu for a value that does not fit its field."""
    body = b"".join(one.put(getattr(pdu, one.name, None), version) for one in pdu.FIELDS)
    if not 0 <= sequence < 2**32:
        raise BadPdu("sequence")
    length = HEADER_BYTES + len(body)
    return b"".join(part.to_bytes(4, "big") for part in (length, pdu.COMMAND, sequence)) + body


def decode(frame: bytes, version: Version) -> tuple[int, Pdu]:
    """Sequence_Id and PDU of one whole frame. Raises BadPdu."""
    if not HEADER_BYTES <= len(frame) <= MOST_BYTES or _number(frame, 0) != len(frame):
        raise BadPdu("length")
    pdu = _BY_COMMAND.get(command(frame))
    if pdu is None:
        raise BadPdu("command")
    if pdu is ConnectResp:
        version = Version.V30 if len(frame) == CONNECT_RESP_BYTES[Version.V30] else Version.V20
    body = Reader(frame[HEADER_BYTES:])
    if pdu is ActiveTestResp and not body.left():
        return sequence(frame), ActiveTestResp()
    values = {one.name: one.get(body, version) for one in pdu.FIELDS}
    if body.left():
        raise BadPdu("long")
    values.pop("", None)
    return sequence(frame), pdu(**values)


def command(frame: bytes) -> int:
    """The Command_Id of a frame."""
    return _number(frame, 4)


def sequence(frame: bytes) -> int:
    """The Sequence_Id of a frame."""
    return _number(frame, 8)


class Frames:
    """Cuts what comes over a connection into frames; keeps less than one that is not whole."""

    def __init__(self) -> None:
        self._kept = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Every frame that is whole now. Raises BadPdu: from here on nothing can be read."""
        self._kept += data
        at = 0
        try:
            while len(self._kept) >= at + 4:
                length = _number(self._kept, at)
                if not HEADER_BYTES <= length <= MOST_BYTES:
                    raise BadPdu("length")
                if len(self._kept) < at + length:
                    return
                at += length
                yield self._kept[at - length : at]
        finally:
            self._kept = self._kept[at:]


def report(content: bytes) -> Report:
    """The report in a delivery's Msg_Content. Raises BadPdu."""
    fields = _REPORT.get(len(content))
    if fields is None:
        raise BadPdu("report")
    body = Reader(content)
    values: dict[str, Any] = {one.name: one.get(body, Version.V20) for one in fields}
    return Report(**values)


def authenticator_source(source_addr: str, secret: bytes, timestamp: int) -> bytes:
    """How CONNECT proves the secret: MD5(Source_Addr, nine zeros, secret, MMDDHHMMSS)."""
    stamp = f"{timestamp:010d}".encode()
    return _md5(source_addr.encode() + bytes(9) + secret + stamp)


def vouches(answer: ConnectResp, source: bytes, secret: bytes) -> bool:
    """Whether the gateway knows the secret, too: MD5(Status, AuthenticatorSource, secret).

    Gateways of 3.0 do not agree whether Status is one byte there or four: both are believed.
    """
    one, four = (_md5(answer.status.to_bytes(4, "big")[-n:] + source + secret) for n in (1, 4))
    given = answer.authenticator_ismg
    return hmac.compare_digest(one, given) | hmac.compare_digest(four, given)


def _md5(content: bytes) -> bytes:
    return hashlib.md5(content).digest()  # noqa: S324 - the standard's choice


def _number(frame: bytes, at: int) -> int:
    return int.from_bytes(frame[at : at + 4], "big")

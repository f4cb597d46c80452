"""CMPP as a gateway (ISMG) writes and reads it, from the standard's tables by ``struct`` alone.

Nothing of channels.cmpp_* is used here: two readings of one standard check each other.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

CONNECT, TERMINATE, SUBMIT, DELIVER, ACTIVE_TEST = 1, 2, 4, 5, 8
RESP = 0x80000000
HEADER = struct.Struct(">III")
SUBMIT_2 = struct.Struct(">QBBBB10sB21sBBB6s2s6s17s17s21sB")
SUBMIT_3 = struct.Struct(">QBBBB10sB32sBBBB6s2s6s17s17s21sB")
DELIVER_2 = struct.Struct(">Q21s10sBBB21sBB")
DELIVER_3 = struct.Struct(">Q21s10sBBB32sBBB")
REPORT = {False: struct.Struct(">Q7s10s10s21sI"), True: struct.Struct(">Q7s10s10s32sI")}


def frame(command: int, sequence: int, body: bytes = b"") -> bytes:
    """A header and what follows it."""
    return HEADER.pack(HEADER.size + len(body), command, sequence) + body


def connect_resp(
    sequence: int, *, three: bool, status: int, source: bytes, secret: bytes, wide: bool = False
) -> bytes:
    """``wide``: Status counts four bytes in the MD5, as some gateways of 3.0 have it."""
    given = struct.pack(">I" if wide else ">B", status)
    proof = hashlib.md5(given + source + secret).digest()
    head = struct.pack(">I" if three else ">B", status)
    return frame(CONNECT | RESP, sequence, head + proof + bytes([0x30 if three else 0x20]))


def connect_proof(source_addr: bytes, secret: bytes, timestamp: int) -> bytes:
    """What a provider who knows the secret sends."""
    stamp = str(timestamp).zfill(10).encode()
    return hashlib.md5(source_addr + b"\0" * 9 + secret + stamp).digest()


def result(command: int, sequence: int, msg_id: int, code: int, *, three: bool) -> bytes:
    """SUBMIT_RESP or DELIVER_RESP."""
    return frame(command | RESP, sequence, struct.pack(">QI" if three else ">QB", msg_id, code))


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What a provider submitted."""

    pk_total: int
    pk_number: int
    registered: int
    service: bytes
    udhi: int
    fmt: int
    msg_src: bytes
    src: bytes
    to: tuple[bytes, ...]
    content: bytes


def submitted(body: bytes, *, three: bool) -> Submitted:
    """Reads SUBMIT; struct.error or AssertionError when it is not of this version."""
    table = SUBMIT_3 if three else SUBMIT_2
    head = table.unpack_from(body)
    (_, total, number, registered, _, service, _, _) = head[:8]
    rest = head[9:] if three else head[8:]
    (_, udhi, fmt, msg_src, _, _, _, _, src, count) = rest
    width, at = (32 if three else 21), table.size
    to = tuple(body[at + n * width : at + (n + 1) * width].rstrip(b"\0") for n in range(count))
    at += count * width + (1 if three else 0)
    size = body[at]
    content = body[at + 1 : at + 1 + size]
    assert len(body) == at + 1 + size + (20 if three else 8)
    return Submitted(
        pk_total=total,
        pk_number=number,
        registered=registered,
        service=service.rstrip(b"\0"),
        udhi=udhi,
        fmt=fmt,
        msg_src=msg_src.rstrip(b"\0"),
        src=src.rstrip(b"\0"),
        to=to,
        content=content,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a gateway delivers."""

    msg_id: int
    src: bytes
    content: bytes
    dest: bytes = b"10699912345"
    fmt: int = 8
    udhi: int = 0
    report: bool = False

    def body(self, *, three: bool) -> bytes:
        """As it goes over the wire."""
        head = (self.msg_id, self.dest, b"", 0, self.udhi, self.fmt, self.src)
        registered, size = int(self.report), len(self.content)
        if three:
            packed = DELIVER_3.pack(*head, 0, registered, size)
            return packed + self.content + bytes(20)
        return DELIVER_2.pack(*head, registered, size) + self.content + bytes(8)


def report(msg_id: int, stat: bytes, to: bytes, *, long: bool = False, done: bytes = b"") -> bytes:
    """Msg_Content of a report; ``long``: with the number of 3.0."""
    when = done or b"2611281510"
    return REPORT[long].pack(msg_id, stat, when, when, to, 7)

"""AudioSocket, the protocol by which Asterisk sends and takes sound over TCP. PURE.

A frame is one byte of kind, two bytes of length (big endian), and the payload. Sound is 16 bit
little endian mono (Asterisk 22, res/res_audiosocket.c, include/asterisk/res_audiosocket.h).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

HEADER_BYTES = 3
MOST_SOUND_BYTES = 9600
"""100 ms of 48 kHz; Asterisk sends 20 ms at a time."""


class Kind(IntEnum):
    """What a frame is."""

    HANGUP = 0x00
    ID = 0x01
    KEY = 0x03
    SLIN8 = 0x10
    SLIN12 = 0x11
    SLIN16 = 0x12
    SLIN24 = 0x13
    SLIN32 = 0x14
    SLIN44 = 0x15
    SLIN48 = 0x16
    ERROR = 0xFF


RATES: Mapping[Kind, int] = MappingProxyType(
    {
        Kind.SLIN8: 8000,
        Kind.SLIN12: 12000,
        Kind.SLIN16: 16000,
        Kind.SLIN24: 24000,
        Kind.SLIN32: 32000,
        Kind.SLIN44: 44100,
        Kind.SLIN48: 48000,
    }
)
"""Samples a second of the kinds that are sound."""


class NotAudioSocket(ValueError):
    """The other side does not speak this protocol; nothing it sends is read any more."""

    code: ClassVar[str] = "not-audiosocket"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame whose payload fits its kind."""

    kind: Kind
    payload: bytes = b""

    @property
    def rate(self) -> int:
        """Samples a second; 0 when it is no sound."""
        return RATES.get(self.kind, 0)

    @property
    def id(self) -> str:
        """The UUID of an ID frame, as text."""
        return str(UUID(bytes=self.payload))

    @property
    def key(self) -> str:
        """The key of a KEY frame: 0-9 * # A-D."""
        return self.payload.decode("ascii")


class Parser:
    """Bytes as they come, frames as they are complete. It keeps less than one frame."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._broken = False

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that this completes. Raises NotAudioSocket, and then always."""
        if self._broken:
            raise NotAudioSocket
        self._kept += data
        frames: list[Frame] = []
        begin = 0
        try:
            while (end := self._end(begin)) is not None:
                frames.append(_frame(self._kept[begin], bytes(self._kept[begin + 3 : end])))
                begin = end
        except NotAudioSocket:
            self._broken = True
            self._kept.clear()
            raise
        del self._kept[:begin]
        return frames

    def _end(self, begin: int) -> int | None:
        """Where the frame at ``begin`` ends, if it is here. Its header is judged at once."""
        if len(self._kept) < begin + HEADER_BYTES:
            return None
        length = int.from_bytes(self._kept[begin + 1 : begin + HEADER_BYTES], "big")
        _judge(self._kept[begin], length)
        end = begin + HEADER_BYTES + length
        return end if end <= len(self._kept) else None


def frame_bytes(frame: Frame) -> bytes:
    """As it is sent. Raises NotAudioSocket for one that no parser would take."""
    _judge(frame.kind, len(frame.payload))
    return bytes((frame.kind, *len(frame.payload).to_bytes(2, "big"))) + frame.payload


def _frame(kind: int, payload: bytes) -> Frame:
    if kind == Kind.KEY and payload not in KEYS:
        raise NotAudioSocket("a key that no telephone has")
    return Frame(Kind(kind), payload)


KEYS = frozenset(bytes((key,)) for key in b"0123456789*#ABCD")


def _judge(kind: int, length: int) -> None:
    try:
        known = Kind(kind)
    except ValueError:
        raise NotAudioSocket(f"kind {kind:#04x}") from None
    if known in RATES:
        fits = length <= MOST_SOUND_BYTES and length % 2 == 0
    else:
        fits = length in LENGTHS[known]
    if not fits:
        raise NotAudioSocket(f"{known.name} of {length} bytes")


LENGTHS: Mapping[Kind, range] = MappingProxyType(
    {
        Kind.HANGUP: range(1),
        Kind.ID: range(16, 17),
        Kind.KEY: range(1, 2),
        Kind.ERROR: range(257),
    }
)

"""AudioSocket as bytes: a kind, a length, a payload; over and over. PURE.

https://docs.asterisk.org/Configuration/Channel-Drivers/AudioSocket/
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

HEAD_BYTES = 3
MAX_PAYLOAD_BYTES = 3_200
"""200 ms of sound; both sides send 20."""
AUDIO = 0x10
"""16-bit linear, little-endian, 8 kHz, mono."""
_HANGUP, _STREAM, _KEY = 0x00, 0x01, 0x03
_KEYS = frozenset("0123456789*#")

HANGUP = bytes((_HANGUP, 0, 0))
"""The one who sends it ends the connection; Asterisk's application then returns."""


class NoFrame(ValueError):
    """These bytes are nobody's AudioSocket."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as it came."""

    kind: int
    payload: bytes

    @property
    def is_sound(self) -> bool:
        """Sound that a caller could hear."""
        return self.kind == AUDIO

    @property
    def ends(self) -> bool:
        """The other side says goodbye."""
        return self.kind == _HANGUP

    @property
    def key(self) -> str:
        """The key that was pressed; empty for none."""
        text = self.payload.decode("ascii", "replace") if self.kind == _KEY else ""
        return text if text in _KEYS else ""

    @property
    def stream(self) -> str:
        """The stream's id; empty when this is no such frame."""
        named = self.kind == _STREAM and len(self.payload) == 16
        return str(UUID(bytes=self.payload)) if named else ""


def head(raw: bytes) -> tuple[int, int]:
    """Kind and length; raises NoFrame for a kind or a length that is not sent here."""
    kind, length = raw[0], int.from_bytes(raw[1:HEAD_BYTES])
    if kind not in (_HANGUP, _STREAM, _KEY, AUDIO) or length > MAX_PAYLOAD_BYTES:
        raise NoFrame
    return kind, length


def encode(kind: int, payload: bytes) -> bytes:
    """One frame."""
    return bytes((kind, *len(payload).to_bytes(2))) + payload


def opening(stream: str) -> bytes:
    """The first frame of a connection."""
    return encode(_STREAM, UUID(stream).bytes)

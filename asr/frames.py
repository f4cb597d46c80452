"""What the pool and a worker process say to each other, as frames of bytes. PURE.

A frame is ``length kind stream payload``: the length of the payload in 4 bytes, the kind in 1, the
stream's number in 4 (big endian). Sound, a pause and a close are answered by one answer each, in
the order of the asking. Payloads are sound, or a JSON object.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any

from asr.segment import Utterance, Word

HEAD = struct.Struct(">IBI")
MOST_PAYLOAD_BYTES = 1 << 20


class Kind(IntEnum):
    """What a frame is."""

    # to a worker
    OPEN = 1  # {rate, words}
    SOUND = 2  # sound, at most MOST_PIECE_SECONDS
    QUIET_SOUND = 3  # the same; no partial is wanted
    PAUSE = 4
    CLOSE = 5
    FORGET = 6
    # from a worker
    LOADED = 10  # the model is in memory
    UNUSABLE = 11  # {zh, en}: it is not, and this is why
    ANSWER = 12


class FrameFault(ValueError):
    """Bytes that are no frame of ours: the other end is not what it should be."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One."""

    kind: Kind
    stream: int = 0
    payload: bytes = b""

    @classmethod
    def of(cls, kind: Kind, stream: int, said: Mapping[str, Any]) -> Frame:
        """With an object as its payload."""
        return cls(kind, stream, json.dumps(said, ensure_ascii=False).encode())

    def encoded(self) -> bytes:
        """As bytes."""
        return HEAD.pack(len(self.payload), self.kind, self.stream) + self.payload


@dataclass(frozen=True, slots=True)
class Answer:
    """What a recogniser says to one piece of sound, a pause, or a close.

    ``partial`` None: as before. ``over``: nothing is half said any more; what came before this
    piece (and with it) needs not be kept. ``fault`` is "" or why the sound was not recognised.
    """

    partial: str | None = None
    utterance: Utterance | None = None
    over: bool = False
    fault: str = ""

    def encoded(self) -> bytes:
        """As the payload of a frame; nothing for an answer that says nothing."""
        if self == NOTHING:  # most of them
            return b""
        said = {
            name: value for name, value in asdict(self).items() if value not in (None, "", False)
        }
        if self.utterance is not None:
            said["utterance"] = [asdict(word) for word in self.utterance.words]
        return json.dumps(said, ensure_ascii=False).encode()


NOTHING = Answer()


def answer(payload: bytes) -> Answer:
    """Of a frame's payload; raises FrameFault."""
    if not payload:
        return NOTHING
    try:
        said = json.loads(payload)
        if "utterance" in said:
            said["utterance"] = Utterance(words=tuple(Word(**word) for word in said["utterance"]))
        return Answer(**said)
    except (ValueError, TypeError) as wrong:
        raise FrameFault("no answer") from wrong


def told(payload: bytes) -> Mapping[str, Any]:
    """The object of a JSON payload; raises FrameFault."""
    try:
        said = json.loads(payload)
    except ValueError as wrong:
        raise FrameFault("no JSON") from wrong
    if not isinstance(said, dict):
        raise FrameFault("no object")
    return said


class Frames:
    """Bytes as they come, frames out of them."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, more: bytes) -> list[Frame]:
        """Every frame that is whole now; raises FrameFault."""
        self._bytes += more
        frames: list[Frame] = []
        at = 0
        while len(self._bytes) - at >= HEAD.size:
            length, kind, stream = HEAD.unpack_from(self._bytes, at)
            if length > MOST_PAYLOAD_BYTES:
                raise FrameFault("too long")
            end = at + HEAD.size + length
            if len(self._bytes) < end:
                break
            try:
                named = Kind(kind)
            except ValueError as wrong:
                raise FrameFault("of no kind") from wrong
            frames.append(Frame(named, stream, bytes(self._bytes[at + HEAD.size : end])))
            at = end
        del self._bytes[:at]
        return frames
